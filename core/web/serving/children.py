"""Processes that a server starts beside itself, in its process group, and takes along."""

import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress

from core.config import ROOT

AGAIN_SECONDS = 2.0  # after which one that ended is started again
GRACE_SECONDS = 12.0


class Children:
    """So many processes of one command. Whoever serves calls `keep` now and then, and `stop`."""

    def __init__(self, words: Sequence[str], environ: Mapping[str, str], count: int) -> None:
        self.words = list(words)
        self.environ = dict(environ)
        self.count = count
        self.running: list[subprocess.Popen[bytes]] = []
        self.stopping = False
        self._next = 0.0

    def keep(self) -> None:
        """Start those that are missing."""
        self.running = [child for child in self.running if child.poll() is None]
        if self.stopping or len(self.running) >= self.count or time.monotonic() < self._next:
            return
        self._next = time.monotonic() + AGAIN_SECONDS
        while len(self.running) < self.count:
            child = subprocess.Popen(self.words, env=self.environ, cwd=ROOT)  # noqa: S603
            self.running.append(child)

    def stop(self) -> None:
        """Tell them to end; does not wait."""
        self.stopping = True
        for child in self.running:
            with suppress(ProcessLookupError):
                child.terminate()

    def wait(self) -> None:
        """Wait until they have ended; who does not is killed."""
        self.stop()
        until = time.monotonic() + GRACE_SECONDS
        for child in self.running:
            try:
                child.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
