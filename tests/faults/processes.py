"""Processes and threads that write, for tests to start, stop and kill."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from core.data.database import release, transaction
from tests.faults.writer import Line

ROOT = Path(__file__).parents[2]
LONG = 60.0  # seconds; only a failure waits so long


class Writer:
    """A process of writer.py."""

    def __init__(self, url: str, verb: str, *words: object) -> None:
        self.process = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("writer.py"), verb, url, *map(str, words)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )

    @property
    def pid(self) -> int:
        return self.process.pid

    def hears(self) -> str:
        return self.process.stdout.readline().strip()

    def goes_on(self) -> None:
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def is_killed(self) -> None:
        self.process.kill()
        self.process.wait()

    def ends(self) -> None:
        self.process.kill()
        self.process.communicate()


Start = Callable[..., Writer]


class Thread(threading.Thread):
    """A thread that writes in this process; `result` raises what it raised."""

    def __init__(self, work: Callable[[], object]) -> None:
        super().__init__(daemon=True)
        self.work = work
        self.error: BaseException | None = None
        self.start()

    def run(self) -> None:
        try:
            self.work()
        except BaseException as error:
            self.error = error
        release()

    def result(self) -> None:
        self.join(LONG)
        assert not self.is_alive()
        if self.error is not None:
            raise self.error


def write(name: str) -> None:
    with transaction():
        Line.create(writer=name)


def writers() -> list[str]:
    names = [name for (name,) in Line.select(Line.writer).order_by(Line.id).tuples()]
    release()
    return names


def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + LONG
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


def waits_in_the_kernel(pid: int) -> bool:
    locks = Path("/proc/locks").read_text().splitlines()
    return any("-> FLOCK" in line and line.split()[5] == str(pid) for line in locks)
