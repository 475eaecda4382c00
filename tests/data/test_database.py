"""The one database of the process: connections, transactions, the end of a thread."""

import os
import sqlite3
import stat
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import peewee
import psycopg
import pytest

from core.data.database import bind, db, open_database, release, transaction
from core.data.pool import Pooled
from core.errors import Busy, ConfigError
from core.testing.postgres import PostgresCluster


class Note(peewee.Model):
    text = peewee.TextField()

    class Meta:
        database = db
        table_name = "note"


@pytest.fixture
def database(both_databases: Pooled) -> Pooled:
    both_databases.create_tables([Note])
    return both_databases


@pytest.fixture
def sqlite(sqlite_url: str) -> Iterator[Pooled]:
    database = open_database(sqlite_url)
    bind(database)
    database.create_tables([Note])
    yield database
    bind(None)
    database.close_all()


@pytest.fixture
def postgres(postgres_url: str) -> Iterator[Pooled]:
    database = open_database(postgres_url)
    bind(database)
    database.create_tables([Note])
    yield database
    bind(None)
    database.close_all()


def texts() -> list[str]:
    return [text for (text,) in Note.select(Note.text).order_by(Note.id).tuples()]


def in_thread(work: Callable[[], object]) -> None:
    failures: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(30)
    assert not thread.is_alive()
    if failures:
        raise failures[0]


def write_and_fail(text: str) -> None:
    with transaction():
        Note.create(text=text)
        raise ValueError("no")


def write_in_another_thread(text: str = "after") -> None:
    """Fails within the deadline if somebody still has the turn to write."""

    def write() -> None:
        with transaction():
            Note.create(text=text)
        release()

    in_thread(write)


def backend(database: Pooled) -> int:
    return int(database.execute_sql("SELECT pg_backend_pid()").fetchone()[0])


# Transactions, the same on both databases


def test_a_transaction_keeps_what_it_wrote(database: Pooled) -> None:
    with transaction():
        Note.create(text="a")
        Note.create(text="b")
    release()
    assert texts() == ["a", "b"]


def test_an_exception_undoes_the_whole_transaction(database: Pooled) -> None:
    with pytest.raises(ValueError, match="no"):
        write_and_fail("a")
    assert texts() == []


def test_an_inner_transaction_is_undone_alone(database: Pooled) -> None:
    with transaction():
        Note.create(text="outer")
        with pytest.raises(ValueError, match="no"):
            write_and_fail("inner")
    assert texts() == ["outer"]


def test_others_see_a_write_only_after_the_commit(database: Pooled) -> None:
    seen: list[list[str]] = []
    with transaction():
        Note.create(text="a")
        in_thread(lambda: (seen.append(texts()), release()))
    in_thread(lambda: (seen.append(texts()), release()))
    assert seen == [[], ["a"]]


def test_a_write_outside_a_transaction_stands_alone(database: Pooled) -> None:
    Note.create(text="a")
    in_thread(lambda: texts() == ["a"] or pytest.fail("not committed"))


def test_what_is_to_follow_a_commit_runs_after_it(database: Pooled) -> None:
    order: list[str] = []
    with transaction():
        db.after_commit(lambda: order.append(str(db.in_transaction())))
        order.append("inside")
    assert order == ["inside", "False"]


@pytest.mark.parametrize("give_back", ["close", "release"])
def test_giving_the_connection_back_undoes_an_open_transaction(
    database: Pooled, give_back: str
) -> None:
    block = transaction()
    block.__enter__()
    Note.create(text="lost")
    getattr(database, give_back)()
    write_in_another_thread()
    with pytest.raises(peewee.InterfaceError, match="given back inside this transaction"):
        block.__exit__(None, None, None)
    assert texts() == ["after"]


def test_a_thread_that_ends_inside_a_transaction_undoes_it(database: Pooled) -> None:
    def leave_open() -> None:
        database.begin()
        Note.create(text="lost")

    in_thread(leave_open)
    write_in_another_thread()
    assert texts() == ["after"]


def test_a_failed_commit_leaves_nothing_behind(database: Pooled) -> None:
    database.execute_sql("CREATE TABLE parent (id INTEGER PRIMARY KEY)")
    database.execute_sql(
        "CREATE TABLE child (parent INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)"
    )
    block = transaction()
    block.__enter__()
    Note.create(text="lost")
    database.execute_sql("INSERT INTO child VALUES (7)")
    with pytest.raises(peewee.IntegrityError):
        block.__exit__(None, None, None)
    write_in_another_thread()
    assert texts() == ["after"]


def test_rows_of_a_returning_need_not_be_read(database: Pooled) -> None:
    query = Note.insert(text="a").returning(Note.id, Note.text)
    unread = query.execute()
    write_in_another_thread()
    assert [row.text for row in unread] == ["a"]
    assert texts() == ["a", "after"]


