"""Connections that stay open: a thread borrows one at its first query and gives it back.

Opening one costs milliseconds (pragmas, functions, page cache), borrowing one microseconds.
"""

import os
import sys
import threading
import time
import weakref
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import peewee

from core.errors import Busy
from core.i18n import _

_databases: "weakref.WeakSet[Pooled]" = weakref.WeakSet()
_watching: list[bool] = []


class Lease:
    """What one thread has borrowed. When the thread ends, however it ends, it goes back."""

    __slots__ = ("connection", "cursors", "database", "last", "process", "turn", "waiting")

    def __init__(self, database: "Pooled") -> None:
        self.database = database
        self.process = os.getpid()
        self.connection: Any = None
        self.turn = False  # the thread has the turn to write
        self.cursors: list[weakref.ref[Any]] = []  # that may not be read to their end
        self.waiting: list[Callable[[], None]] = []  # for the commit
        self.last: list[Callable[[], None]] = []  # for the end, whatever it is

    def __del__(
        self,
        getpid: Callable[[], int] = os.getpid,
        ending: Callable[[], bool] = sys.is_finalizing,
    ) -> None:
        # A fork drops the other threads' leases in the child, where they are not ours to give.
        if self.connection is not None and self.process == getpid() and not ending():
            self.database.take_back(self)


class ThreadState(peewee._ConnectionLocal):
    """peewee's state of a thread, and its lease."""

    def __init__(self, database: "Pooled") -> None:
        super().__init__()
        self.lease = Lease(database)


