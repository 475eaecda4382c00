"""A database with one table, and processes that write in it."""

from collections.abc import Iterator

import pytest

from core.data.database import bind, close, open_database, release
from core.data.sqlite import Sqlite
from tests.faults.processes import Start, Writer
from tests.faults.writer import Line


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Sqlite]:
    database = open_database(sqlite_url)
    bind(database)
    database.create_tables([Line])
    release()
    yield database
    close()


@pytest.fixture
def start(sqlite_url: str) -> Iterator[Start]:
    started: list[Writer] = []

    def start(verb: str, *words: object) -> Writer:
        started.append(Writer(sqlite_url, verb, *words))
        return started[-1]

    yield start
    for writer in started:
        writer.ends()


@pytest.fixture
def holder(database: Sqlite, start: Start) -> Writer:
    """Another process, inside a transaction."""
    writer = start("hold", "holder")
    assert writer.hears() == "asking"
    assert writer.hears() == "holding"
    return writer
