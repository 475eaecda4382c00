"""Databases with one table, `note`."""

from collections.abc import Iterator

import pytest

from core.data.database import bind, close, open_database
from core.data.pool import Pooled
from tests.data.notes import Note


@pytest.fixture
def database(both_databases: Pooled) -> Pooled:
    both_databases.create_tables([Note])
    return both_databases


@pytest.fixture
def sqlite(sqlite_url: str) -> Iterator[Pooled]:
    yield from _opened(sqlite_url)


@pytest.fixture
def postgres(postgres_url: str) -> Iterator[Pooled]:
    yield from _opened(postgres_url)


def _opened(url: str) -> Iterator[Pooled]:
    database = open_database(url)
    bind(database)
    database.create_tables([Note])
    yield database
    close()
