"""Connections and transactions: what both databases do alike."""

from pathlib import Path

import peewee
import pytest

from core.data.database import db, open_database, release, transaction
from core.data.pool import Pooled
from core.errors import ConfigError
from tests.data.notes import Note, in_thread, texts, write_in_another_thread


def write_and_fail(text: str) -> None:
    with transaction():
        Note.create(text=text)
        raise ValueError("no")


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


def test_giving_the_connection_back_undoes_an_open_transaction(database: Pooled) -> None:
    block = transaction()
    block.__enter__()
    Note.create(text="lost")
    release()
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
