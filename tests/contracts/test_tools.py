"""The tools that judge the whole checkout, each as one test of the suite."""

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = Path(sysconfig.get_path("scripts"))


@pytest.mark.parametrize(
    "words",
    [
        ["ruff", "check", "--quiet", "."],
        ["ruff", "format", "--check", "."],
        ["mypy"],
        ["lint-imports"],
    ],
    ids=lambda words: " ".join(words),
)
def test_the_tool_finds_nothing(words: list[str]) -> None:
    done = subprocess.run(
        [SCRIPTS / words[0], *words[1:]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_suite_runs_on_the_python_whose_tools_it_uses() -> None:
    assert SCRIPTS.samefile(Path(sys.prefix) / "bin")
