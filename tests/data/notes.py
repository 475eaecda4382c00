"""A table to write in, and threads to write from."""

import threading
from collections.abc import Callable

import peewee

from core.data.database import db, release, transaction


class Note(peewee.Model):
    text = peewee.TextField()

    class Meta:
        database = db
        table_name = "note"


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


def write_in_another_thread(text: str = "after") -> None:
    """Fails within the deadline if somebody still has the turn to write."""

    def write() -> None:
        with transaction():
            Note.create(text=text)
        release()

    in_thread(write)
