"""The rows of the history are sealed one after the other, each once, whatever happens meanwhile."""

import threading
from contextlib import contextmanager
from runpy import run_path

import peewee
import pytest

from core.data.actor import system
from core.data.audit import note
from core.data.chain import AT_ONCE, GENESIS, Chain, head, next_seal, seal_history, unsealed
from core.data.database import db, release, transaction
from core.data.history import History
from core.modules.lifecycle import CORE_MIGRATIONS

SEALED = History.seal.is_null(False)


@pytest.fixture
def told(working):
    """Tell the history of so many things, and answer the ids of the rows."""

    def tell(count):
        before = History.select(peewee.fn.MAX(History.id)).scalar() or 0
        with transaction():
            for number in range(count):
                note("log_in", ("core_user", number + 1), [("tries", None, number)])
        rows = History.select(History.id).where(History.id > before).order_by(History.id)
        return [id for (id,) in rows.tuples()]

    return tell


def links():
    """(id, digest, previous, seal) of all rows, in the order of their ids."""
    columns = (History.id, History.digest, History.previous, History.seal)
    return list(History.select(*columns).order_by(History.id).tuples())


def is_whole():
    """Whether the rows make one chain from the first to the head."""
    before = GENESIS
    for id, digest, previous, seal in links():
        if previous != before or seal != next_seal(before, id, digest):
            return False
        before = seal
    return before == head().seal


def test_nothing_is_sealed_until_somebody_seals(told):
    told(2)
    assert head()[:3] == (0, GENESIS, 0)
    assert {seal for *_, seal in links()} == {None}
    assert unsealed() == len(links())


def test_all_that_was_told_is_sealed_in_the_order_of_the_ids(told):
    ids = told(5)
    found = seal_history()
    assert is_whole()
    assert found == head()
    assert (found.id, found.rows) == (ids[-1], len(links()))
    assert found.at is not None
    assert unsealed() == 0


def test_sealing_goes_on_where_it_stopped_and_changes_nothing_a_second_time(told):
    told(3)
    first = seal_history()
    before = links()
    assert seal_history() == first
    assert links() == before
    told(3)
    seal_history()
    assert links()[: len(before)] == before
    assert is_whole()


def test_more_rows_than_one_transaction_takes_are_sealed_in_several(told, query_count):
    told(AT_ONCE + 1)
    said = []
    with query_count:
        seal_history(told=lambda done, total: said.append((done, total)))
    assert is_whole()
    updates = [sql for sql in query_count.statements if "UPDATE core_history SET" in sql]
    assert len(updates) == len(said) == 2
    assert said[-1] == (len(links()), len(links()))


def test_a_sealing_that_is_stopped_in_the_middle_leaves_whole_batches(told):
    told(AT_ONCE + 1)

    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        seal_history(told=stop)
    assert head().rows == AT_ONCE
    assert History.select().where(SEALED).count() == AT_ONCE
    seal_history()
    assert is_whole()


def test_a_sealing_that_is_undone_leaves_no_trace(told):
    told(3)
    with pytest.raises(RuntimeError), undoing():
        seal_history()
    assert head().id == 0
    assert not History.select().where(SEALED).exists()


@contextmanager
def undoing():
    with transaction():
        yield
        raise RuntimeError


def test_many_who_seal_at_once_make_one_chain(told):
    told(AT_ONCE + 200)
    together, failed = threading.Barrier(4), []

    def work():
        try:
            together.wait(10)
            seal_history(patience=5)
        except BaseException as error:
            failed.append(error)
        finally:
            release()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failed == []
    seal_history()
    assert is_whole()
    assert head().rows == len(links())


@contextmanager
def open_writer():
    """Another thread that told something and has not committed yet; SQLite has none beside us."""
    began, end, failed = threading.Event(), threading.Event(), []

    def work():
        try:
            with system("a test"), transaction():
                note("log_in", ("core_user", 1))
                began.set()
                assert end.wait(20)
        except BaseException as error:
            failed.append(error)
        finally:
            began.set()
            release()

    thread = threading.Thread(target=work)
    thread.start()
    assert began.wait(10)
    try:
        yield end
    finally:
        end.set()
        thread.join(20)
        assert failed == []


def test_rows_wait_while_an_open_transaction_may_put_one_before_them(told):
    """On PostgreSQL its row has the smaller id; on SQLite whoever tells waits for its end."""
    if isinstance(db.obj, peewee.SqliteDatabase):
        told(2)
        assert seal_history().rows == len(links())
        return
    with open_writer():
        ids = told(2)
        assert seal_history().id == 0
        assert not History.select().where(SEALED).exists()
    assert seal_history().id == ids[-1]
    assert min(ids) - 1 in [id for id, *_ in links()]
    assert is_whole()


def test_a_transaction_that_ends_soon_is_waited_for(told):
    if isinstance(db.obj, peewee.SqliteDatabase):
        return
    with open_writer() as end:
        told(2)
        threading.Timer(0.2, end.set).start()
        found = seal_history(patience=10)
    assert found.rows == len(links())
    assert is_whole()


def test_numbers_that_were_rolled_back_leave_no_fault(told):
    told(1)
    with pytest.raises(RuntimeError), undoing():
        note("log_in", ("core_user", 1))
    told(1)
    seal_history()
    assert is_whole()


def test_a_row_that_is_sealed_cannot_be_sealed_anew(told):
    told(1)
    seal_history()
    refused("UPDATE core_history SET seal = 'x'")
    refused("UPDATE core_history SET previous = NULL, seal = NULL")


@pytest.mark.parametrize(
    "also", ["", "actor_name = 'x'", "at = '2001-01-01 00:00:00'", "id = id + 100", "digest = 'x'"]
)
def test_nothing_but_the_seal_changes_with_it(told, also):
    told(1)
    given = "previous = 'a', seal = 'b'"
    if not also:
        db.execute_sql(f"UPDATE core_history SET {given}")
        return
    refused(f"UPDATE core_history SET {given}, {also}")
    refused(f"UPDATE core_history SET {also}")


def test_a_row_gets_both_or_none(told):
    told(1)
    refused("UPDATE core_history SET seal = 'x'")
    refused("UPDATE core_history SET previous = 'x'")


def refused(statement):
    before = links()
    with pytest.raises(peewee.DatabaseError, match="The history cannot be changed"):
        db.execute_sql(statement)
    assert links() == before


def test_the_head_has_one_row(working):
    assert Chain.select().count() == 1


def test_the_migration_goes_back_and_comes_again_and_the_seals_are_the_same(told):
    told(3)
    sealed = seal_history()
    before = links()
    migration = run_path(CORE_MIGRATIONS / "0021_sealed_history.py")
    migration["down"](None, db.obj)
    with pytest.raises(peewee.DatabaseError, match="The history cannot be changed"):
        db.execute_sql("UPDATE core_history SET previous = 'a', seal = 'b'")
    migration["up"](None, db.obj)
    assert head().id == 0
    told(1)
    assert seal_history().rows == sealed.rows + 1
    assert links()[:-1] == before
    assert is_whole()
