"""Erase values of the history: the one change that its triggers allow, and who may ask for it."""

from collections.abc import Iterable
from typing import Any

import peewee

from core.data.database import db, transaction
from core.data.history import History, HistoryValue
from core.data.rows import among

ERASE = "erase"  # personal values of a record were erased
HAND_OUT = "hand_out"  # all that is held of a person was put into an archive
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
    """The same for these fields of records of a table, given as {record: its birth}: what is told
    of an earlier record that had the number is another's.
    """
    columns = (HistoryValue.id, History.id, History.record)
    named = HistoryValue.field.in_(sorted(fields)) & HistoryValue.salt.is_null(False)
    count = 0
    with transaction():
        for some in peewee.chunked(sorted(born), AT_ONCE):
            mine = (History.model == table) & among(History.record, some)
            rows = HistoryValue.select(*columns).join(History).where(mine, named).tuples()
            count += erase_each([id for id, entry, record in rows if entry >= born[record]])
    return count


def erase_each(ids: Iterable[int]) -> int:
    """The same for values by their ids."""
    gone = HistoryValue.update(old=None, new=None, salt=None)
    batches = peewee.chunked(ids, AT_ONCE)
    with transaction():
        return sum(int(gone.where(among(HistoryValue.id, some)).execute()) for some in batches)


def overwrite_freed() -> None:
    """Let SQLite overwrite what this connection deletes from now on, lest it stays in the free
    parts of the file; PostgreSQL does so by its own VACUUM.
    """
    if isinstance(db.obj, peewee.SqliteDatabase):
        db.execute_sql("PRAGMA secure_delete = ON")
