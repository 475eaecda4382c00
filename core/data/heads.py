"""Heads of the chain that are kept beside the database, so that a history cut short is noticed."""

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.data.chain import Head
from core.data.fields import now
from core.data.files import locked, make_private_folder

FILE = "history-heads.json"
MOST = 1000  # heads: the first and the last of each day

_folder: list[Path] = []


@dataclass(frozen=True)
class Kept:
    """Heads, the oldest first. `since` is when the database was filled from a backup, whose head is
    the first then; None: never.
    """

    since: datetime | None
    heads: list[Head]

    def gave_up(self, head: Head) -> bool:
        """Whether the head is of what the database held before it was filled, and lost by it."""
        if self.since is None or not self.heads or head.at is None:
            return False
        return head.at <= self.since and head.id > self.heads[0].id


def keep_heads_in(var: Path) -> None:
    """Keep the heads of this process below the folder."""
    _folder[:] = [var]


def folder_of_heads() -> Path | None:
    """The folder that `keep_heads_in` named last."""
    return _folder[0] if _folder else None


def as_facts(head: Head) -> dict[str, Any]:
    """A head as JSON can hold it."""
    return {"id": head.id, "seal": head.seal, "rows": head.rows, "at": _written(head.at)}


def read_head(facts: Any) -> Head | None:
    """The head of what `as_facts` gave; None for anything else."""
    try:
        return Head(int(facts["id"]), str(facts["seal"]), int(facts["rows"]), _time(facts["at"]))
    except (KeyError, TypeError, ValueError):
        return None


def kept_heads() -> Kept:
    """What is kept beside the database of this process."""
    return _read(_folder[0] / FILE) if _folder else Kept(None, [])


def keep_head(head: Head) -> None:
    """Keep a head beside the others; of one day the first and the last stay."""
    if not _folder or not head.id:
        return
    file = _folder[0] / FILE
    with locked(file.with_suffix(".lock")):
        kept = _read(file)
        heads = list(kept.heads)
        if any(each.id == head.id and each.seal == head.seal for each in heads):
            return
        if len(heads) > 1 and _day(heads[-2]) == _day(heads[-1]) == _day(head):
            heads.pop()
        _write(file, Kept(kept.since, [*heads, head][-MOST:]))


def begin_with(head: Head) -> None:
    """Keep this head and none of those before: the database was just filled from a backup."""
    if _folder:
        file = _folder[0] / FILE
        with locked(file.with_suffix(".lock")):
            _write(file, Kept(now(), [head] if head.id else []))


def _day(head: Head) -> Any:
    return head.at.date() if head.at else None


def _written(at: datetime | None) -> str | None:
    return f"{at:%Y-%m-%dT%H:%M:%S}+00:00" if at else None


def _time(text: Any) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None


def _read(file: Path) -> Kept:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        heads = [head for each in found["heads"] if (head := read_head(each))]
        return Kept(_time(found["since"]), heads)
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return Kept(None, [])


def _write(file: Path, kept: Kept) -> None:
    """Whole or not at all, whatever dies meanwhile."""
    make_private_folder(file.parent)
    draft = file.with_suffix(f".{os.getpid()}.draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        facts = {"since": _written(kept.since), "heads": [as_facts(each) for each in kept.heads]}
        json.dump(facts, stream, indent=1)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(file)
