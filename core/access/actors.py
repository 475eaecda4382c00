"""The actor of a user, read at every request: a role taken away is gone with the next one."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import peewee
from peewee import fn

from core.access.lines import ADMIN
from core.access.models import Cover, Credential, Session, Team, TeamMember, Token, User, UserRole
from core.access.policy import current_policy
from core.data.actor import EVERYTHING, PUBLIC, Actor, acting_as, system
from core.data.database import db
from core.data.fields import now
from core.data.prepared import Prepared, parameter
from core.data.rows import fetched
from core.i18n import current_zone, default_language, default_zone, speaking


def _joined(*columns: Any) -> Any:
    """The values of the columns in one text: with commas between rows, strokes between columns."""
    texts = [fn.COALESCE(column.cast("TEXT"), "") for column in columns]
    whole = texts[0]
    for text in texts[1:]:
        whole = whole.concat("|").concat(text)
    is_postgresql = isinstance(db.obj, peewee.PostgresqlDatabase)
    return fn.STRING_AGG(whole, ",") if is_postgresql else fn.GROUP_CONCAT(whole)


def _about_user() -> list[Any]:
    roles = UserRole.select(_joined(UserRole.role, UserRole.ends_at))
    teams = TeamMember.select(_joined(TeamMember.team)).where(TeamMember.user == User.id)
    led = Team.select(_joined(Team.id)).where(Team.leader == User.id)
    covers = Cover.select(_joined(Cover.user, Cover.starts_on, Cover.ends_on)).where(
        Cover.substitute == User.id, Cover.archived_at.is_null()
    )
    about = [User.id, User.name, User.language, User.zone, User.contact_id]
    return [*about, roles.where(UserRole.user == User.id), teams, led, covers]


def _about_session() -> list[Any]:
    return [Session.id, Session.created_at, Session.seen_at, Session.confirmed_at]


def _about_token() -> list[Any]:
    return [Token.id, Token.roles, Token.actions, Token.expires_at, Token.seen_at]


ABOUT_USER = 9  # how many columns of a row `_about_user` fills

by_session = Prepared(
    lambda: (
        Session.select(*_about_user(), *_about_session())
        .join(User, on=(Session.user == User.id) & User.is_active)
        .where(Session.digest == parameter())
    )
)
by_token = Prepared(
    lambda: (
        Token.select(*_about_user(), *_about_token())
        .join(User, on=(Token.user == User.id) & User.is_active)
        .where(Token.digest == parameter())
    )
)
by_login = Prepared(
    lambda: (
        User.select(User.id, Credential.password_hash)
        .join(Credential, on=Credential.user == User.id)
        .where((User.login == parameter()) & User.is_active)
    )
)
by_id = Prepared(
    lambda: User.select(*_about_user()).where((User.id == parameter()) & User.is_active)
)


def actors_of(ids: Iterable[int]) -> dict[int, Actor]:
    """{id: actor} of those of the users who can log in."""
    with system("who acts is read before there is an actor"):
        query = User.select(*_about_user()).where(User.id.in_(sorted(set(ids))), User.is_active)
        rows = fetched(query, ())  # unconverted: Peewee would read joined ids as one
    # Who chose no zone has the instance's, not that of whoever makes us ask.
    with speaking(default_language(), default_zone()):
        return {row[0]: actor_of(row, default_language()) for row in rows}


def holders_of(role: str) -> list[int]:
    """The ids of the users who can log in and hold the role, by themselves or through another."""
    with system("who holds a role is no secret of theirs"):
        ids = [id for (id,) in User.select(User.id).where(User.is_active).tuples()]
    return [id for id, actor in sorted(actors_of(ids).items()) if role in actor.roles]


@contextmanager
def on_behalf_of(user: int | None) -> Iterator[Actor | None]:
    """Run the block as that user, with their rights of now and in their language; as the public,
    and with None, where they cannot log in.
    """
    found = actors_of([user]).get(user) if user is not None else None
    actor = found or PUBLIC
    with acting_as(actor), speaking(actor.language, actor.zone):
        yield found


def actor_of(
    row: tuple[Any, ...],
    language: str,
    narrowed_to: str | None = None,
    actions: str = EVERYTHING,
) -> Actor:
    """The actor of a row that begins with `_about_user`. `language` is spoken where the user chose
    none; `narrowed_to` are the roles, with commas, and `actions` those that a token is limited to.
    """
    actor = replace(_alone(row, language, narrowed_to), actions=actions)
    absent = [] if actor.is_admin else _absent(row[ABOUT_USER - 1])
    covers = tuple(
        _alone(found, language, narrowed_to, ADMIN) for id in absent for found in by_id(id)
    )
    held = actor.roles.union(*(cover.roles for cover in covers))
    return replace(actor, roles=held, covers=covers) if covers else actor


def standing_in_for(actor: Actor, user: int) -> Actor:
    """The actor as they would be while they stand in for this user too."""
    with system("who stands in holds the roles of the absent"):
        found = [_alone(row, actor.language, None, without=ADMIN) for row in by_id(user)]
    held = actor.roles.union(*(cover.roles for cover in found))
    return replace(actor, roles=held, covers=(*actor.covers, *found))


def _alone(
    row: tuple[Any, ...], language: str, narrowed_to: str | None, without: str = ""
) -> Actor:
    """The actor with nobody to stand in for, and without one role, though another implies it."""
    id, name, chosen, zone, contact, roles, teams, led, _covers = row[:ABOUT_USER]
    held = current_policy().implied(set(_running(roles)) - {without}) - {without}
    if narrowed_to is not None:
        narrowed = current_policy().implied(_words(narrowed_to))
        held = narrowed if ADMIN in held else held & narrowed  # an admin holds every role
    leads = frozenset(map(int, _words(led)))
    return Actor(
        id=id,
        name=name,
        roles=held,
        teams=leads | frozenset(map(int, _words(teams))),
        led=leads,
        language=chosen or language,
        zone=zone or current_zone(),
        contact_id=contact,
    )


def _running(roles: str | None) -> Iterator[str]:
    """The roles that have not ended, of a text of names with the time when each does."""
    moment = f"{now():%Y-%m-%d %H:%M:%S}"
    for held in _words(roles):
        role, _, ends = held.partition("|")
        if not ends or moment < ends:
            yield role


def _absent(covers: str | None) -> list[int]:
    """The users who are away today, by the instance's calendar, of a text of covers."""
    if not covers:
        return []
    today = f"{now().astimezone(ZoneInfo(default_zone())):%Y-%m-%d}"
    found = (held.split("|") for held in _words(covers))
    return sorted({int(user) for user, first, last in found if first <= today <= last})


def _words(text: str | None) -> list[str]:
    return text.split(",") if text else []
