"""Files that only their owner may read: databases, and the locks beside them."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import ConfigError

if sys.platform != "win32":
    import fcntl


def make_private_file(path: Path) -> None:
    """Make an empty file that only its owner may read, and its folders. Raises ConfigError."""
    if path.exists():
        return
    try:
        make_private_folder(path.parent)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise ConfigError(
            f"The database {path} cannot be made: {error.strerror}. "
            "Name a file in a folder that you may write as [database] url."
        ) from error


def make_private_folder(path: Path) -> None:
    """Make a folder that only its owner may enter, and the folders above it."""
    for folder in (*reversed(path.parents), path):
        folder.mkdir(mode=0o700, exist_ok=True)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Let one process at a time into the block, by a lock on the file at `path`; without `flock`
    all of them.
    """
    make_private_file(path)
    descriptor = os.open(path, os.O_RDWR)
    try:
        if sys.platform != "win32":
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
