"""The words after run.py: which verb they call, and what a misspelt or refused one answers."""

import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import click
import pytest

from core.cli import main as entrance
from core.cli.main import Options, main, verbs
from core.cli.test import WHOLE_SUITE, workers
from core.config import without_instance
from core.errors import UserError
from tests.conftest import LONGEST

CHECKOUT = Path(__file__).resolve().parents[2]


def run_py(*words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from core.cli.main import main; sys.exit(main(sys.argv[1:]))",
            *words,
        ],
        cwd=CHECKOUT,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def verb(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """The verb "try", which keeps the options it gets and raises or gives what is asked of it."""
    seen: dict[str, object] = {"answer": None}

    @click.command()
    @click.pass_obj
    def command(options: Options) -> object:
        seen["options"] = options
        if isinstance(seen["answer"], Exception):
            raise seen["answer"]
        return seen["answer"]

    module = ModuleType("a_verb_to_try")
    module.__dict__["command"] = command
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(entrance.VERBS, "try", (module.__name__, "Try."))
    return seen


def test_an_unknown_verb_lists_the_verbs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sevre"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert err.startswith("There is no verb 'sevre'; the verbs are demo, serve, ")


def test_no_verb_at_all_shows_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "Make the demo company and serve it." in capsys.readouterr().err


def test_help_is_no_failure(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    assert "VERB [WORDS]" in capsys.readouterr().out


def test_a_refusal_is_one_sentence_on_stderr(
    verb: dict[str, object], capsys: pytest.CaptureFixture[str]
) -> None:
    verb["answer"] = UserError("Say it another way.")
    assert main(["try"]) == 1
    assert capsys.readouterr() == ("", "Say it another way.\n")


@pytest.mark.parametrize(("answer", "status"), [(None, 0), (0, 0), (3, 3)])
def test_a_verb_gives_the_exit_status(
    verb: dict[str, object], answer: int | None, status: int
) -> None:
    verb["answer"] = answer
    assert main(["try"]) == status


def test_a_verb_gets_the_instance_and_the_language(verb: dict[str, object], tmp_path: Path) -> None:
    settings = tmp_path / "config.ini"
    settings.touch()
    assert main(["--config", str(settings), "--lang", "uz-Cyrl", "try"]) == 0
    assert verb["options"] == Options(settings, "uz-Cyrl")
    assert main(["try"]) == 0
    assert verb["options"] == Options(None, "en")


def test_settings_that_are_not_there_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--config", "nowhere.ini", "test"]) == 2
    assert "'nowhere.ini' does not exist" in capsys.readouterr().err


def test_listing_the_verbs_loads_none_of_them() -> None:
    script = (
        "import sys; from core.cli.main import main; main(['--help']); "
        "print(sorted(m for m in sys.modules if m.startswith('core.cli.')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "['core.cli.main']"


def test_every_module_with_a_verb_is_registered() -> None:
    registered = {module for module, _ in entrance.VERBS.values()}
    modules = {
        f"core.cli.{path.stem}"
        for path in (CHECKOUT / "core" / "cli").glob("*.py")
        if "\ndef command(" in path.read_text("utf-8")
    }
    assert modules <= registered


def test_the_test_verb_is_a_command_of_click() -> None:
    with click.Context(verbs) as context:
        assert verbs.get_command(context, "test") is not None


def test_words_after_test_reach_pytest_unchanged() -> None:
    done = run_py("test", "tests/setup/test_verbs.py", "-q", "--co", "-k", "reach and pytest")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[0] == (
        "tests/setup/test_verbs.py::test_words_after_test_reach_pytest_unchanged"
    )


def test_the_whole_suite_runs_on_every_core_and_a_named_part_in_one_process() -> None:
    assert workers(["-q", "--full"]) == WHOLE_SUITE
    assert workers(["-q", "tests/setup"]) == ()
    assert workers(["tests/setup/test_verbs.py::test_of_a_name"]) == ()


def test_the_longest_files_of_the_suite_come_first() -> None:
    assert [name for name in LONGEST if not (CHECKOUT / "tests" / name).exists()] == []
    ranked = run_py("test", "-q", "--co", "tests/words", "tests/serve/test_logs.py").stdout
    assert ranked.startswith("tests/serve/test_logs.py::")


def test_pytests_own_help_is_asked_for_not_ours() -> None:
    assert "pytest" in run_py("test", "--version").stdout


def test_pytests_exit_status_is_the_verbs() -> None:
    assert run_py("test", "-q", "--co", "tests/nowhere").returncode == 4


def test_the_suite_ignores_the_instance_that_the_environment_names() -> None:
    environ = {"KARVON_PATHS__VAR": "/srv", "KARVON_TEST_REAL": "/data", "PATH": "/bin"}
    assert without_instance(environ) == {"KARVON_TEST_REAL": "/data", "PATH": "/bin"}
