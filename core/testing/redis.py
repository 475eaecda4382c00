"""The fixture that starts a Redis of a test's own, which the test may stop and start again."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from core.testing.ports import HOST, free_port

PASSWORD = "mening-omborim"  # noqa: S105 - of servers that live as long as a test
SECONDS = 20.0


@dataclass
class RedisServer:
    """A server on a free port; it keeps nothing on the disk."""

    program: str
    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://:{PASSWORD}@{HOST}:{self.port}/0"

    def start(self) -> "RedisServer":
        words = ["--bind", HOST, "--port", str(self.port), "--requirepass", PASSWORD]
        words += ["--save", "", "--appendonly", "no", "--dir", str(self.folder)]
        self.process = subprocess.Popen(  # noqa: S603 - words of our own, no shell
            [self.program, *words], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
        until = time.monotonic() + SECONDS
        while not self._listens():
            if self.process.poll() is not None or time.monotonic() > until:
                pytest.fail("redis-server does not start.")
            time.sleep(0.01)
        return self

    def stop(self) -> None:
        """Kill it, as a machine does that loses its power."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def _listens(self) -> bool:
        try:
            socket.create_connection((HOST, self.port), timeout=1).close()
        except OSError:
            return False
        return True


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis that runs; without the program the run ends with the command for it."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.exit("The tests need Redis; as root run: apt install redis-server", 3)
    server = RedisServer(program, tmp_path).start()
    yield server
    server.stop()
