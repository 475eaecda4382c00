"""SQLite as Karvon runs it: pooled connections, and every write in the queue of writers."""

import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from weakref import ref

import peewee

from core.data.files import make_private_file
from core.data.pool import Lease, Pooled
from core.data.statements import writes
from core.data.writers import DEADLINE, WriterQueue
from core.errors import Busy
from core.i18n import _

MEMORY = ":memory:"
PRAGMAS = {
    "synchronous": "FULL",  # an acknowledged commit survives a power cut
    "foreign_keys": 1,
    "recursive_triggers": 1,  # else INSERT OR REPLACE walks past the triggers of DELETE
    "cache_size": -8000,  # KiB for each connection
    "journal_size_limit": 64 * 1024 * 1024,
}
# Connections that a fork left in this process. SQLite forbids to use or close them here.
_inherited: list[Any] = []


class FetchedRows:
    """The rows of a `RETURNING`, read at once: a half-read one would keep the file locked."""

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self.description = cursor.description
        self._rows = iter(cursor.fetchall())
        self.rowcount = cursor.rowcount
        self.lastrowid = cursor.lastrowid
        cursor.close()

    def fetchone(self) -> Any:
        return next(self._rows, None)

    def fetchall(self) -> list[Any]:
        return list(self._rows)

    def __iter__(self) -> Iterator[Any]:
        return self._rows

    def close(self) -> None:
        self._rows = iter(())


class Sqlite(Pooled, peewee.SqliteDatabase):
    """One SQLite file, or `:memory:`, which is a single connection that threads take in turns.

    `deadline` is how many seconds a writer waits for its turn before Busy.
    """

    def __init__(self, path: str, pool: int = 8, deadline: float = DEADLINE) -> None:
        self._file = None if path == MEMORY else Path(os.path.realpath(path))
        self._forked_while_open = False
        self.writers = WriterQueue(self._file, deadline)
        super().__init__(
            str(self._file or MEMORY),
            pool=pool if self._file else 1,
            limit=None if self._file else 1,
            deadline=deadline,
            pragmas=PRAGMAS,
            timeout=deadline,
            check_same_thread=False,  # the pool sees to it that one thread at a time has it
            cached_statements=256,
        )

    def begin(self, lock_type: str | None = None) -> None:
        """Wait for the turn, then begin. Raises Busy.

        With `lock_type="DEFERRED"` the transaction only reads, from one snapshot, without a wait.
        """
        self.connection()  # opening one may need the turn, so first of all
        if lock_type == "DEFERRED":
            super().begin(lock_type)
            return
        lease = self._state.lease
        if lease.turn:
            raise peewee.OperationalError("This thread is inside a transaction already.")
        self.writers.enter()
        lease.turn = True
        try:
            super().begin("IMMEDIATE")
        except BaseException as error:
            self._leave(lease)
            _tell_busy(error)
            raise

    def _undo(self) -> None:
        # After a full disk and the like SQLite has undone everything by itself.
        if self.is_closed() or self._state.lease.connection.in_transaction:
            super()._undo()

    def execute_sql(self, sql: str, params: Any = None) -> Any:
        """Run one statement; a write outside a transaction waits for its turn by itself."""
        if not writes(sql):
            cursor = super().execute_sql(sql, params)
            if cursor.description is not None:
                self._remember(cursor)
            return cursor
        connection = self.connection()
        if self._state.lease.turn:
            if not connection.in_transaction:
                raise peewee.OperationalError(
                    "SQLite has undone this transaction after an error. Leave it and begin again."
                )
            return self._run(sql, params)
        if connection.in_transaction or sql[:5].upper() == "BEGIN":
            raise peewee.OperationalError("This transaction only reads. Write in transaction().")
        self.writers.enter()
        try:
            return self._run(sql, params)
        except peewee.OperationalError as error:
            _tell_busy(error)
            raise
        finally:
            self.writers.leave()

    def close_all(self) -> None:
        super().close_all()
        self.writers.close()

    def _run(self, sql: str, params: Any) -> Any:
        cursor = super().execute_sql(sql, params)
        return cursor if cursor.description is None else FetchedRows(cursor)

    def _leave(self, lease: Lease) -> None:
        if lease.turn:
            lease.turn = False
            self.writers.leave()

    def _remember(self, cursor: sqlite3.Cursor) -> None:
        cursors = self._state.lease.cursors
        if len(cursors) > 63:
            cursors[:] = [each for each in cursors if each() is not None]
        cursors.append(ref(cursor))

    def _connect(self) -> Any:
        if self._forked_while_open:
            # SQLite keeps its locks by process: what it believes here is true of the parent only.
            raise peewee.InterfaceError(
                "This process was forked while its parent used the database. "
                "Give the connections back before a fork, or start the process anew (spawn)."
            )
        if self._file is not None:
            make_private_file(self._file)
        connection = super()._connect()
        if self._file is not None:
            self._use_wal(connection)
        return connection

    def _use_wal(self, connection: sqlite3.Connection) -> None:
        if connection.execute("PRAGMA journal_mode").fetchone() == ("wal",):
            return
        self.writers.enter()
        try:
            _switch_to_wal(connection, time.monotonic() + self.deadline)
        except BaseException:
            connection.close()
            raise
        finally:
            self.writers.leave()

    def _is_alive(self, connection: Any, since: float) -> bool:
        return True

    def _tidy(self, connection: Any, lease: Lease) -> bool:
        try:
            for each in lease.cursors:
                cursor = each()
                if cursor is not None:
                    cursor.close()  # else its snapshot of the past would go to the next thread
            lease.cursors.clear()
            if connection.in_transaction:
                connection.rollback()
        except sqlite3.Error:
            return False
        finally:
            self._leave(lease)
        return True

    def _before_fork(self) -> None:
        if self._file is None:
            return
        if not self.in_transaction():
            self.close()
        self._close_idle()

    def _disown(self, inherited: list[Any]) -> None:
        self.writers.forget()
        self._forked_while_open = self._file is not None and bool(inherited)
        _inherited.extend(inherited)


def _switch_to_wal(connection: sqlite3.Connection, until: float) -> None:
    while True:
        try:
            connection.execute("PRAGMA journal_mode = wal")
        except sqlite3.OperationalError:  # another process just looks at the new file
            if time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


def _tell_busy(error: BaseException) -> None:
    """Raise Busy if a program that does not stand in the queue, a shell perhaps, has the file."""
    code = getattr(getattr(error, "orig", None), "sqlite_errorcode", 0)  # peewee wraps sqlite3's
    if code & 0xFF == sqlite3.SQLITE_BUSY:
        raise Busy(
            _("Another program is writing to the database. Try again in a moment.")
        ) from error
