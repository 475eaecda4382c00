"""When set-up is due, and that a start which needs none goes straight on."""

import ast
import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from core.cli.setup import stamp

CHECKOUT = Path(__file__).resolve().parents[2]
LOCK_FILES = sorted({name for names in stamp.LOCKS.values() for name in names})


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with lock files of its own and nothing set up yet."""
    for name in LOCK_FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"first {name}\n")
    return tmp_path


def set_up(root: Path, level: str) -> None:
    for part in stamp.PARTS:
        stamp.keep(str(root), part, stamp.lines_for(str(root), part, level))


def is_current(root: Path, level: str) -> bool:
    return all(stamp.is_current(str(root), part, level) for part in stamp.PARTS)


def test_an_older_python_can_read_run_py_as_far_as_the_sentence_for_it() -> None:
    text = (CHECKOUT / "run.py").read_text("ascii")
    ast.parse(text, feature_version=(3, 4))
    assert text.index("sys.exit(") < text.index("from core")


def test_a_fresh_checkout_has_no_current_stamp(checkout: Path) -> None:
    assert not is_current(checkout, "run")


def test_set_up_for_tests_also_serves_all_other_verbs(checkout: Path) -> None:
    set_up(checkout, "test")
    assert is_current(checkout, "test")
    assert is_current(checkout, "run")


def test_set_up_without_test_tools_does_not_do_for_tests(checkout: Path) -> None:
    set_up(checkout, "run")
    assert is_current(checkout, "run")
    assert not is_current(checkout, "test")


@pytest.mark.parametrize("name", [name for name in LOCK_FILES if "test" not in name])
def test_a_changed_lock_file_makes_set_up_due(checkout: Path, name: str) -> None:
    set_up(checkout, "test")
    (checkout / name).write_text("second\n")
    assert not is_current(checkout, "run")


def test_a_changed_lock_of_test_tools_leaves_the_other_verbs_alone(checkout: Path) -> None:
    set_up(checkout, "test")
    (checkout / "requirements-test.txt").write_text("second\n")
    assert is_current(checkout, "run")
    assert not is_current(checkout, "test")


def test_a_moved_checkout_is_set_up_anew(checkout: Path) -> None:
    set_up(checkout / ".", "run")
    moved = checkout.with_name("moved")
    checkout.rename(moved)
    assert not is_current(moved, "run")


def test_a_dropped_or_broken_stamp_makes_set_up_due(checkout: Path) -> None:
    set_up(checkout, "run")
    stamp.drop(str(checkout), "python")
    stamp.drop(str(checkout), "python")
    (checkout / stamp.PLACES["screen"]).write_bytes(b"\xff\xfe\nrun")
    assert not stamp.is_current(str(checkout), "python", "run")
    assert not stamp.is_current(str(checkout), "screen", "run")


def test_a_venv_of_another_python_is_made_anew(checkout: Path) -> None:
    set_up(checkout, "run")
    lines = stamp.read(str(checkout), "python")
    assert stamp.is_of_this_place(str(checkout), lines)
    assert not stamp.is_of_this_place(str(checkout), {**lines, "version": "3.10"})
    assert not stamp.is_of_this_place(str(checkout), {})


def test_a_checkout_that_is_set_up_goes_straight_into_its_venv(checkout: Path) -> None:
    for name in ["run.py", *(f"core/cli/setup/{name}.py" for name in ["__init__", "stamp"])]:
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        (checkout / name).write_bytes((CHECKOUT / name).read_bytes())
    (checkout / "core/cli/main.py").write_text(
        "import sys\ndef main(argv):\n    print(sys.prefix, argv)\n    return 7\n"
    )
    venv.create(checkout / ".venv", symlinks=True)
    set_up(checkout, "run")
    done = subprocess.run(
        [sys._base_executable, "run.py", "user", "list"],  # type: ignore[attr-defined]
        cwd=checkout,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": ""},
        check=False,
    )
    assert (done.returncode, done.stderr) == (7, "")
    assert done.stdout == f"{checkout / '.venv'} ['user', 'list']\n"
