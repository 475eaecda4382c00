"""Erase values of the history: the one change that its triggers allow, and who may ask for it."""

from collections.abc import Iterable
from typing import Any

import peewee

from core.data.database import db, transaction
from core.data.history import History, HistoryValue
from core.data.rows import among

ERASE = "erase"  # personal values of a record were erased
HAND_OUT = "handout"  # all that is held of a person was put into an archive
AT_ONCE = 1_000


def erase_values(where: Any) -> int:
    """Take away what those values of the history hold that `where` names, a condition on
    `HistoryValue` joined with `History`; answers how many. The digest of each stays, by which its
    row is still proved; its salt goes, so that nobody can find out the value by trying.
    """
    query = HistoryValue.select(HistoryValue.id).join(History)
    count = 0
    with transaction():
        ids = [id for (id,) in query.where(where, HistoryValue.salt.is_null(False)).tuples()]
        for batch in peewee.chunked(ids, AT_ONCE):
            count += _erase(batch)
    return count


def count_values(where: Any) -> int:
    """How many values `erase_values` would take away."""
    query = HistoryValue.select().join(History)
    return int(query.where(where, HistoryValue.salt.is_null(False)).count())


def _erase(ids: Iterable[int]) -> int:
    gone = HistoryValue.update(old=None, new=None, salt=None)
    return int(gone.where(among(HistoryValue.id, ids)).execute())


def overwrite_freed() -> None:
    """Let SQLite overwrite what this connection deletes from now on, lest it stays in the free
    parts of the file; PostgreSQL does so by its own VACUUM.
    """
    if isinstance(db.obj, peewee.SqliteDatabase):
        db.execute_sql("PRAGMA secure_delete = ON")
