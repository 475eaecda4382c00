"""The tutorial's warehouse, an addon outside the tree, for the tests of every room."""

from pathlib import Path

import pytest

from core.modules import lifecycle
from core.testing.scratch import forget_extensions

HERE = Path(__file__).parent
WAREHOUSE = HERE / "warehouse/addons"
# What takes longest: begun last, it would leave the other processes idle at the end.
LONGEST = (
    *("contracts/test_tools.py", "access/test_random_worlds.py"),
    *(f"attacks/test_lines_{name}.py" for name in ("reading", "writing", "browsers")),
    *("journeys", "cli", "serve", "faults", "bench", "attached", "contracts", "attacks", "setup"),
)


def pytest_collection_modifyitems(items):
    """Put the longest files first; those of a rank stay as they were."""
    items.sort(key=_rank)


def _rank(item):
    name = item.path.relative_to(HERE).as_posix() if item.path.is_relative_to(HERE) else ""
    return next((n for n, each in enumerate(LONGEST) if name.startswith(each)), len(LONGEST))


@pytest.fixture
def with_warehouse(migrated_url, open_at):
    """An instance in which the warehouse is enabled, found by [addons] path."""
    opened = open_at(migrated_url, KARVON_ADDONS__PATH=str(WAREHOUSE))
    lifecycle.enable(opened.found(), "warehouse")
    yield opened
    forget_extensions()
