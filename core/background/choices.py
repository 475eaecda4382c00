"""Kinds of notices and the channels they go by: what there is, and what each user chose."""

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from core.access.models import User
from core.data.actor import Actor
from core.data.fields import BooleanField, CharField, ForeignKeyField, IntegerField
from core.data.internal import Internal
from core.data.model import Model
from core.errors import KarvonError, UserError
from core.formats import local_time
from core.i18n import Text, _
from core.modules.declared import Declared
from core.modules.registry import current_registry

if TYPE_CHECKING:
    from core.background.notices import Notice  # which go by these

APP = "app"
CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])(?::00)?")


@dataclass(frozen=True, eq=False)
class NoticeKind(Declared):
    """A kind of notices, `addon.word`. `channels` carry it until a user chooses others; with
    `once` a second one about the same record takes the place of the first while that is unread.
    """

    name: str
    title: Text
    channels: tuple[str, ...] = (APP,)
    once: bool = False


class Channel(Declared, ABC):
    """A way that notices go to people; a subclass is one, and is called by its `name`."""

    name: ClassVar[str] = ""
    title: ClassVar[Text] = ""

    @classmethod
    def is_ready(cls) -> bool:
        """Whether notices can go this way at all; else nobody is offered it."""
        return True

    @abstractmethod
    def send(self, user: User, notice: "Notice", about: Model | None) -> None:
        """Hand one notice, and the record that it is about as the user may see it, to the user. It
        runs apart from the request, after quiet hours, in the user's language and under their
        rules; what it raises is tried again.
        """


class NoticeChoice(Internal):
    """That a user wants a kind of notices by a channel, or does not."""

    user = ForeignKeyField(User, on_delete="CASCADE", backref="+", index=False)
    kind = CharField(max_length=64)
    channel = CharField(max_length=64)
    is_on = BooleanField()

    class Meta:
        indexes = ((("user", "kind", "channel"), True),)
        of_addon = "kind"


class QuietHours(Internal):
    """When a user wants no noise: minutes of the day in their zone; it may pass midnight."""

    user = ForeignKeyField(User, unique=True, on_delete="CASCADE", backref="+")
    begins = IntegerField()
    ends = IntegerField()


def kinds() -> dict[str, NoticeKind]:
    """The kinds that the core and the enabled addons declare, by name."""
    registry = current_registry()
    return registry.once("notice kinds", lambda: {k.name: k for k in registry.all_of(NoticeKind)})


def channels() -> dict[str, type[Channel]]:
    """The channels of the core and the enabled addons that are ready, by name."""
    registry = current_registry()
    made = registry.classes_of(Channel)  # type: ignore[type-abstract]  # what addons made of it
    known = registry.once("channels", lambda: {c.name: c for c in made})
    return {name: channel for name, channel in known.items() if channel.is_ready()}


def kind_named(name: str) -> NoticeKind:
    """The kind with this name; raises `KarvonError` naming those there are."""
    if (found := kinds().get(name)) is None:
        known = ", ".join(sorted(kinds()))
        raise KarvonError(
            _("There is no kind of notices %(name)s; there are %(known)s.", name=name, known=known)
        )
    return found


def channels_for(reader: Actor, kind: NoticeKind) -> set[str]:
    """The names of the channels by which the reader wants this kind."""
    return {channel for channel, is_on in choices_of(reader.id)[kind.name].items() if is_on}


def choices_of(user: Any) -> dict[str, dict[str, bool]]:
    """{kind: {channel: whether the user wants it so}} of all kinds and channels there are."""
    row = NoticeChoice
    chosen = row.select(row.kind, row.channel, row.is_on).where(row.user == user)
    made = {(kind, channel): is_on for kind, channel, is_on in chosen.tuples()}
    return {
        kind.name: {
            channel: bool(made.get((kind.name, channel), channel in kind.channels))
            for channel in channels()
        }
        for kind in kinds().values()
    }


def choose(user: int, wanted: set[tuple[str, str]]) -> None:
    """Let the user get exactly these (kind, channel) of those there are."""
    for kind, by_channel in choices_of(user).items():
        for channel, is_on in by_channel.items():
            if ((kind, channel) in wanted) != is_on:
                row = NoticeChoice
                row.insert(user=user, kind=kind, channel=channel, is_on=not is_on).on_conflict(
                    conflict_target=[row.user, row.kind, row.channel],
                    update={row.is_on: not is_on},
                ).execute()


def quiet_hours(user: Any) -> tuple[int, int] | None:
    """When the user wants no noise: (begins, ends) in minutes of their day; None: never."""
    row = QuietHours.get_or_none(user=user)
    return (row.begins, row.ends) if row is not None else None


def keep_quiet(user: int, begins: int | None, ends: int | None) -> None:
    """Let the user have quiet hours, or none. Raises `UserError` where one end is missing."""
    if (begins is None) != (ends is None) or (begins is not None and begins == ends):
        raise UserError(_("Quiet hours need a beginning and another end: fill in both or none."))
    row = QuietHours
    if begins is None:
        row.delete().where(row.user == user).execute()
        return
    row.insert(user=user, begins=begins, ends=ends).on_conflict(
        conflict_target=[row.user], update={row.begins: begins, row.ends: ends}
    ).execute()


def quiet_until(reader: Actor, moment: datetime) -> datetime | None:
    """When the quiet hours end in which an aware time lies for the reader; None: in none."""
    hours = quiet_hours(reader.id)
    if hours is None:
        return None
    local = local_time(moment, reader.zone)
    begins, ends = hours
    now = local.hour * 60 + local.minute
    if not (begins <= now < ends if begins < ends else now >= begins or now < ends):
        return None
    end = local.replace(hour=ends // 60, minute=ends % 60, second=0, microsecond=0)
    return (end if now < ends else end + timedelta(days=1)).astimezone(UTC)


def minutes_of(text: str) -> int | None:
    """The minutes of the day of a time like 22:30; None of an empty text. Raises `UserError`."""
    if not text.strip():
        return None
    match = CLOCK.fullmatch(text.strip())
    if match is None:
        raise UserError(_("Write a time of day as 22:30."))
    return int(match[1]) * 60 + int(match[2])


def clock(minutes: int) -> str:
    """The time of day of so many minutes: 22:30."""
    return f"{minutes // 60:02}:{minutes % 60:02}"
