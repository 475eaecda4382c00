"""Where contents lie: in a folder of this machine or in a bucket, each under its hash."""

import errno
import logging
import os
import re
import secrets
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Protocol

from core.config import Settings
from core.errors import KarvonError, NotKept
from core.i18n import _

log = logging.getLogger("karvon.files")

HASH = re.compile(r"[0-9a-f]{64}")
DRAFTS = "drafts"


class Store(Protocol):
    """Contents by their keys: a hash, or a hash and the ending of what was made of it."""

    def draft(self) -> AbstractContextManager[BinaryIO]:
        """A file to write into, which is gone after the block."""

    def put(self, draft: BinaryIO, key: str) -> None:
        """Make what was written into the draft stand under the key: whole, or not at all."""

    def open(self, key: str) -> BinaryIO:
        """The content, in which one can seek; raises FileNotFoundError."""

    def remove(self, key: str) -> None:
        """Let go what stands under the key, if anything does."""

    def hashes(self) -> Iterator[str]:
        """Those of all contents that are there."""

    def check(self) -> None:
        """Raise `NotKept` or an OSError unless contents can be kept now."""


def place_of(key: str) -> str:
    """Two levels of folders, so that none holds too many files."""
    if not HASH.fullmatch(key.partition(".")[0]):
        raise KarvonError(f"{key!r} is no hash of a content.")
    return f"{key[:2]}/{key[2:4]}/{key}"


class Disk:
    """A folder that only its owner may read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def draft(self) -> Iterator[BinaryIO]:
        path = self.folder / DRAFTS / f"{os.getpid()}.{secrets.token_hex(8)}"
        try:
            with _explained(self.folder):
                _make_folder(path.parent)
                with open(path, "x+b", opener=_private) as file:
                    yield file
        finally:
            with suppress(OSError):
                path.unlink(missing_ok=True)

    def put(self, draft: BinaryIO, key: str) -> None:
        path = self.folder / place_of(key)
        with _explained(self.folder):
            draft.flush()
            os.fsync(draft.fileno())
            _make_folder(path.parent)
            Path(draft.name).rename(path)
            _sync(path.parent)

    def open(self, key: str) -> BinaryIO:
        return (self.folder / place_of(key)).open("rb")

    def remove(self, key: str) -> None:
        (self.folder / place_of(key)).unlink(missing_ok=True)

    def hashes(self) -> Iterator[str]:
        for path in sorted(self.folder.glob("??/??/*")):
            if HASH.fullmatch(path.name):
                yield path.name

    def check(self) -> None:
        with self.draft() as draft:
            draft.write(b"a check")


_store: Store | None = None


def use_store(settings: Settings) -> None:
    """Keep the contents of this process where the settings say."""
    global _store
    if settings.files.s3:
        from core.background.files.s3 import Bucket  # boto3 comes with the first file it carries

        _store = Bucket(settings.files)
    else:
        _store = Disk(settings.paths.var / "files")


def current_store() -> Store:
    """The store of this process."""
    if _store is None:
        raise KarvonError("No store of files is open: call use_store(settings) first.")
    return _store


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _make_folder(folder: Path) -> None:
    """As `mkdir(parents=True)`, but each of them is its owner's alone."""
    for each in reversed([folder, *folder.parents]):
        each.mkdir(mode=0o700, exist_ok=True)


def _sync(folder: Path) -> None:
    """Let the name of a new file outlast a power failure, as its content does."""
    if sys.platform != "win32":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        log.error("No file can be kept in %s: %s", folder, error)
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise NotKept(_("The disk of the server is full: tell an administrator.")) from error
        raise NotKept(
            _("The server cannot write into its folder of files: tell an administrator.")
        ) from error
