"""The queue of writers: who waits for whom, and for how long."""

import os
import signal
import sqlite3
import statistics
from collections.abc import Callable
from pathlib import Path

import pytest

from core.data.database import open_database
from core.data.sqlite import Sqlite
from core.errors import Busy
from tests.faults.processes import (
    LONG,
    Start,
    Thread,
    Writer,
    until,
    waits_in_the_kernel,
    write,
    writers,
)
from tests.faults.writer import Line


@pytest.mark.parametrize("work", [lambda: write("here"), lambda: Line.create(writer="here")])
def test_a_write_waits_for_the_transaction_of_another_process(
    database: Sqlite, holder: Writer, work: Callable[[], object]
) -> None:
    waiting = Thread(work)
    until(lambda: waits_in_the_kernel(os.getpid()))
    assert writers() == []
    holder.goes_on()
    waiting.result()
    assert writers() == ["holder", "here"]


def test_a_read_waits_for_nobody(database: Sqlite, holder: Writer) -> None:
    assert Line.select().count() == 0


def test_writers_of_several_processes_come_in_the_order_in_which_they_asked(
    database: Sqlite, holder: Writer, start: Start
) -> None:
    second = start("hold", "second")
    until(lambda: waits_in_the_kernel(second.pid))
    third = Thread(lambda: write("third"))
    until(lambda: waits_in_the_kernel(os.getpid()))
    fourth = start("hold", "fourth")
    until(lambda: waits_in_the_kernel(fourth.pid))
    for writer in (fourth, second, holder):  # all may commit at once: only the queue orders them
        writer.goes_on()
    third.result()
    for writer in (second, fourth):
        assert [writer.hears() for _ in range(3)] == ["asking", "holding", "committed"]
    assert writers() == ["holder", "second", "third", "fourth"]


def test_threads_of_one_process_come_in_the_order_in_which_they_asked(
    database: Sqlite, holder: Writer
) -> None:
    threads = []
    for number in range(8):
        threads.append(Thread(lambda name=str(number): write(name)))
        until(lambda number=number: len(database.writers._waiting) == number + 1)
    holder.goes_on()
    for thread in threads:
        thread.result()
    assert writers() == ["holder", *"01234567"]


def test_greedy_processes_do_not_starve_a_polite_one(database: Sqlite, start: Start) -> None:
    greedy = [start("greedy", f"greedy{number}") for number in range(2)]
    assert [writer.hears() for writer in greedy] == ["started"] * 2
    assert start("polite", "polite", 40).hears() == "done"
    for writer in greedy:
        writer.is_killed()
    overtaken = [line.id - line.seen - 1 for line in Line.select().where(Line.writer == "polite")]
    assert len(overtaken) == 40
    # Two are before it in line at most; fifty overtake it where the lock goes to the fastest.
    assert statistics.median(overtaken) <= 10


def test_three_processes_of_32_threads_finish_without_a_locked_database(
    sqlite_url: str, start: Start
) -> None:
    crowds = [start("crowd", f"crowd{number}", 32, 6) for number in range(3)]
    assert [crowd.hears() for crowd in crowds] == ["done"] * 3
    database = open_database(sqlite_url)
    rows = database.execute_sql("SELECT writer, id - seen - 1 FROM line ORDER BY id").fetchall()
    database.close_all()
    assert len(rows) == 3 * 32 * 6
    # 95 others may be before one in the queue, and some more come while it asks. Unfair queues
    # let the unlucky wait until nearly all are done.
    assert max(overtaken for _, overtaken in rows) <= 95 * 2


def test_a_writer_is_told_after_the_deadline(database: Sqlite, holder: Writer) -> None:
    database.writers.deadline = 0.1
    with pytest.raises(Busy) as told:
        write("late")
    assert told.value.retry_after > 0
    with pytest.raises(Busy):
        Line.create(writer="late")


def test_a_turn_that_comes_after_the_deadline_goes_to_the_next_process(
    database: Sqlite, holder: Writer, start: Start
) -> None:
    database.writers.deadline = 0.1
    with pytest.raises(Busy):
        write("late")
    other = start("hold", "other")
    until(lambda: waits_in_the_kernel(other.pid))
    holder.goes_on()
    assert [other.hears(), other.hears()] == ["asking", "holding"]
    other.goes_on()
    assert other.hears() == "committed"
    database.writers.deadline = LONG
    write("here")
    assert writers() == ["holder", "other", "here"]


def test_a_turn_that_comes_after_the_deadline_goes_to_the_next_thread(
    database: Sqlite, holder: Writer
) -> None:
    database.writers.deadline = 0.1
    with pytest.raises(Busy):
        write("late")
    database.writers.deadline = LONG
    waiting = Thread(lambda: write("here"))
    until(lambda: database.writers._waiting)
    holder.goes_on()
    waiting.result()
    assert writers() == ["holder", "here"]


def test_a_waiting_writer_that_is_interrupted_leaves_the_queue(
    database: Sqlite, holder: Writer
) -> None:
    def interrupt(*_: object) -> None:
        raise InterruptedError

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    try:
        with pytest.raises(InterruptedError):
            write("interrupted")
    finally:
        signal.signal(signal.SIGALRM, before)
    holder.goes_on()
    write("here")
    assert writers() == ["holder", "here"]


def test_a_program_outside_the_queue_makes_writers_busy_not_broken(
    database: Sqlite, tmp_path: Path
) -> None:
    foreign = sqlite3.connect(tmp_path / "karvon.db", isolation_level=None)
    foreign.execute("BEGIN IMMEDIATE")
    database.execute_sql("PRAGMA busy_timeout = 50")
    with pytest.raises(Busy):
        write("late")
    with pytest.raises(Busy):
        Line.create(writer="late")
    foreign.execute("ROLLBACK")
    foreign.close()
    write("here")
    assert writers() == ["here"]
