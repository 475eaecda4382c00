"""Where a run keeps its files: in memory where they fit, for databases come and go by thousands."""

import os
import tempfile

import pytest

MEMORY, DISK = "/dev/shm", "/tmp"  # noqa: S108 - what lies there gets names of its own
ROOM = 4 << 30  # bytes that must be free: those who run beside each other share them


def fastest_folder() -> str:
    """A folder for what a run throws away: no commit there waits for a disk, if memory has room."""
    try:
        place = os.statvfs(MEMORY)
    except OSError:
        return DISK
    fits = place.f_bavail * place.f_frsize >= ROOM
    return MEMORY if fits and not place.f_flag & os.ST_NOEXEC else DISK


@pytest.hookimpl(tryfirst=True)
def pytest_configure() -> None:
    """Temporary files of this process, and of all that it starts, lie there."""
    if "TMPDIR" not in os.environ:
        os.environ["TMPDIR"] = fastest_folder()
        tempfile.tempdir = None  # asked again
