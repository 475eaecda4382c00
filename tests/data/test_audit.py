"""What is no change of a record stands in the history too, some of it whatever is undone."""

import logging
import threading
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

import peewee
import pytest

from core.access.models import User
from core.data.actor import Actor, acting_as
from core.data.audit import ACTIONS, note, note_regardless
from core.data.database import db, release, transaction
from core.data.history import History, coming_from, is_sound
from core.data.sqlite import Sqlite
from tests.data.told import values_of

VALUES = [("address", None, "10.0.0.1"), ("tries", 1, 2)]


@pytest.fixture
def since(working):
    """Make `since()`: the rows told since it was last asked."""
    seen = [History.select(peewee.fn.MAX(History.id)).scalar() or 0]

    def told():
        rows = list(History.select().where(History.id > seen[0]).order_by(History.id))
        seen[0] = rows[-1].id if rows else seen[0]
        return rows

    return told


@contextmanager
def undone():
    with suppress(RuntimeError), transaction():
        yield
        raise RuntimeError


def leave_too_early():
    with transaction():
        User.create(login="vali", name="Vali")
        note_regardless("fail_log_in", ("core_user", 1))
        release()


def actions(rows):
    return [row.action for row in rows]


def test_an_event_is_told_with_who_where_and_its_values(since):
    with acting_as(Actor(7, "Dilnoza")), coming_from("10.0.0.1", "abcd1234"):
        note("log_in", ("core_user", 7), VALUES)
    (row,) = since()
    assert (row.actor, row.actor_name, row.address) == (7, "Dilnoza", "10.0.0.1")
    assert (row.request, row.model, row.record) == ("abcd1234", "core_user", 7)
    assert (row.root_model, row.root_record) == ("core_user", 7)
    assert values_of(row) == {"address": (None, "10.0.0.1"), "tries": (1, 2)}
    assert is_sound(row)


def test_an_event_may_be_somebody_elses_and_belong_to_another_record(since):
    note("log_in", ("core_session", 3), under=("core_user", 7), by=(7, "Dilnoza"))
    (row,) = since()
    assert (row.actor, row.actor_name) == (7, "Dilnoza")
    assert (row.model, row.record) == ("core_session", 3)
    assert (row.root_model, row.root_record) == ("core_user", 7)


def test_an_action_without_words_is_refused(working):
    with pytest.raises(ValueError, match="no words for dance"):
        note("dance", ("core_user", 1))


def test_actions_fit_into_their_column():
    assert max(map(len, ACTIONS)) <= History.action.max_length


def test_an_event_is_undone_with_its_transaction(since):
    with undone():
        note("log_in", ("core_user", 1))
    assert since() == []


def test_a_regardless_event_stays_when_all_else_is_undone(since):
    with undone():
        User.create(login="vali", name="Vali")
        note_regardless("fail_log_in", ("core_user", 1), VALUES)
    (row,) = since()
    assert row.action == "fail_log_in"
    assert values_of(row) == {"address": (None, "10.0.0.1"), "tries": (1, 2)}
    assert not User.select().where(User.login == "vali").exists()


def test_a_regardless_event_follows_what_is_kept(since):
    with transaction():
        note_regardless("log_out", ("core_user", 1))
        note("log_in", ("core_user", 1))
        assert actions(since()) == ["log_in"]
    assert actions(since()) == ["log_out"]


def test_a_regardless_event_outlives_the_savepoint_it_was_told_in(since):
    with transaction():
        with undone():
            note_regardless("fail_log_in", ("core_user", 1))
        User.create(login="vali", name="Vali")
    assert actions(since()) == ["create", "fail_log_in"]


def test_a_regardless_event_is_told_at_once_where_nothing_is_open(since):
    note_regardless("fail_log_in", ("core_user", 1))
    assert actions(since()) == ["fail_log_in"]


def test_a_regardless_event_stays_when_the_connection_is_given_back_meanwhile(since):
    with pytest.raises(peewee.InterfaceError, match="given back inside"):
        leave_too_early()
    assert actions(since()) == ["fail_log_in"]


def test_a_regardless_event_keeps_the_actor_and_the_time_it_was_told_at(since, clock):
    told_at = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    clock.set(told_at)
    with transaction():
        with acting_as(Actor(7, "Dilnoza")), coming_from("10.0.0.1", "abcd1234"):
            note_regardless("fail_log_in", ("core_user", 1))
        clock.forward(minutes=5)
    (row,) = since()
    assert (row.actor, row.actor_name, row.request) == (7, "Dilnoza", "abcd1234")
    assert row.at == told_at


def test_threads_that_write_and_tell_at_once_wait_for_none_for_good(working, since):
    """Each holds the turn to write, or a connection, while it tells: eight at once, of eight."""
    together, failed = threading.Barrier(8), []

    def work(number):
        try:
            with acting_as(Actor(number, "x")):
                together.wait(10)
                with undone():
                    note("log_in", ("core_user", number))
                    note_regardless("fail_log_in", ("core_user", number))
        except BaseException as error:
            failed.append(error)
        finally:
            release()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failed == []
    rows = since()
    assert actions(rows) == ["fail_log_in"] * 8
    assert sorted(row.record for row in rows) == list(range(1, 9))


@pytest.mark.attack(33)
def test_an_event_that_cannot_be_written_is_logged_and_breaks_nothing(since, caplog):
    told = History.select().count()
    with transaction():
        User.create(login="vali", name="Vali")
        note_regardless("log_in", ("core_user", 1), [("name", None, "a\r\nb")])
        db.execute_sql("ALTER TABLE core_history_value RENAME TO gone")
    assert User.select().where(User.login == "vali").exists()
    assert History.select().count() == told + 1
    (record,) = [r for r in caplog.records if r.levelno == logging.ERROR]
    assert "could not be told" in record.getMessage()
    assert "\n" not in record.getMessage()
    assert "\r" not in record.getMessage()


def test_the_turn_to_write_is_given_back_before_a_regardless_event(working):
    if not isinstance(db.obj, Sqlite):
        db.obj.after_end(lambda: None)
        return
    turns = []
    with transaction():
        db.obj.after_end(lambda: turns.append(db.obj._state.lease.turn))
    assert turns == [False]