class Pooled(peewee.Database, ABC):
    """A peewee database that keeps `pool` idle connections and opens at most `limit`, if given.

    `deadline` is how many seconds a thread waits for a connection at the limit.
    """

    deadline: float

    if TYPE_CHECKING:  # peewee's, but untyped in its stubs or missing there

        def connection(self) -> Any: ...
        def cursor(self, named_cursor: Any = None) -> Any: ...
        def execute_sql(self, sql: str, params: Any = None) -> Any: ...
        def _connect(self) -> Any: ...
        def _set_server_version(self, connection: Any) -> None: ...
        def _initialize_connection(self, connection: Any) -> None: ...

    def __init__(
        self,
        database: str,
        *,
        pool: int,
        limit: int | None = None,
        deadline: float = 10.0,
        **options: Any,
    ) -> None:
        self.deadline = deadline
        self._keep = pool
        self._limit = limit
        self._empty()
        super().__init__(database, **options)
        self._state = ThreadState(self)
        _watch_forks()
        _databases.add(self)

    def connect(self, reuse_if_open: bool = False) -> bool:
        """Borrow a connection for this thread; a query does it by itself. Raises Busy."""
        state = self._state
        if not state.closed:
            if reuse_if_open:
                return False
            raise peewee.OperationalError("Connection already opened.")
        connection = self._borrow()
        state.lease.connection = connection
        state.set_connection(connection)
        return True

    def close(self) -> bool:
        """Give this thread's connection back, its open transaction undone. False if it had none."""
        state = self._state
        if state.lease.connection is None:
            return False
        state.reset()
        self.take_back(state.lease)
        if state.lease.last:
            self._do_last()
            self.close()
        return True

    def after_commit(self, work: Callable[[], None]) -> None:
        """Do `work` when this thread's transaction is kept, never when it is undone; at once where
        none is open. It must not use the database, for the transaction is just ending, and must
        be harmless where a savepoint around it was undone: it wakes whoever waits for news. The
        same work is done once.
        """
        if self.in_transaction():
            if work not in self._state.lease.waiting:
                self._state.lease.waiting.append(work)
        else:
            work()

    def after_end(self, work: Callable[[], None]) -> None:
        """Do `work` when this thread's transaction is over, kept or undone; at once where none is
        open. The database is free again by then, so that it may write in a transaction of its own.
        What it raises ends nothing any more: it catches that itself.
        """
        if self.in_transaction():
            self._state.lease.last.append(work)
        else:
            work()

    def commit(self) -> None:
        super().commit()  # one that fails, by a deferred foreign key, leaves the rest to rollback
        self._leave(self._state.lease)
        waiting, self._state.lease.waiting = self._state.lease.waiting, []
        for work in waiting:
            work()
        self._do_last()

    def rollback(self) -> None:
        self._state.lease.waiting.clear()
        try:
            self._undo()
        finally:
            self._leave(self._state.lease)
            self._do_last()

    def _undo(self) -> None:
        super().rollback()

    def _leave(self, lease: Lease) -> None:
        """Let the next one write, where one at a time may."""

    def _do_last(self) -> None:
        works, self._state.lease.last = self._state.lease.last, []
        for work in works:
            work()

    def pop_transaction(self) -> Any:
        if not self._state.transactions:
            raise peewee.InterfaceError(
                "The connection was given back inside this transaction, so all of it is undone. "
                "Call release() after the transaction."
            )
        return self._state.transactions.pop()

    def take_back(self, lease: Lease) -> None:
        """Make a borrowed connection fit for the next thread, or close it."""
        connection, lease.connection = lease.connection, None
        lease.waiting.clear()
        try:
            clean = self._tidy(connection, lease)
        finally:
            if self._slots is not None:
                self._slots.release()
        if clean and len(self._idle) < self._keep:
            self._idle.append((connection, time.monotonic()))
        else:
            self._discard(connection)

    def close_all(self) -> None:
        """Close this thread's and all idle connections; the others close as they come back."""
        self._keep = 0
        self.close()
        self._close_idle()

    def _borrow(self) -> Any:
        if self._slots is not None and not self._slots.acquire(timeout=self.deadline):
            raise Busy(_("All connections to the database are in use. Try again in a moment."))
        try:
            return self._take_idle() or self._open_new()
        except BaseException:
            if self._slots is not None:
                self._slots.release()
            raise

    def _take_idle(self) -> Any:
        while self._idle:
            try:
                connection, since = self._idle.pop()  # the warmest one
            except IndexError:  # another thread was faster
                break
            if self._is_alive(connection, since):
                return connection
            self._discard(connection)
        return None

    def _open_new(self) -> Any:
        with peewee.__exception_wrapper__:  # not in its stubs
            connection = self._connect()
            if self.server_version is None:
                self._set_server_version(connection)
            self._initialize_connection(connection)
        self._connections[id(connection)] = connection
        return connection

    def _discard(self, connection: Any) -> None:
        self._connections.pop(id(connection), None)
        connection.close()

    def _close_idle(self) -> None:
        while self._idle:
            self._discard(self._idle.pop()[0])

    def _empty(self) -> None:
        self._idle: deque[tuple[Any, float]] = deque()
        self._connections: dict[int, Any] = {}  # every open one, lent or idle
        self._slots = threading.BoundedSemaphore(self._limit) if self._limit else None

    @abstractmethod
    def _is_alive(self, connection: Any, since: float) -> bool:
        """Whether an idle connection, given back at monotonic time `since`, can be lent."""

    @abstractmethod
    def _tidy(self, connection: Any, lease: Lease) -> bool:
        """Undo what the thread left open. False when the connection is past saving."""

    def _before_fork(self) -> None:
        """In the parent."""

    def _after_fork(self) -> None:
        """In the child: forget what is the parent's, without a word to the server or the file."""
        inherited = list(self._connections.values())
        self._empty()
        self._lock = threading.Lock()
        self._state = ThreadState(self)
        self._disown(inherited)

    @abstractmethod
    def _disown(self, inherited: list[Any]) -> None:
        """Neutralize the parent's connections in the child."""


def _watch_forks() -> None:
    """Once per process, and not on import: a hook cannot be taken off again."""
    if not _watching and hasattr(os, "register_at_fork"):
        os.register_at_fork(before=_before_fork, after_in_child=_after_fork)
        _watching.append(True)


def _before_fork() -> None:
    for database in list(_databases):
        database._before_fork()


def _after_fork() -> None:
    for database in list(_databases):
        database._after_fork()
