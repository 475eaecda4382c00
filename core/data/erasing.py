"""Erase values of the history: the one change that its triggers allow, and who may ask for it."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import peewee

from core.data.audit import note
from core.data.database import db, transaction
from core.data.history import History, HistoryValue
from core.data.rows import among

ERASE = "erase"  # personal values of a record were erased
HAND_OUT = "hand_out"  # all that is held of a person was put into an archive
COUNT = "values"  # the field that tells how many
AT_ONCE = 1_000


def erase_values(where: Any) -> int:
    """Take away what those values of the history hold that `where` names, a condition on
    `HistoryValue` joined with `History`; answers how many. The digest of each stays, by which its
    row is still proved; its salt goes, so that nobody can find out the value by trying.
    """
    with transaction():
        return erase_each(ids_of(where))


def ids_of(where: Any) -> list[int]:
    """Those of the values that hold something yet."""
    query = HistoryValue.select(HistoryValue.id).join(History)
    return [id for (id,) in query.where(where, HistoryValue.salt.is_null(False)).tuples()]


def erase_values_of(table: str, born: dict[int, int], fields: Iterable[str]) -> int:
    """The same for these fields of records of a table (no lines), given as {record: its birth}:
    what is told of an earlier record that had the number is another's.
    """
    columns = (HistoryValue.id, History.id, History.record)
    named = HistoryValue.field.in_(sorted(fields)) & HistoryValue.salt.is_null(False)
    count = 0
    with transaction():
        for some in peewee.chunked(sorted(born), AT_ONCE):
            mine = (History.root_model == table) & among(History.root_record, some)
            mine &= History.model == table
            rows = HistoryValue.select(*columns).join(History).where(mine, named).tuples()
            count += erase_each([id for id, entry, record in rows if entry >= born[record]])
    return count


def erase_each(ids: Iterable[int]) -> int:
    """The same for values by their ids. The history tells how many went, so that none goes unseen:
    who reaches the database could do the same without.
    """
    gone = HistoryValue.update(old=None, new=None, salt=None)
    # What somebody else erases meanwhile is told by them: told twice it would hide another value.
    gone = gone.where(HistoryValue.salt.is_null(False))
    batches = peewee.chunked(ids, AT_ONCE)
    with told_together():
        done = [int(gone.where(among(HistoryValue.id, some)).execute()) for some in batches]
        _counted.get()[-1] += sum(done)
    return sum(done)


_counted: ContextVar[list[int]] = ContextVar("counted")


@contextmanager
def told_together() -> Iterator[None]:
    """Tell by one entry of the history how many values the block erased, in its transaction."""
    if _counted.get(None) is not None:
        yield
        return
    token = _counted.set([0])
    try:
        with transaction():
            yield
            if count := _counted.get()[-1]:
                note(ERASE, ("core_chain", 0), [(COUNT, None, count)])
    finally:
        _counted.reset(token)


def erased_unseen() -> int:
    """How many more values of the history are gone than its entries tell."""
    gone = HistoryValue.select().where(HistoryValue.salt.is_null()).count()
    told = HistoryValue.select(HistoryValue.new).join(History)
    told = told.where(History.action == ERASE, HistoryValue.field == COUNT)
    return int(gone) - sum(int(json.loads(new)) for (new,) in told.tuples() if new is not None)


def overwrite_freed() -> None:
    """Let SQLite overwrite what this connection deletes from now on, lest it stays in the free
    parts of the file; PostgreSQL does so by its own VACUUM.
    """
    if isinstance(db.obj, peewee.SqliteDatabase):
        db.execute_sql("PRAGMA secure_delete = ON")
