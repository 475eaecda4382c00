"""Sessions on the server: the cookie holds a random key, the database its hash."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import peewee

from core.access.actors import ABOUT_USER, actor_of, by_session
from core.access.factors.models import HalfLogin, OneTimeLink
from core.access.models import Device, Session, User
from core.access.secrets import digest, new_key
from core.data.actor import Actor
from core.data.audit import note
from core.data.database import transaction
from core.data.fields import now
from core.data.prepared import read_time

USERS = User._meta.table_name
TOUCH = timedelta(minutes=5)  # how stale `seen_at` may get before it is written again
FRESH = timedelta(minutes=10)  # how long it counts that a user proved who they are


@dataclass(frozen=True)
class Lifetime:
    """How long a session may idle, and last at all."""

    idle: timedelta
    whole: timedelta


@dataclass(frozen=True)
class Login:
    """A session that holds: whose, and when they last proved who they are. None: not in this
    session, which a PIN opened.
    """

    id: int
    actor: Actor
    confirmed_at: datetime | None

    @property
    def is_fresh(self) -> bool:
        return self.confirmed_at is not None and now() - self.confirmed_at <= FRESH


def open_session(
    user_id: int,
    lifetime: Lifetime,
    address: str,
    agent: str = "",
    device: int | None = None,
    is_confirmed: bool = True,
) -> str:
    """Make a session and answer the key for the cookie; sessions that ended are swept out.
    `agent` says in words which browser it is, `device` which remembered one.
    """
    key, moment = new_key(), now()
    Session.delete().where(_ended(lifetime, moment)).execute()
    Session.create(
        digest=digest(key),
        user=user_id,
        address=address[:64],
        agent=agent[:64],
        device=device,
        confirmed_at=moment if is_confirmed else None,
    )
    return key


def _ended(lifetime: Lifetime, moment: datetime) -> peewee.Expression:
    too_long = Session.created_at < moment - lifetime.whole
    return too_long | (Session.seen_at < moment - lifetime.idle)


def login_of(key: str, lifetime: Lifetime, language: str, is_used: bool = True) -> Login | None:
    """The session of a key; None when there is none, its user was disabled, or it idled or lasted
    too long. `language` is spoken to whoever chose none. A look that is no use of the session
    (`is_used`) does not prolong it.
    """
    rows = by_session(digest(key))
    if not rows:
        return None
    id, created, seen, confirmed = rows[0][ABOUT_USER:]
    moment = now()
    idle = moment - read_time(seen)
    if idle > lifetime.idle or moment - read_time(created) > lifetime.whole:
        return None
    if is_used and idle > TOUCH:
        Session.update(seen_at=moment).where(Session.id == id).execute()
    proved = read_time(confirmed) if confirmed is not None else None
    return Login(id, actor_of(rows[0], language), proved)


def actor_of_session(
    key: str, lifetime: Lifetime, language: str, is_used: bool = True
) -> Actor | None:
    """Who is logged in by the key, as `login_of` finds it."""
    login = login_of(key, lifetime, language, is_used)
    return login.actor if login else None


def confirm_session(id: int) -> str:
    """The user proved anew who they are: the session goes on under the key that is answered, and
    the one before opens nothing.
    """
    key = new_key()
    Session.update(digest=digest(key), confirmed_at=now()).where(Session.id == id).execute()
    return key


def sessions_of(user_id: int, lifetime: Lifetime) -> list[Session]:
    """The sessions of a user that have not ended, those used last first."""
    mine = (Session.user == user_id) & ~_ended(lifetime, now())
    return list(Session.select().where(mine).order_by(Session.seen_at.desc(), Session.id.desc()))


def end_session(user_id: int, id: int) -> bool:
    """End one session of the user; whether there was such a one. The history tells of it."""
    with transaction():
        found = Session.get_or_none(Session.id == id, Session.user == user_id)
        if found is None or not found.delete_instance():
            return False
        ended = [("agent", found.agent, None), ("address", found.address, None)]
        note("end_session", (USERS, user_id), ended)
    return True


def end_sessions(user_id: int, but: int | None = None) -> int:
    """End the sessions of the user, all or all `but` one; how many. The history tells of it."""
    with transaction():
        number = close_sessions_of(user_id, but)
        if number:
            note("end_session", (USERS, user_id), [("sessions", number, None)])
    return number


def tie_session(id: int, device: int) -> None:
    """Say that a session is open on a remembered device: it ends when that is forgotten."""
    Session.update(device=device).where(Session.id == id).execute()


def close_session(key: str) -> None:
    Session.delete().where(Session.digest == digest(key)).execute()


def close_sessions_of(user_id: int, but: int | None = None) -> int:
    """Log a user out everywhere, or everywhere `but` in one session; how many ended."""
    whose = Session.user == user_id
    if but is not None:
        whose &= Session.id != but
    return int(Session.delete().where(whose).execute())


def forget_all_logins() -> None:
    """Log everybody out, and let no link and no remembered browser open anything: what a backup
    holds of them may have been ended since it was made.
    """
    with transaction():
        for book in (Session, HalfLogin, Device, OneTimeLink):
            book.delete().execute()
