"""A real server in a process of its own: how soon it answers, and how much memory it takes."""

import contextlib
import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.bench.measure import BenchError, Request
from core.config import ROOT, Settings, without_instance
from core.web.serving.server import listen

PATIENCE = 30.0  # seconds for a server that does not come
POLL = 0.005
KIB = 1024


@dataclass(frozen=True)
class Served:
    """A running server: `started` is the moment (time.perf_counter) before its process began."""

    process: "subprocess.Popen[bytes]"
    port: int
    started: float

    def get(self, request: Request) -> None:
        """Ask for one page over HTTP; raises `BenchError` when it is not the one that was meant."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        names = {name.removeprefix("HTTP_").capitalize(): text for name, text in request.headers}
        try:
            connection.request("GET", request.path, headers=names)
            answer = connection.getresponse()
            request.check(str(answer.status), answer.read())
        finally:
            connection.close()

    def first(self, request: Request) -> float:
        """Ask until there is an answer; the seconds since the start of the process."""
        until = self.started + PATIENCE
        while time.perf_counter() < until and self.process.poll() is None:
            with contextlib.suppress(ConnectionError):
                self.get(request)
                return time.perf_counter() - self.started
            time.sleep(POLL)
        raise BenchError("`serve` did not answer: start it by hand to see why.")

    def megabytes(self) -> float:
        """The memory of the largest of its processes (resident, shared pages included)."""
        processes = _family(self.process.pid)
        return max(_resident(process) for process in processes) / 2**20


def _family(process: int) -> list[int]:
    children = Path(f"/proc/{process}/task/{process}/children").read_text("ascii").split()
    return [process, *(each for child in children for each in _family(int(child)))]


def _resident(process: int) -> int:
    for line in Path(f"/proc/{process}/status").read_text("utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * KIB
    return 0


@contextmanager
def serving(settings: Settings) -> Iterator[Served]:
    """Start `serve` on the database of `settings` at a free port; it ends with the block."""
    listener = listen("127.0.0.1", 0)
    port = int(listener.getsockname()[1])
    listener.close()
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "core.cli", "serve", "--workers", "1"],
        cwd=ROOT,
        env=_environ(settings, port),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        yield Served(process, port, started)
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()


def _environ(settings: Settings, port: int) -> dict[str, str]:
    return {
        **without_instance(os.environ),
        "KARVON_PATHS__VAR": str(settings.paths.var),
        "KARVON_DATABASE__URL": settings.database.url,
        "KARVON_SERVER__HOST": "127.0.0.1",
        "KARVON_SERVER__PORT": str(port),
        "KARVON_SERVER__THREADS": str(settings.server.threads),
        "KARVON_SERVER__BASE_URL": f"http://127.0.0.1:{port}",
        "KARVON_ADDONS__PATH": ",".join(map(str, settings.addons.path)),
    }
