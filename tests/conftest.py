"""The tutorial's warehouse, an addon outside the tree, for the tests of every room."""

from pathlib import Path

import pytest

from core.modules import lifecycle
from core.testing.scratch import forget_extensions

WAREHOUSE = Path(__file__).parent / "warehouse/addons"


@pytest.fixture
def with_warehouse(migrated_url, open_at):
    """An instance in which the warehouse is enabled, found by [addons] path."""
    opened = open_at(migrated_url, KARVON_ADDONS__PATH=str(WAREHOUSE))
    lifecycle.enable(opened.found(), "warehouse")
    yield opened
    forget_extensions()
