"""Collects the tests on real data only where there is some.

KARVON_TEST_REAL names its folder; without it that is ../shared/data beside the checkout.
"""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("KARVON_TEST_REAL") or ROOT.parent / "shared" / "data").resolve()

collect_ignore = [] if (DATA / "northwind").is_dir() else ["test_northwind.py"]


@pytest.fixture
def northwind() -> Path:
    """The folder with the files of Northwind."""
    return DATA / "northwind"
