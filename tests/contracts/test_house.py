"""The rules of the house that no tool knows: what every file of the checkout keeps to."""

import ast
import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOT_OURS = {"node_modules", "var", "__pycache__"}
OURS_WITH_A_DOT = {".ci"}
MOST_LINES = 300
MOST_BYTES = 300_000
UNFINISHED = re.compile("|".join(["TO" + "DO", "FIX" + "ME", "X" * 3]))
# The rule TEAM looks up who is in a team, whatever the actor may read of teams.
ALLOWED = {"core/access/lines.py": {"whole_table"}}
TABLE_OF_PEEWEE = re.compile(r"from peewee import (\([^)]*|[^\n(]*)\bTable\b|peewee\.Table")
RAW_SQL = {"raw", "execute_sql"}


def files() -> Iterator[Path]:
    """Every file of the checkout that is ours: not what set-up or a run has made."""
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [
            name
            for name in folders
            if name not in NOT_OURS and (name[0] != "." or name in OURS_WITH_A_DOT)
        ]
        yield from (Path(folder, name) for name in names if not name.endswith((".pyc", ".lock")))


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


PYTHON = {place(path): path.read_text("utf-8") for path in files() if path.suffix == ".py"}
PRODUCT = {name: text for name, text in PYTHON.items() if "tests" not in Path(name).parts[:-1]}
TESTS = {name: text for name, text in PYTHON.items() if name not in PRODUCT}


def calls(text: str) -> Iterator[tuple[str, bool]]:
    """The names that a file calls, and whether each is called on something: `print`, `q.raw`."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id, False
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr, True


def test_the_walk_sees_the_house() -> None:
    assert {"run.py", "core/errors.py", "tests/contracts/test_house.py"} <= PYTHON.keys()


def test_every_python_file_says_its_duty_in_its_first_line() -> None:
    silent = []
    for name, text in PYTHON.items():
        said = ast.get_docstring(ast.parse(text)) or ""
        first = text.splitlines()[:1]
        if not first or not first[0].startswith('"""') or not said.splitlines()[0].endswith("."):
            silent.append(name)
    assert silent == []


def test_no_python_file_is_longer_than_300_lines() -> None:
    long = {name: text.count("\n") for name, text in PYTHON.items()}
    assert {name: lines for name, lines in long.items() if lines > MOST_LINES} == {}


def test_no_file_is_marked_unfinished() -> None:
    kinds = {".py", ".html", ".css", ".js", ".toml", ".md", ".ini", ".po", ".in", ""}
    marked = [
        place(path)
        for path in files()
        if path.suffix in kinds and UNFINISHED.search(path.read_text("utf-8", "replace"))
    ]
    assert marked == []


def test_only_verbs_print() -> None:
    printing = [
        name
        for name, text in PRODUCT.items()
        if not name.startswith("core/cli/") and ("print", False) in calls(text)
    ]
    assert printing == []


def test_only_the_data_room_speaks_sql_past_the_scope() -> None:
    past = []
    for name, text in PRODUCT.items():
        # Migrations change the schema itself; no actor is asked there.
        if name.startswith(("core/data/", "core/testing")) or "/migrations/" in name:
            continue
        called = {word for word, _ in calls(text)}
        bare = {"whole_table"} | ({"Table"} if TABLE_OF_PEEWEE.search(text) else set())
        raw = {word for word, is_method in calls(text) if is_method} & RAW_SQL
        if raw or called & bare - ALLOWED.get(name, set()):
            past.append(name)
    assert past == []


def test_no_test_is_skipped_or_expected_to_fail() -> None:
    ways = {"skip", "skipif", "xfail", "importorskip", "SkipTest", "skipTest", "skipUnless"}
    shirking = []
    for name, text in TESTS.items():
        if any(
            isinstance(node, ast.Attribute) and node.attr in ways
            for node in ast.walk(ast.parse(text))
        ):
            shirking.append(name)
    assert shirking == []


def test_no_file_is_larger_than_300_kilobytes() -> None:
    sizes = {place(path): path.stat().st_size for path in files()}
    assert {name: size for name, size in sizes.items() if size > MOST_BYTES} == {}


def test_set_up_needs_nothing_but_the_standard_library() -> None:
    own = {"core.cli.setup", "core.errors"}
    foreign = []
    for name, text in PRODUCT.items():
        if not name.startswith("core/cli/setup/"):
            continue
        for module in imported(text):
            known = module.split(".")[0] in sys.stdlib_module_names
            if not known and not any(f"{module}.".startswith(f"{room}.") for room in own):
                foreign.append((name, module))
    assert foreign == []


def imported(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_the_lock_of_front_end_packages_has_hashes_and_no_download_addresses() -> None:
    lock = json.loads(read("package-lock.json"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
    assert [name for name, entry in packages.items() if not entry.get("integrity")] == []


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def pins(name: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9.-]+)(?:\[[a-z,]+\])?==([^ ;\\]+)", read(name), re.MULTILINE))


@pytest.mark.parametrize("name", ["requirements", "requirements-test", "requirements-node"])
def test_a_lock_of_python_packages_pins_with_hashes_all_that_is_asked_for(name: str) -> None:
    asked = re.findall(r"^([a-z0-9][a-z0-9.-]*)", read(f"{name}.in"), re.MULTILINE)
    entries = re.findall(r"^[a-z0-9].*?(?=^[a-z0-9]|\Z)", read(f"{name}.txt"), re.M | re.S)
    assert [package for package in asked if package not in pins(f"{name}.txt")] == []
    assert [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []
    assert "://" not in read(f"{name}.txt")


def test_both_locks_name_the_same_versions() -> None:
    tools, product = pins("requirements-test.txt"), pins("requirements.txt")
    assert {name: tools.get(name) for name in product} == product


def test_an_addon_reaches_the_database_only_through_the_core() -> None:
    past = [
        name
        for name, text in PRODUCT.items()
        if name.startswith("addons/")
        and "/migrations/" not in name
        and re.search(r"^\s*(from|import) (peewee|playhouse|sqlite3|psycopg)", text, re.MULTILINE)
    ]
    assert past == []
