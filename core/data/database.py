"""The one database of the process: opened by URL, borrowed by threads, written in transactions."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, cast

import peewee

from core.data.pool import Pooled
from core.data.sqlite import Sqlite
from core.errors import ConfigError

db = peewee.DatabaseProxy()


def open_database(url: str, pool: int = 8) -> Pooled:
    """The database at `url`, which keeps up to `pool` connections; none is opened yet.

    `url` is `sqlite:///relative.db`, `sqlite:////absolute.db`, `sqlite:///:memory:` or
    `postgresql://…` as libpq understands it. Raises ConfigError.
    """
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite":
        if rest[:1] != "/" or rest == "/":
            raise ConfigError(
                f"[database] url names no file: {url}. "
                "Write sqlite:///file.db, or four slashes before a path from the root."
            )
        return Sqlite(rest[1:], pool)
    if scheme in ("postgresql", "postgres"):
        from core.data.postgresql import Postgresql  # psycopg costs a SQLite process 20 ms and 9 MB

        return Postgresql(f"postgresql://{rest}", pool)
    raise ConfigError(
        f"[database] url begins with {scheme}://. Use sqlite:///file.db or postgresql://host/name."
    )


def bind(database: Pooled) -> None:
    """Make it the database behind `db`."""
    db.initialize(database)


def close() -> None:
    """Close every connection of the bound database, if there is one, and leave `db` without."""
    database = db.obj
    db.initialize(None)
    if database is not None:
        database.close_all()


def transaction() -> AbstractContextManager[Any]:
    """Open a block whose writes are kept together or, on an exception, not at all.

    Inside another one it is a savepoint. Raises Busy when the turn to write does not come in time.
    """
    return cast("AbstractContextManager[Any]", _bound().atomic())


def after_commit(work: Callable[[], None]) -> None:
    """Do `work` when the transaction of this thread is kept; see `Pooled.after_commit`."""
    _bound().after_commit(work)


def after_end(work: Callable[[], None]) -> None:
    """Do `work` when the transaction of this thread is kept or undone; see `Pooled.after_end`."""
    _bound().after_end(work)


def release() -> None:
    """Give this thread's connection back to the pool, at the end of every request and job.

    A transaction that is still open is undone.
    """
    if db.obj is not None:
        db.obj.close()


def _bound() -> Pooled:
    if db.obj is None:
        raise peewee.InterfaceError("No database is open: call bind(open_database(url)) first.")
    return cast("Pooled", db.obj)
