"""Fixtures that give a test real databases."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from core.data.database import bind, close, open_database
from core.data.pool import Pooled
from core.testing.folders import fastest_folder
from core.testing.postgres import PostgresCluster, PostgresMissing

_numbers = count(1)


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[PostgresCluster]:
    """Start a PostgreSQL server of this run's own when the first test asks for it."""
    try:
        cluster = PostgresCluster(fastest_folder()).start()
    except PostgresMissing as error:
        pytest.exit(str(error), returncode=3)
    try:
        yield cluster
    finally:
        cluster.stop()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of a SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'karvon.db'}"


@pytest.fixture
def postgres_url(postgres_cluster: PostgresCluster) -> Iterator[str]:
    """Make an empty PostgreSQL database; its URL."""
    name = f"test_{next(_numbers)}"
    yield postgres_cluster.create(name)
    postgres_cluster.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Make an empty database, once of each kind; its URL."""
    fixture = {"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param]
    return str(request.getfixturevalue(fixture))


@pytest.fixture
def both_databases(database_url: str) -> Iterator[Pooled]:
    """Open an empty database, once of each kind, bound to `db`."""
    database = open_database(database_url)
    bind(database)
    yield database
    close()
