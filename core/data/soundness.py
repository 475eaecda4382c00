"""Whether the database is whole: its pages, and the digests of its history."""

from core.data.copies import SQLITE, kind
from core.data.database import db
from core.data.history import History, is_sound


def faults_of_pages() -> list[str]:
    """What SQLite finds wrong with its file, at most a few lines; PostgreSQL checks by itself."""
    if kind() != SQLITE:
        return []
    found = [text for (text,) in db.execute_sql("PRAGMA integrity_check(5)").fetchall()]
    found = [] if found == ["ok"] else found
    broken = db.execute_sql("PRAGMA foreign_key_check").fetchmany(5)
    return found + [
        f"a row of {table} names one of {parent} that is gone" for table, _, parent, _ in broken
    ]


def changed_history() -> list[int]:
    """The rows of the history that are no longer as they were written, by id."""
    rows = History.select().order_by(History.id).iterator()
    return [row.id for row in rows if not is_sound(row)]
