"""Keep a content under the hash of what is in it, and open it again."""

import shutil
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, BinaryIO

from core.background.files.kinds import Looker
from core.background.files.models import Content
from core.background.files.store import current_store
from core.config import MEGABYTE
from core.data.fields import now
from core.errors import TooLarge
from core.i18n import _

CHUNK = 256 * 1024  # bytes


@dataclass(frozen=True)
class StoredFile:
    """A content that is kept: the SHA-256 of it in hexadecimal, bytes, and its media type."""

    hash: str
    size: int
    type: str


def keep(stream: IO[bytes], limit: int) -> StoredFile:
    """Read the stream to its end and keep what was in it; the same content is kept once.

    Raises `TooLarge` beyond `limit` bytes and `NotKept` where the store takes nothing; then
    nothing is left behind. It takes as long as the disk does: call it outside of a transaction.
    What no row names by a `FileField` within a day is swept away.
    """
    store, looker, sums, size = current_store(), Looker(), sha256(), 0
    with store.draft() as draft:
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size > limit:
                raise TooLarge(too_large(limit))
            sums.update(chunk)
            looker.look(chunk)
            draft.write(chunk)
        claim(sums.hexdigest(), size)
        store.put(draft, sums.hexdigest())
    return StoredFile(sums.hexdigest(), size, looker.type)


def too_large(limit: int) -> str:
    return str(
        _(
            "A file may have %(limit)s MB at most: send a smaller one.",
            limit=f"{limit / MEGABYTE:.3g}",
        )
    )


def claim(hash: str, size: int) -> None:
    """Say that a content is wanted now, before it is written."""
    row = Content.insert(hash=hash, size=size, kept_at=now())
    row.on_conflict(conflict_target=[Content.hash], update={Content.kept_at: now()}).execute()


class AllKept:
    """The contents of this process's store, out into files and in again."""

    def copy_out(self, hash: str, target: Path) -> bool:
        """Write the content into a file; False when it is gone."""
        try:
            with open_kept(hash) as content, target.open("wb") as file:
                shutil.copyfileobj(content, file)
        except FileNotFoundError:
            return False
        return True

    def take_in(self, file: Path) -> None:
        """Keep what is in the file."""
        with file.open("rb") as stream:
            keep(stream, file.stat().st_size)


def open_kept(hash: str) -> BinaryIO:
    """The content, in which one can seek; raises FileNotFoundError."""
    return current_store().open(hash)