# Borrowing


def test_a_thread_gets_the_connection_that_the_last_one_gave_back(database: Pooled) -> None:
    first = database.connection()
    release()
    seen: list[object] = []
    in_thread(lambda: (seen.append(database.connection()), release()))
    assert seen == [first]


def test_the_connection_of_an_ended_thread_is_used_again(database: Pooled) -> None:
    seen: list[object] = []
    in_thread(lambda: seen.append(database.connection()))
    release()
    in_thread(lambda: seen.append(database.connection()))
    assert len({id(connection) for connection in seen}) <= 2
    assert len(database._connections) <= 2


def test_release_without_a_connection_does_nothing(database: Pooled) -> None:
    release()
    release()
    assert database.is_closed()


def test_opening_a_database_connects_to_nothing(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/folder/karvon.db")
    assert not list(tmp_path.iterdir())
    database.close_all()


def test_nothing_runs_without_a_database() -> None:
    with pytest.raises(peewee.InterfaceError, match="No database is open"):
        transaction()
    release()


@pytest.mark.parametrize("url", ["mysql://a/b", "sqlite://file.db", "sqlite:///", "nonsense", ""])
def test_an_address_that_cannot_be_used_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match=r"\[database\] url"):
        open_database(url)


# SQLite


def test_a_new_file_and_its_folders_are_private(tmp_path: Path) -> None:
    os.umask(os.umask(0o022))
    database = open_database(f"sqlite:///{tmp_path}/one/two/karvon.db")
    database.execute_sql("CREATE TABLE t (id INTEGER)")
    database.close_all()
    modes = {
        path.name: stat.S_IMODE(path.stat().st_mode)
        for path in [tmp_path / "one", *(tmp_path / "one").rglob("*")]
    }
    folders = {name: mode for name, mode in modes.items() if name in ("one", "two")}
    files = {name: mode for name, mode in modes.items() if name not in folders}
    assert set(folders.values()) == {0o700}
    assert "karvon.db" in files
    assert set(files.values()) == {0o600}


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    database = open_database(f"sqlite:///{tmp_path}/file/karvon.db")
    with pytest.raises(ConfigError, match=r"file/karvon\.db cannot be made"):
        database.connect()


def test_a_sqlite_connection_is_set_up_for_safety(sqlite: Pooled) -> None:
    expected = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1}
    assert {name: sqlite.pragma(name) for name in expected} == expected


def test_a_database_in_memory_is_one_for_all_threads() -> None:
    database = open_database("sqlite:///:memory:")
    database.execute_sql("CREATE TABLE t (id INTEGER)")
    database.release()
    rows: list[object] = []
    in_thread(lambda: rows.append(database.execute_sql("SELECT count(*) FROM t").fetchone()))
    assert rows == [(0,)]
    database.close_all()


def test_a_half_read_query_does_not_show_the_past_to_the_next(sqlite: Pooled) -> None:
    Note.insert_many([{"text": str(number)} for number in range(500)]).execute()
    half_read = sqlite.execute_sql("SELECT text FROM note")
    half_read.fetchone()
    release()
    write_in_another_thread("new")
    assert Note.select().count() == 501
    with transaction():
        Note.create(text="newer")
    with pytest.raises(sqlite3.ProgrammingError):
        half_read.fetchone()


def test_a_transaction_that_sqlite_undid_is_not_continued(sqlite: Pooled) -> None:
    sqlite.execute_sql("CREATE TABLE one (id INTEGER PRIMARY KEY)")
    sqlite.execute_sql("INSERT INTO one VALUES (1)")
    block = transaction()
    block.__enter__()
    Note.create(text="lost")
    with pytest.raises(peewee.IntegrityError):
        sqlite.execute_sql("INSERT OR ROLLBACK INTO one VALUES (1)")
    with pytest.raises(peewee.OperationalError, match="undone this transaction") as caught:
        Note.create(text="not alone")
    block.__exit__(caught.type, caught.value, caught.tb)
    write_in_another_thread()
    assert texts() == ["after"]


def test_a_reading_transaction_waits_for_nobody_and_does_not_write(sqlite: Pooled) -> None:
    started, stop = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction():
            started.set()
            stop.wait(30)

    holder = threading.Thread(target=hold)
    holder.start()
    started.wait(30)
    with sqlite.atomic("DEFERRED"):
        assert texts() == []
        with pytest.raises(peewee.OperationalError, match="only reads"):
            Note.create(text="a")
    stop.set()
    holder.join()


def test_a_transaction_opened_by_hand_is_refused(sqlite: Pooled) -> None:
    with pytest.raises(peewee.OperationalError, match="Write in transaction"):
        sqlite.execute_sql("BEGIN IMMEDIATE")


# PostgreSQL


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
    database.release()
    in_thread(database.connect)
    database.close_all()


# The suite's own PostgreSQL


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
