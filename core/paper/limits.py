"""What one document may use up, and how a process is held to it."""

import resource
import signal
from dataclasses import dataclass
from pathlib import Path

SPARE = 64 * 2**20  # memory that is left to say that there was not enough
LARGEST_FILE = 64 * 2**20


@dataclass(frozen=True)
class Limits:
    """Seconds of CPU and by the clock, and megabytes beside what the warm server holds."""

    cpu: int = 15
    wall: int = 20
    megabytes: int = 512


def hold_to(limits: Limits) -> None:
    """Let the kernel end this process when it uses more; no way leads back."""
    memory = _in_use() + limits.megabytes * 2**20
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu, limits.cpu + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory + SPARE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    # The server ends it first; this is for the day on which the server itself was killed.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, limits.wall + 1)


def let_speak() -> None:
    """Give back the memory that is needed to say what went wrong."""
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


def _in_use() -> int:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    return pages * resource.getpagesize()
