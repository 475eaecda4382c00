"""Set-up itself: who waits for whom, what is heard of it, and what it makes."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.cli.main import verbs
from core.cli.setup import OPTIONS_WITH_A_VALUE, verb_of
from core.cli.setup.command import SetupError, run
from core.cli.setup.install import install
from core.cli.setup.lock import held
from core.cli.setup.screen import FILES, collect, font_sheet

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("words", "verb"),
    [
        (["test", "-q"], "test"),
        (["--config", "test", "serve"], "serve"),
        (["--lang", "uz", "--config=x.ini", "demo", "test"], "demo"),
        (["--help"], ""),
        (["--config"], ""),
        ([], ""),
    ],
)
def test_the_verb_is_found_behind_the_options(words: list[str], verb: str) -> None:
    assert verb_of(words) == verb


def test_set_up_knows_the_options_that_take_a_value() -> None:
    names = {name for option in verbs.params if not option.is_eager for name in option.opts}
    assert names == OPTIONS_WITH_A_VALUE


def test_a_second_start_waits_until_the_first_has_set_up(tmp_path: Path) -> None:
    second = (
        "from core.cli.setup.lock import held\n"
        f"with held({str(tmp_path)!r}): print(open({str(tmp_path / 'work')!r}).read())"
    )
    with held(str(tmp_path)):
        waiting = subprocess.Popen(
            [sys.executable, "-c", second],
            cwd=CHECKOUT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert waiting.stderr is not None
        assert "waiting" in waiting.stderr.readline()
        (tmp_path / "work").write_text("done by the first")
    said, _ = waiting.communicate(timeout=20)
    assert said == "done by the first\n"


def test_a_program_that_outlives_a_killed_start_keeps_the_lock(tmp_path: Path) -> None:
    with held(str(tmp_path)) as lock:
        left = subprocess.Popen(["/bin/sleep", "60"], pass_fds=(lock,))
    try:
        with (tmp_path / ".setup.lock").open() as file, pytest.raises(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    finally:
        left.kill()
        left.wait()
    with held(str(tmp_path)):
        assert left.returncode != 0


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    missing = str(tmp_path / "nowhere")
    with pytest.raises(SetupError, match=r"nowhere cannot be set up.*as the owner"), held(missing):
        pass


@pytest.mark.parametrize("folder", [".venv", "node_modules", ".assets"])
def test_what_is_linked_from_another_checkout_is_not_cleared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    other, ours = tmp_path / "other", tmp_path / "ours"
    (other / folder).mkdir(parents=True)
    (other / folder / "stamp").write_text("test of the other\n")
    ours.mkdir()
    for name in ("requirements.txt", "requirements-test.txt", "package.json", "package-lock.json"):
        (ours / name).touch()
    (ours / "core/cli/setup").mkdir(parents=True)
    (ours / "core/cli/setup/screen.py").touch()
    (ours / folder).symlink_to(other / folder)
    monkeypatch.setenv("PATH", str(tmp_path))  # nothing that it could install with
    with pytest.raises(SetupError) as told:
        install(str(ours), "test")
    assert str(told.value) == (
        f"{ours / folder} is a link to {other / folder}, which set-up would clear: "
        "remove the link, and set-up makes a folder of this checkout's own."
    )
    assert (other / folder / "stamp").read_text() == "test of the other\n"


def test_a_failing_program_is_quoted_on_stderr_only(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SetupError, match="Check the network"):
        run(
            ["/bin/sh", "-c", "echo first; echo last >&2; exit 3"],
            cwd="/",
            failing="Check the network.",
        )
    out, err = capfd.readouterr()
    assert out == ""
    assert "last" in err


def test_a_working_program_is_not_heard(capfd: pytest.CaptureFixture[str]) -> None:
    run(["/bin/echo", "noise"], cwd="/", failing="It failed.")
    assert capfd.readouterr() == ("", "")


def test_assets_are_replaced_whole_and_hold_only_what_browsers_get(tmp_path: Path) -> None:
    modules, assets = tmp_path / "modules", tmp_path / "assets"
    for origin in [*FILES.values(), "@fontsource-variable/inter/index.css"]:
        (modules / origin).parent.mkdir(parents=True, exist_ok=True)
        (modules / origin).write_text("new")
    (assets / "files").mkdir(parents=True)
    (assets / "htmx.min.js").write_text("old")
    collect(str(modules), str(assets))
    made = {path.relative_to(assets).as_posix() for path in assets.rglob("*") if path.is_file()}
    assert made == {*FILES, "inter.css"}
    assert (assets / "htmx.min.js").read_text() == "new"


def test_a_package_without_the_file_we_serve_is_named(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"node_modules/@tabler/core/.* is missing"):
        collect(str(tmp_path / "modules"), str(tmp_path / "assets"))


def test_the_font_sheet_asks_only_for_files_that_we_serve() -> None:
    face = "@font-face {{\n  src: url(./files/inter-{}-wght-normal.woff2);\n}}"
    sheet = "\n\n".join(face.format(name) for name in ["greek", "latin", "vietnamese"])
    assert font_sheet(sheet) == face.format("latin") + "\n"


@pytest.mark.full
def test_a_clone_with_an_empty_home_sets_itself_up(tmp_path: Path) -> None:
    clone, home = tmp_path / "clone", tmp_path / "home"
    home.mkdir()
    subprocess.run(["git", "clone", "--quiet", CHECKOUT, clone], check=True)
    environ = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("KARVON_", "PYTEST_", "PYTHON", "VIRTUAL_ENV"))
    }
    words = [sys._base_executable, "run.py", "--help"]  # type: ignore[attr-defined]
    first, second = (
        subprocess.run(
            words,
            cwd=clone,
            env={**environ, "HOME": str(home)},
            capture_output=True,
            text=True,
            check=True,
        )
        for _ in range(2)
    )
    assert first.stdout == second.stdout
    assert "set-up" not in first.stdout
    assert "karvon set-up: done" in first.stderr
    assert second.stderr == ""
    assert (clone / ".assets" / "tabler.min.css").is_file()
