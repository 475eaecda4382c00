"""Writers that are killed, forked or forgotten let the others write."""

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from core.data.sqlite import Sqlite
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


def test_the_turn_of_a_killed_process_goes_to_the_next(database: Sqlite, holder: Writer) -> None:
    waiting = Thread(lambda: write("here"))
    until(lambda: waits_in_the_kernel(os.getpid()))
    holder.is_killed()
    waiting.result()
    assert writers() == ["here"]


@pytest.mark.parametrize(
    "give_up",
    [
        pytest.param(lambda database: database.close(), id="close"),
        pytest.param(lambda database: database.rollback(), id="rollback"),
        pytest.param(lambda database: None, id="end of the thread"),
    ],
)
def test_a_transaction_given_up_anyhow_lets_other_processes_write(
    database: Sqlite, start: Start, give_up: Callable[[Sqlite], object]
) -> None:
    def leave_open() -> None:
        database.begin()
        Line.create(writer="lost")
        give_up(database)

    thread = threading.Thread(target=leave_open)
    thread.start()
    thread.join(LONG)
    other = start("hold", "other")
    assert [other.hears(), other.hears()] == ["asking", "holding"]
    other.goes_on()
    assert other.hears() == "committed"
    assert writers() == ["other"]


def test_a_child_forked_inside_a_transaction_holds_nothing_and_may_not_write(
    database: Sqlite, start: Start
) -> None:
    parent = start("fork_inside", "parent")
    child, _, refusal = parent.hears().partition(" ")
    try:
        assert "was forked while its parent used the database" in refusal
        files = [link.readlink().name for link in Path(f"/proc/{child}/fd").iterdir()]
        assert not [name for name in files if "-writers" in name]
        parent.is_killed()
        write("here")
    finally:
        os.kill(int(child), signal.SIGKILL)
    assert writers() == ["here"]


def test_a_child_forked_outside_a_transaction_opens_its_own_connection(
    database: Sqlite, start: Start
) -> None:
    assert start("fork_outside", "parent").hears() == "done 0"
    assert sorted(writers()) == ["child", "parent", "parent"]


def test_killed_writers_lose_no_acknowledged_commit(database: Sqlite, start: Start) -> None:
    acknowledged: set[int] = set()
    for number in range(10):  # thirty writers die
        processes = [start("endless", f"{number}.{each}") for each in range(3)]
        for process in processes:
            acknowledged.add(int(process.hears()))
        time.sleep(0.2)
        for process in processes:
            process.process.kill()
        for process in processes:
            lines = process.process.communicate()[0].splitlines(keepends=True)
            acknowledged.update(int(line) for line in lines if line.endswith("\n"))
    kept = {number for (number,) in Line.select(Line.id).tuples()}
    assert len(acknowledged) > 50
    assert acknowledged <= kept
    assert database.execute_sql("PRAGMA integrity_check").fetchall() == [("ok",)]
