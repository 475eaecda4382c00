"""The way from a process to the render server of its instance, started when there is none."""

import atexit
import fcntl
import json
import os
import select
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn

from core.config import ROOT
from core.data.database import db, release
from core.errors import Busy, KarvonError
from core.i18n import _
from core.paper.faults import PaperError, sentence
from core.paper.limits import Limits
from core.paper.wire import FAULT, LARGEST_PAPER, PAPER, Fault, Paper, connected, receive, send

START_SECONDS = 30.0
QUEUE_SECONDS = 60.0  # how long a document may wait for its turn and be made
READY = b"ready\n"
# The server needs neither the addresses nor the secrets that this process was given.
KEPT = ("PATH", "LD_LIBRARY_PATH", "FONTCONFIG_PATH", "FONTCONFIG_FILE", "SYSTEMROOT")


class _Gone(Exception):
    """The server ended before it answered."""


class Printer:
    """Prints by the server whose socket lies in `folder`; safe for threads."""

    def __init__(self, folder: Path, limits: Limits | None = None) -> None:
        self.folder = folder
        self.limits = limits or Limits()
        self.server: subprocess.Popen[bytes] | None = None
        self._starting = threading.Lock()

    def print(self, paper: Paper) -> bytes:
        """The PDF. Raises `PaperError` for what the template or its size stands in the way of, and
        `Busy` when no server answers in time. No transaction may be open: this takes its time.
        """
        if db.obj is not None and db.in_transaction():
            raise KarvonError("A paper is printed outside of transactions: it takes its time.")
        release()
        body = paper.packed()
        if len(body) > LARGEST_PAPER:
            raise PaperError(_("There is too much on this paper: choose fewer records."))
        try:
            return self._asked(body)
        except _Gone:
            return self._asked_again(body)

    def is_running(self) -> bool:
        """Whether the server takes papers now; if not, the next paper starts it. Raises `Busy` when
        too many wait for it.
        """
        try:
            connected(self.folder, QUEUE_SECONDS).close()
        except BlockingIOError:
            self._refuse()
        except OSError:
            return False
        return True

    def _asked_again(self, body: bytes) -> bytes:
        try:
            return self._asked(body)
        except _Gone:
            self._refuse()

    def _asked(self, body: bytes) -> bytes:
        with self._connection() as connection:
            try:
                send(connection, PAPER, body)
                kind, answer = receive(connection)
            except TimeoutError:
                self._refuse()
            except EOFError as error:
                if error.args[0]:
                    raise PaperError(sentence(Fault("time"))) from None
                raise _Gone from None
            except (BrokenPipeError, ConnectionResetError):
                raise _Gone from None
        if kind == FAULT:
            raise PaperError(sentence(Fault.unpacked(answer)))
        return answer

    def _refuse(self) -> NoReturn:
        raise Busy(_("Too much is being printed just now: try again in a minute."))

    def _connection(self) -> socket.socket:
        try:
            return connected(self.folder, QUEUE_SECONDS)
        except BlockingIOError:
            self._refuse()
        except OSError:
            return self._started()

    def _started(self) -> socket.socket:
        """A connection to a server that is started here, unless another was faster."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._starting, _alone(self.folder / "render.lock"):
            try:
                return connected(self.folder, QUEUE_SECONDS)
            except OSError:
                self._start()
            return connected(self.folder, QUEUE_SECONDS)

    def _start(self) -> None:
        self.stop()
        self.server = subprocess.Popen(  # noqa: S603 - our own module, by the Python that runs
            [
                sys.executable,
                "-m",
                "core.paper.server",
                self.folder,
                json.dumps(asdict(self.limits)),
            ],
            cwd=ROOT,
            env={name: os.environ[name] for name in KEPT if name in os.environ},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self.server.stdout is not None  # noqa: S101 - asked for above
        with self.server.stdout as said:
            readable = select.select([said], [], [], START_SECONDS)[0]
            if not readable or said.readline() != READY:
                self.stop()
                raise KarvonError(
                    _("Nothing can be printed: the render server did not start; its log says why.")
                )

    def stop(self) -> None:
        """End the server that this process started."""
        server, self.server = self.server, None
        if server is not None and server.stdin is not None:
            server.stdin.close()
            try:
                server.wait(5)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """Keep the other processes of the instance from starting a server at the same time."""
    with file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


_printers: dict[Path, Printer] = {}
_finding = threading.Lock()


def printer_in(var: Path) -> Printer:
    """The one of this process for the instance whose files lie in `var`."""
    with _finding:
        if not _printers:
            atexit.register(stop_printers)
        return _printers.setdefault(var, Printer(var / "run"))


def stop_printers(*_: Any) -> None:
    """End every render server that this process started."""
    with _finding:
        while _printers:
            _printers.popitem()[1].stop()
