"""The lock that lets one start at a time set the checkout up."""

import contextlib
import fcntl
import os
from collections.abc import Iterator

from core.cli.setup.command import SetupError, say


@contextlib.contextmanager
def held(root: str) -> Iterator[int]:
    """Hold the checkout's lock, after waiting for whoever has it; gives its descriptor.

    A child that inherits the descriptor keeps the lock if this process is killed, so that the
    next start does not meddle with a pip or npm that still runs. SetupError when the checkout
    is not ours to write.
    """
    path = os.path.join(root, ".setup.lock")
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise SetupError(
            f"{root} cannot be set up because {path} cannot be written ({error.strerror}); "
            "run the command once as the owner of that folder."
        ) from error
    try:
        _wait_for(descriptor)
        yield descriptor
    finally:
        os.close(descriptor)


def _wait_for(descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("another start is setting this checkout up; waiting for it")
        fcntl.flock(descriptor, fcntl.LOCK_EX)
