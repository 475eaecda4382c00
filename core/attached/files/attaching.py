"""Put files on records, take them away, and bring them back; the history tells of each."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import IO, Any

from peewee import fn

from core.attached.files.models import Attachment
from core.attached.files.names import clean_name
from core.background.files.kept import StoredFile, keep, open_kept
from core.background.files.kinds import PICTURES
from core.background.files.pictures import make_thumbnail, size_of
from core.data import history
from core.data.actor import current_actor
from core.data.fields import now
from core.data.history import Change, History
from core.data.model import Model

UNDO = timedelta(days=1)  # how long a page offers to bring a file back
KEPT = timedelta(days=30)  # how long a removed file can be brought back at all


@dataclass(frozen=True)
class Incoming:
    """A file that was taken in and stands on no record yet."""

    name: str
    stored: StoredFile
    size: tuple[int, int] | None = None  # of a picture, in pixels


def take_in(stream: IO[bytes], name: str | None, limit: int) -> Incoming:
    """Keep what is sent, and a small copy of it when it is a picture. It takes long: call it
    outside of a transaction. Raises `UserError` for a picture that is too large to be opened.
    """
    stored = keep(stream, limit)
    if stored.type not in PICTURES:
        return Incoming(clean_name(name), stored)
    with open_kept(stored.hash) as file:
        size = size_of(file)
    if size:
        make_thumbnail(stored.hash)
    return Incoming(clean_name(name), stored, size)


def attach(record: Model, files: list[Incoming]) -> list[Attachment]:
    """Put the files on the record, whose change the actor is known to be allowed."""
    model = type(record)
    born = birth_of(model._meta.table_name, record.id)
    made = [
        Attachment.create(
            model=model._meta.table_name,
            record=record.id,
            birth=born,
            hash=file.stored.hash,
            name=file.name,
            size=file.stored.size,
            type=file.stored.type,
            width=file.size[0] if file.size else None,
            height=file.size[1] if file.size else None,
            by=current_actor().id,
        )
        for file in files
    ]
    _tell(record, history.CREATE, made)
    return made


def remove(record: Model, file: Attachment) -> None:
    """Take a file away; whoever did so twice did it once."""
    if _change(file, Attachment.removed_at.is_null(), now()):
        _tell(record, history.ARCHIVE, [file])


def bring_back(record: Model, file: Attachment) -> None:
    if _change(file, Attachment.removed_at.is_null(False), None):
        _tell(record, history.RESTORE, [file])


def _change(file: Attachment, standing: Any, removed_at: Any) -> int:
    update = Attachment.update(removed_at=removed_at)
    return int(update.where((Attachment.id == file.id) & standing).execute())


def files_of(record: Model) -> list[Attachment]:
    """The files on a record, the newest first, and those that can still be brought back."""
    since = now() - UNDO
    shown = Attachment.removed_at.is_null() | (Attachment.removed_at >= since)
    return list(_on(record).where(shown).order_by(Attachment.id.desc()))


def file_of(record: Model, id: int) -> Attachment | None:
    """One of the files on a record, removed or not; None when it is of another one."""
    found: Attachment | None = _on(record).where(Attachment.id == id).first()
    return found


def _on(record: Model) -> Any:
    table = type(record)._meta.table_name
    mine = (Attachment.model == table) & (Attachment.record == record.id)
    return Attachment.select().where(mine, Attachment.birth == birth_of(table, record.id))


def birth_of(table: str, id: int) -> int:
    """The entry of the history that made the record; 0 for one that is older than the history."""
    made = History.select(fn.MAX(History.id)).where(
        History.root_model == table,
        History.root_record == id,
        History.model == table,
        History.action == history.CREATE,
    )
    return made.scalar() or 0


def forget_removed() -> int:
    """Let go the files that were removed long ago; answers how many."""
    return int(Attachment.delete().where(Attachment.removed_at < now() - KEPT).execute())


def _tell(record: Model, action: str, files: list[Attachment]) -> None:
    values: dict[str, Callable[[str], tuple[str | None, str | None]]] = {
        history.CREATE: lambda name: (None, name),
        history.ARCHIVE: lambda name: (name, None),
        history.RESTORE: lambda name: (None, name),
    }
    changes = []
    for file in files:
        old, new = values[action](json.dumps(file.name, ensure_ascii=False))
        changes.append(Change(action, file.id, record.id, [("name", old, new)]))
    history.write(Attachment, type(record), changes)
