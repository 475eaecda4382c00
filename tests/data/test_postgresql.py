"""PostgreSQL: connections that die, addresses, and the cluster of the suite itself."""

import os
from collections.abc import Callable

import peewee
import psycopg
import pytest

from core.data.database import open_database, release, transaction
from core.data.pool import Pooled
from core.errors import Busy, ConfigError
from core.testing.postgres import PostgresCluster
from tests.data.notes import Note, in_thread, texts


def backend(database: Pooled) -> int:
    return int(database.execute_sql("SELECT pg_backend_pid()").fetchone()[0])


@pytest.mark.parametrize("again", [lambda: Note.select().count(), lambda: Note.create(text="a")])
def test_a_connection_killed_while_idle_is_replaced(
    postgres: Pooled, postgres_url: str, again: Callable[[], object]
) -> None:
    killed = backend(postgres)
    release()
    with psycopg.connect(postgres_url) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", (killed,))
    again()
    assert backend(postgres) != killed


def test_a_connection_killed_in_use_is_not_lent_again(postgres: Pooled, postgres_url: str) -> None:
    killed = backend(postgres)
    with psycopg.connect(postgres_url) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", (killed,))
    with pytest.raises(peewee.OperationalError), transaction():
        Note.create(text="lost")
    release()
    Note.create(text="a")
    assert texts() == ["a"]


def test_a_thread_that_keeps_its_connection_gets_a_new_one_after_the_failure(
    postgres: Pooled, postgres_url: str
) -> None:
    with psycopg.connect(postgres_url) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", (backend(postgres),))
    with pytest.raises(peewee.OperationalError):
        texts()
    Note.create(text="a")
    assert texts() == ["a"]


def test_a_wrong_address_is_refused_without_the_password() -> None:
    with pytest.raises(ConfigError, match=r"\[database\] url") as told:
        open_database("postgresql://anna:secret@[host/name")
    assert "secret" not in str(told.value)


def test_reading_leaves_no_transaction_open(postgres: Pooled, postgres_url: str) -> None:
    texts()
    with psycopg.connect(postgres_url) as other:
        state = other.execute(
            "SELECT state FROM pg_stat_activity WHERE pid = %s", (backend(postgres),)
        ).fetchone()
    assert state == ("idle",)


def test_an_error_outside_a_transaction_does_not_spoil_the_connection(postgres: Pooled) -> None:
    with pytest.raises(peewee.ProgrammingError):
        postgres.execute_sql("SELECT nonsense")
    assert texts() == []


def test_several_hosts_and_parameters_reach_the_driver(postgres_url: str) -> None:
    address, _, name = postgres_url.rpartition("/")
    dead = address.replace("127.0.0.1", "127.0.0.1:1,127.0.0.1")
    database = open_database(f"{dead}/{name}?target_session_attrs=read-write&application_name=here")
    row = database.execute_sql("SELECT current_setting('application_name')").fetchone()
    database.close_all()
    assert row == ("here",)


def test_a_forked_child_connects_anew_and_leaves_its_parent_connected(postgres: Pooled) -> None:
    ours = backend(postgres)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writing, str(backend(postgres)).encode())
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    assert int(os.read(reading, 20)) != ours
    os.close(reading)
    os.close(writing)
    assert backend(postgres) == ours


def test_times_are_utc(postgres: Pooled) -> None:
    row = postgres.execute_sql("SELECT now(), current_setting('TimeZone')").fetchone()
    assert row[0].utcoffset().total_seconds() == 0
    assert row[1] == "UTC"


def test_more_threads_than_connections_wait_and_then_are_told(postgres_url: str) -> None:
    database = open_database(postgres_url, pool=1)
    database.deadline = 0.2
    database.connect()
    with pytest.raises(Busy):
        in_thread(database.connect)
    database.close()
    in_thread(database.connect)
    database.close_all()


def test_a_database_is_copied_from_a_template(
    postgres_cluster: PostgresCluster, postgres_url: str
) -> None:
    with psycopg.connect(postgres_url) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        connection.execute("CREATE TABLE t AS SELECT 1 AS a")
    url = postgres_cluster.create("copied", template=postgres_url.rpartition("/")[2])
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT a, similarity('a', 'a') FROM t").fetchone() == (1, 1.0)
    postgres_cluster.drop("copied")
