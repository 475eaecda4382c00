"""The options of the suite: `--full` adds the long runs; skips and expected failures are red."""

from pathlib import Path

import pytest

from core.config import ROOT
from core.modules.manifest import FILE

# Folders with addons outside the tree whose tests run: instances of the run look there too.
outside: list[Path] = []


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="also run what is marked `full`")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "full: takes minutes or the network; runs only with --full")
    outside[:] = dict.fromkeys(each for word in config.args for each in _addons_around(word))


def _addons_around(word: str) -> list[Path]:
    """The folder of addons, outside of the tree, in which what a word of pytest names lies."""
    place = Path(word.partition("::")[0]).resolve()
    around = [each.parent for each in (place, *place.parents) if (each / FILE).is_file()]
    return [each for each in around if not each.is_relative_to(ROOT)]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the long runs out of a usual one: they are deselected and counted as such."""
    if config.getoption("--full"):
        return
    long = [item for item in items if item.get_closest_marker("full")]
    config.hook.pytest_deselected(items=long)
    items[:] = [item for item in items if item not in long]


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """A run that skipped or expected a failure is red: what is not tried is not known."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or exitstatus != pytest.ExitCode.OK:
        return
    if any(reporter.stats.get(kind) for kind in ("skipped", "xfailed", "xpassed")):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
