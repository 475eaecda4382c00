"""A process that writes to the database as the test that started it says: writer.py VERB URL."""

import os
import sys
import threading
import time

import peewee

from core.data.database import bind, db, open_database, release, transaction

PATIENCE = 120.0  # seconds: a slow disk must not fail a test of order


class Line(peewee.Model):
    writer = peewee.TextField()
    seen = peewee.IntegerField(default=0)  # the last line there was when the writer asked

    class Meta:
        database = db
        table_name = "line"


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def last_line() -> int:
    return Line.select(peewee.fn.MAX(Line.id)).scalar() or 0


def hold(name: str) -> None:
    """Write a line, keep the transaction until told, commit."""
    say("asking")
    with transaction():
        Line.create(writer=name)
        say("holding")
        sys.stdin.readline()
    say("committed")


def endless(name: str) -> None:
    """Write one line after the other and acknowledge each."""
    while True:
        with transaction():
            line = Line.create(writer=name)
        say(line.id)


def greedy(name: str) -> None:
    """Write one line after the other and stop for nothing, not even for the disk."""
    db.execute_sql("PRAGMA synchronous = OFF")
    Line.create(writer=name)
    say("started")
    while True:
        with transaction():
            Line.create(writer=name)


def polite(name: str, times: str) -> None:
    """Write a line now and then, noting how many others were written since it asked."""
    for _ in range(int(times)):
        seen = last_line()
        with transaction():
            Line.create(writer=name, seen=seen)
        time.sleep(0.01)
    say("done")


def crowd(name: str, threads: str, times: str) -> None:
    """Write from many threads at once, in transactions and bare, from an empty file on."""
    failures: list[str] = []
    start = threading.Barrier(int(threads))

    def work() -> None:
        try:
            start.wait()
            for number in range(int(times)):
                seen = last_line()
                release()
                if number % 2:
                    Line.create(writer=name, seen=seen)
                else:
                    with transaction():
                        Line.create(writer=name, seen=seen)
                release()
        except BaseException as error:
            failures.append(repr(error))

    db.create_tables([Line])
    release()
    workers = [threading.Thread(target=work) for _ in range(int(threads))]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    say("done", *failures)


def fork_inside(name: str) -> None:
    """Fork inside a transaction; the child tries to write, then lives on until it is killed."""
    with transaction():
        Line.create(writer=name)
        child = os.fork()
        if child == 0:
            try:
                Line.create(writer="child")
            except peewee.InterfaceError as error:
                say(os.getpid(), error)
            time.sleep(PATIENCE)
            os._exit(0)
        sys.stdin.readline()


def fork_outside(name: str) -> None:
    """Use the database, fork, and use it on both sides."""
    Line.create(writer=name)
    child = os.fork()
    if child == 0:
        Line.create(writer="child")
        os._exit(0)
    Line.create(writer=name)
    _, status = os.waitpid(child, 0)
    say("done", status)


VERBS = {
    work.__name__: work
    for work in (hold, endless, greedy, polite, crowd, fork_inside, fork_outside)
}

if __name__ == "__main__":
    verb, url, *words = sys.argv[1:]
    database = open_database(url)
    database.writers.deadline = PATIENCE
    bind(database)
    VERBS[verb](*words)
