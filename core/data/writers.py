"""The queue of writers in front of a SQLite file: first come, first served, across processes too.

SQLite's own busy handler starves whoever is unlucky, and a bare `flock` is not fair either: the one
who lets go and asks again wins against the sleeper who has yet to wake (waits of 800 ms against 5).
So there are two locks. Whoever wants the turn first takes `<database>-writers-next`, keeps it
while blocked on `<database>-writers`, and lets go of it on getting that. While somebody stands in
line the first lock is taken, and nobody can walk past.
"""

import os
import sys
import threading
from collections import deque
from pathlib import Path

from core.errors import Busy
from core.i18n import _

if sys.platform != "win32":
    import fcntl

DEADLINE = 10.0


class FileTurn:
    """The turn between processes: always free where there is no path (`:memory:`) or no `flock`."""

    def __init__(self, path: Path | None) -> None:
        self._path = None if sys.platform == "win32" else path
        self._turn = self._next = -1
        self._first_in_line = False

    def take_if_free(self) -> bool:
        """Try. False when somebody has the turn or waits for it; then `wait` goes on from there."""
        if self._path is None:
            return True
        self._open(self._path)
        self._first_in_line = self._try(self._next)
        if not self._first_in_line or not self._try(self._turn):
            return False
        self.leave_line()
        return True

    def wait(self) -> None:
        """Block until the turn is ours. Never with a time limit: polling would lose the place."""
        if not self._first_in_line:
            fcntl.flock(self._next, fcntl.LOCK_EX)
            self._first_in_line = True
        fcntl.flock(self._turn, fcntl.LOCK_EX)
        self.leave_line()

    def is_wanted(self) -> bool:
        """Whether another process stands in line for the turn that we have."""
        if self._path is None:
            return False
        self._first_in_line = self._try(self._next)
        wanted = not self._first_in_line
        self.leave_line()
        return wanted

    def give_up(self) -> None:
        if self._path is not None:
            fcntl.flock(self._turn, fcntl.LOCK_UN)

    def leave_line(self) -> None:
        """Give up the place that a failed `take_if_free` may have got."""
        if self._first_in_line:
            self._first_in_line = False
            fcntl.flock(self._next, fcntl.LOCK_UN)

    def close(self) -> None:
        """Close the files. Not unlock: a forked child must not take the lock from its parent."""
        for descriptor in (self._turn, self._next):
            if descriptor >= 0:
                os.close(descriptor)
        self._turn = self._next = -1
        self._first_in_line = False

    def _open(self, path: Path) -> None:
        if self._turn < 0:
            flags = os.O_CREAT | os.O_RDWR
            self._next = os.open(f"{path}-writers-next", flags, 0o600)
            self._turn = os.open(f"{path}-writers", flags, 0o600)

    @staticmethod
    def _try(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


class Waiter:
    """One thread's place in the queue of its process."""

    __slots__ = ("granted", "wake")

    def __init__(self) -> None:
        self.granted = False
        self.wake = threading.Lock()
        self.wake.acquire()


class WriterQueue:
    """Hands the one turn to write to the threads of this process, in the order in which they asked.

    `path` is the database file, None for one in memory; `deadline` is in seconds.
    """

    def __init__(self, path: Path | None, deadline: float = DEADLINE) -> None:
        self._path = path
        self.deadline = deadline
        self._file = FileTurn(path)
        self._begin()

    def forget(self) -> None:
        """Begin anew in a forked child: the turn, the threads, the place in line stay behind."""
        self._file.close()
        self._file = FileTurn(self._path)
        self._begin()

    def _begin(self) -> None:
        self._mutex = threading.Lock()
        self._waiting: deque[Waiter] = deque()
        self._taken = False  # a thread of ours has the turn, or the helper asks for it
        self._closed = False

    def enter(self) -> None:
        """Return when this thread may write, until `leave`. Raises Busy after the deadline."""
        with self._mutex:
            if not self._taken:
                self._taken = self._file.take_if_free()
                if self._taken:
                    return
            waiter = Waiter()
            self._waiting.append(waiter)
            if not self._taken:
                self._ask()
        try:
            waiter.wake.acquire(timeout=self.deadline)
        except BaseException:
            if self._ends_granted(waiter):
                self.leave()
            raise
        if not self._ends_granted(waiter):
            raise Busy(_("Others are writing just now. Try again in a moment."))

    def leave(self) -> None:
        """Pass the turn on: to another process that waits, else to our next thread."""
        with self._mutex:
            if not self._waiting:
                self._set_free()
            elif self._file.is_wanted():
                self._file.give_up()
                self._ask()
            else:
                self._grant()

    def close(self) -> None:
        """Close the lock files, or leave that to who uses them; a new writer opens them again."""
        with self._mutex:
            self._closed = True
            if not self._taken:
                self._file.close()

    def _ends_granted(self, waiter: Waiter) -> bool:
        """Whether the wait, now over, brought the turn; one that did not leaves the queue."""
        with self._mutex:
            if not waiter.granted and waiter in self._waiting:
                self._waiting.remove(waiter)
            return waiter.granted

    def _set_free(self) -> None:
        self._file.give_up()
        self._taken = False
        if self._closed:
            self._file.close()

    def _grant(self) -> None:
        waiter = self._waiting.popleft()
        waiter.granted = True
        waiter.wake.release()

    def _ask(self) -> None:
        """Let a helper thread wait for the turn on behalf of whoever is our head by then."""
        self._taken = True
        helper = threading.Thread(target=self._fetch, name="karvon-writer-turn", daemon=True)
        try:
            helper.start()
        except RuntimeError:  # no thread to be had: everybody in the queue is told to come back
            self._file.leave_line()
            self._taken = False
            while self._waiting:
                self._waiting.popleft().wake.release()

    def _fetch(self) -> None:
        self._file.wait()
        with self._mutex:
            if self._waiting:
                self._grant()
            else:  # its waiters gave up meanwhile
                self._set_free()
