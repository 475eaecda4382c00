"""Notices to users: written with what they tell of, shown only while its reader may see that."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from peewee import BigIntegerField

from core.access.actors import actors_of
from core.access.decisions import can
from core.access.models import User
from core.background.choices import APP, NoticeKind, channels_for, kind_named
from core.data.actor import Actor, current_actor
from core.data.fields import (
    BooleanField,
    CharField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    TextField,
    now,
)
from core.data.history import births, key_of
from core.data.internal import Internal
from core.data.model import Model
from core.data.prepared import Prepared, parameter
from core.data.rows import among
from core.i18n import Text, speaking
from core.modules.registry import current_registry

MOST_UNREAD = 100


class Notice(Internal):
    """One thing that a user is told, in their language. `model` is the table of the record that it
    is about, or empty; `actor` who did it. One that is not `is_shown` went other ways only.
    """

    user = ForeignKeyField(User, on_delete="CASCADE", backref="+", index=False)
    at = DateTimeField(default=now)
    kind = CharField(max_length=64)
    text = TextField()
    url = CharField(max_length=255, default="")
    actor = IntegerField(null=True)
    model = CharField(max_length=64, default="")
    record = IntegerField(default=0)
    birth = BigIntegerField(default=0)
    is_shown = BooleanField(default=True)
    read_at = DateTimeField(null=True)

    class Meta:
        indexes = ((("user", "read_at"), False), (("model", "record"), False))


def notify(
    user: User | int, text: Text, about: Model | None = None, kind: str = "core.told", url: str = ""
) -> Notice | None:
    """Tell a user something, in their language and by the channels that they chose for the kind.
    It is written in the transaction. None when they cannot log in, or may not see the record.
    """
    id = user if isinstance(user, int) else user.id
    declared = kind_named(kind)
    reader = actors_of([id]).get(id)
    if reader is None or (about is not None and not can(reader, "r", about)):
        return None
    return _written(reader, text, about, declared, url)


def _written(
    reader: Actor, text: Text, about: Model | None, kind: NoticeKind, url: str
) -> Notice | None:
    channels = channels_for(reader, kind)
    if not channels:
        return None
    with speaking(reader.language, reader.zone):
        said = str(text)
    key = key_of(about) if about is not None else {}
    if kind.once and (standing := _unread_about(reader, kind, key)) is not None:
        Notice.update(text=said, at=now(), actor=current_actor().id).where(
            Notice.id == standing.id
        ).execute()
        return standing
    written: Notice = Notice.create(
        user=reader.id,
        kind=kind.name,
        text=said,
        url=url,
        actor=current_actor().id,
        is_shown=APP in channels,
        **key,
    )
    return written


def _unread_about(reader: Actor, kind: NoticeKind, key: dict[str, Any]) -> Notice | None:
    found: Notice | None = Notice.get_or_none(
        user=reader.id, kind=kind.name, read_at=None, is_shown=True, **key
    )
    return found


@dataclass(frozen=True)
class Told:
    """A notice, and the record that it is about as its reader may see it; None: about none."""

    notice: Notice
    record: Model | None


def notices_of(user: int, most: int, before: int | None = None) -> list[Told]:
    """The newest notices to the current actor, those before the one with the id `before`."""
    query = Notice.select().where(Notice.user == user, Notice.is_shown)
    if before is not None:
        query = query.where(Notice.id < before)
    return readable(query.order_by(Notice.id.desc()).limit(most))


_waiting = Prepared(
    lambda: (
        Notice.select(Notice.id)
        .where(Notice.user == parameter(), Notice.read_at.is_null(), Notice.is_shown)
        .limit(1)
    )
)


def unread(user: int) -> int:
    """How many unread notices the current actor can see, at most `MOST_UNREAD`."""
    if not _waiting(user):  # as on most pages, each of which asks
        return 0
    query = Notice.select().where(Notice.user == user, Notice.read_at.is_null(), Notice.is_shown)
    return len(readable(query.order_by(Notice.id.desc()).limit(MOST_UNREAD)))


def readable(notices: Iterable[Notice]) -> list[Told]:
    """Those of the notices whose record the current actor can still see."""
    found = list(notices)
    wanted: dict[str, set[int]] = defaultdict(set)
    for notice in found:
        if notice.model:
            wanted[notice.model].add(notice.record)
    records = {table: _records(table, ids) for table, ids in wanted.items()}
    told = []
    for notice in found:
        record, birth = records.get(notice.model, {}).get(notice.record, (None, None))
        if not notice.model or birth == notice.birth:
            told.append(Told(notice, record))
    return told


def _records(table: str, ids: set[int]) -> dict[int, tuple[Model, int]]:
    """{id: (record, its birth)} of those that the current actor can see."""
    registry = current_registry()
    models = registry.once("tables", lambda: {m._meta.table_name: m for m in registry.models})
    if (model := models.get(table)) is None or not can(current_actor(), "r", model):
        return {}
    records = list(model.select().where(among(model.id, ids)))
    made = births(table, [record.id for record in records])
    return {record.id: (record, made[record.id]) for record in records}
