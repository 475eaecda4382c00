"""The queue of writers, with real processes that hold, crowd, fork and die."""

import os
import signal
import sqlite3
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import peewee
import pytest

from core.data.database import bind, db, open_database, release, transaction
from core.data.sqlite import Sqlite
from core.errors import Busy

ROOT = Path(__file__).parents[2]
LONG = 60.0  # seconds; only a failure waits so long


class Line(peewee.Model):
    writer = peewee.TextField()
    seen = peewee.IntegerField(default=0)

    class Meta:
        database = db
        table_name = "line"


class Writer:
    """A process of writer.py."""

    def __init__(self, url: str, verb: str, *words: object) -> None:
        self.process = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("writer.py"), verb, url, *map(str, words)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )

    @property
    def pid(self) -> int:
        return self.process.pid

    def hears(self) -> str:
        return self.process.stdout.readline().strip()

    def goes_on(self) -> None:
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def is_killed(self) -> None:
        self.process.kill()
        self.process.wait()

    def ends(self) -> None:
        self.process.kill()
        self.process.communicate()


Start = Callable[..., Writer]


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Sqlite]:
    database = open_database(sqlite_url)
    bind(database)
    database.create_tables([Line])
    release()
    yield database
    bind(None)
    database.close_all()


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


class Thread(threading.Thread):
    """A thread that writes in this process; `result` raises what it raised."""

    def __init__(self, work: Callable[[], object]) -> None:
        super().__init__(daemon=True)
        self.work = work
        self.error: BaseException | None = None
        self.start()

    def run(self) -> None:
        try:
            self.work()
        except BaseException as error:
            self.error = error
        release()

    def result(self) -> None:
        self.join(LONG)
        assert not self.is_alive()
        if self.error is not None:
            raise self.error


def write(name: str) -> None:
    with transaction():
        Line.create(writer=name)


def writers() -> list[str]:
    names = [name for (name,) in Line.select(Line.writer).order_by(Line.id).tuples()]
    release()
    return names


def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + LONG
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


def waits_in_the_kernel(pid: int) -> bool:
    locks = Path("/proc/locks").read_text().splitlines()
    return any("-> FLOCK" in line and line.split()[5] == str(pid) for line in locks)


# Who waits for whom


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


# Who dies, and how


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
    for number in range(4):
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


# Who gives up


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
