"""Notices to users: written with what they tell of, shown and sent only to who may see that."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from peewee import BigIntegerField

from core.access.actors import actors_of
from core.access.decisions import can
from core.access.models import User
from core.background.choices import (
    APP,
    NoticeKind,
    channels,
    channels_for,
    kind_named,
    quiet_until,
)
from core.background.jobs.declared import job
from core.data.actor import PUBLIC, Actor, acting_as, current_actor, system
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
from core.i18n import Text, _, speaking
from core.modules.registry import current_registry

MOST_UNREAD = 100
ATTEMPTS = 6


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
        of_addon = "model"


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
    wanted = channels_for(reader, kind)
    if not wanted:
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
        is_shown=APP in wanted,
        **key,
    )
    # Whoever caused the notice may be gone, and has no part in how it comes, when it goes out.
    with acting_as(PUBLIC), system("notices go by their channels"):
        for channel in sorted(wanted - {APP}):
            deliver.later(notice=written.id, channel=channel)
    return written


@job(attempts=ATTEMPTS, title=_("A notice on its way"))
def deliver(notice: int, channel: str) -> None:
    """Hand a notice to its reader by one channel, once their quiet hours end: unless they have read
    it, may not see its record or log in any more, or the channel is gone.
    """
    found = Notice.get_or_none(id=notice)
    way = channels().get(channel)
    if found is None or found.read_at is not None or way is None:
        return
    reader = actors_of([found.user_id]).get(found.user_id)
    if reader is None:
        return
    if (until := quiet_until(reader, now())) is not None:
        deliver.later_at(until, notice=notice, channel=channel)
        return
    user = User.get_by_id(found.user_id)
    with acting_as(reader), speaking(reader.language, reader.zone):
        for told in readable([found]):
            way().send(user, found, told.record)


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
    records = {table: visible(table, ids) for table, ids in wanted.items()}
    told = []
    for notice in found:
        record, birth = records.get(notice.model, {}).get(notice.record, (None, None))
        if not notice.model or birth == notice.birth:
            told.append(Told(notice, record))
    return told


def visible(table: str, ids: set[int]) -> dict[int, tuple[Model, int]]:
    """{id: (record, its birth)} of those that the current actor can see."""
    registry = current_registry()
    models = registry.once("tables", lambda: {m._meta.table_name: m for m in registry.models})
    if (model := models.get(table)) is None or not can(current_actor(), "r", model):
        return {}
    records = list(model.select().where(among(model.id, ids)))
    made = births(table, [record.id for record in records])
    return {record.id: (record, made[record.id]) for record in records}
