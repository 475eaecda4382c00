"""The render server: one thread, warm, that forks a child for each document and outlives them all.

`python -m core.paper.server FOLDER LIMITS` listens on FOLDER/render.sock and says so on stdout. It
ends when its stdin does, which is when its parent ends, or after `IDLE` seconds without a document.
"""

import json
import mmap
import os
import selectors
import signal
import socket
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from core.config import ROOT
from core.paper.limits import Limits, hold_to, let_speak
from core.paper.press import Press
from core.paper.sandbox import filled
from core.paper.wire import FAULT, PDF, Fault, Paper, listening, receive, send

READY = b"ready\n"
IDLE = 900.0
FONTS = ROOT / ".assets" / "files"
BY_TIME = (signal.SIGXCPU, signal.SIGKILL, signal.SIGALRM)


@dataclass
class Child:
    """A document in the making. `ended` can be read when the process is gone; `speaks` is set
    when it began to answer by itself.
    """

    process: int
    connection: socket.socket
    ended: int
    speaks: mmap.mmap
    until: float


class Server:
    """Takes connections, a document each, as many at once as there are processors."""

    def __init__(self, listener: socket.socket, press: Press, limits: Limits) -> None:
        self.listener, self.press, self.limits = listener, press, limits
        self.children: dict[int, Child] = {}
        self.most = max(2, os.cpu_count() or 1)
        self.idle_since = time.monotonic()
        self.selector = selectors.DefaultSelector()
        self.selector.register(sys.stdin.fileno(), selectors.EVENT_READ)
        self.selector.register(listener, selectors.EVENT_READ)

    def serve(self) -> None:
        """Work until the parent is gone or nobody prints any more."""
        while True:
            for key, _ in self.selector.select(self._patience()):
                if key.fd == sys.stdin.fileno():
                    return
                if key.fd == self.listener.fileno():
                    self._take()
                else:
                    self._finish(self.children[key.fd])
            now = time.monotonic()
            for child in self.children.values():
                if child.until < now:
                    os.kill(child.process, signal.SIGKILL)
                    child.until = now + 1
            if not self.children and now - self.idle_since > IDLE:
                return

    def _patience(self) -> float:
        ends = [child.until for child in self.children.values()]
        until = min(ends, default=self.idle_since + IDLE)
        return max(0.0, until - time.monotonic()) + 0.01

    def _take(self) -> None:
        connection, _ = self.listener.accept()
        reading, writing = os.pipe()
        speaks = mmap.mmap(-1, 1)
        process = os.fork()
        if not process:
            self._answer(connection, speaks)
        os.close(writing)
        until = time.monotonic() + self.limits.wall
        self.children[reading] = Child(process, connection, reading, speaks, until)
        self.selector.register(reading, selectors.EVENT_READ)
        if len(self.children) == self.most:
            self.selector.unregister(self.listener)

    def _answer(self, connection: socket.socket, speaks: mmap.mmap) -> NoReturn:
        """Be the child: nothing of the others is in reach, and nothing is cleaned up at the end."""
        try:
            self.listener.close()
            for other in self.children.values():
                other.connection.close()
            hold_to(self.limits)
            kind, body = _printed(self.press, Paper.unpacked(receive(connection)[1]))
            speaks[0] = 1
            send(connection, kind, body)
        except (OSError, EOFError):
            pass  # who asked is gone
        finally:
            os._exit(0)

    def _finish(self, child: Child) -> None:
        self.selector.unregister(child.ended)
        os.close(child.ended)
        del self.children[child.ended]
        if len(self.children) == self.most - 1:
            self.selector.register(self.listener, selectors.EVENT_READ)
        status = os.waitpid(child.process, 0)[1]
        if not child.speaks[0] and os.WIFSIGNALED(status):
            late = os.WTERMSIG(status) in BY_TIME
            with suppress(OSError):
                send(child.connection, FAULT, Fault("time" if late else "memory").packed())
        child.connection.close()
        self.idle_since = time.monotonic()

    def end(self) -> None:
        for child in self.children.values():
            os.kill(child.process, signal.SIGKILL)


def _printed(press: Press, paper: Paper) -> tuple[bytes, bytes]:
    """What to answer: a PDF, or the fault that stands in its way."""
    try:
        return PDF, press.print(filled(paper), paper)
    except Fault as fault:
        let_speak()
        return FAULT, fault.packed()
    except MemoryError:
        let_speak()
        return FAULT, Fault("memory").packed()
    except Exception as error:  # what WeasyPrint could not lay out belongs to this document alone
        let_speak()
        return FAULT, Fault(
            "failed", paper.template, 0, f"{type(error).__name__}: {error}"
        ).packed()


def main() -> None:
    folder, limits = Path(sys.argv[1]), Limits(**json.loads(sys.argv[2]))
    press = Press(FONTS, folder / "fonts")
    with listening(folder) as listener:
        os.write(sys.stdout.fileno(), READY)
        server = Server(listener, press, limits)
        try:
            server.serve()
        finally:
            server.end()


if __name__ == "__main__":
    main()
