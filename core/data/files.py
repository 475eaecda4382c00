"""Files that only their owner may read: databases, the locks beside them, keys."""

import os
import secrets
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


def made_key(file: Path) -> bytes:
    """The 32 random bytes in the file: made at the first call, readable by its owner alone."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        make_private_folder(file.parent)
    draft = file.with_name(f"{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(secrets.token_bytes(32))
    try:
        # A link fails when another process was first: all take the key that stands.
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return file.read_bytes()


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
