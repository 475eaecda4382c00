"""Sessions on the server: the cookie holds a random key, the database its hash."""

from dataclasses import dataclass
from datetime import timedelta

from core.access.actors import ABOUT_USER, actor_of, by_session
from core.access.models import Session
from core.access.secrets import digest, new_key
from core.data.actor import Actor
from core.data.fields import now
from core.data.prepared import read_time

TOUCH = timedelta(minutes=5)  # how stale `seen_at` may get before it is written again


@dataclass(frozen=True)
class Lifetime:
    """How long a session may idle, and last at all."""

    idle: timedelta
    whole: timedelta


def open_session(user_id: int, lifetime: Lifetime, address: str) -> str:
    """Make a session and answer the key for the cookie; sessions that ended are swept out."""
    key = new_key()
    Session.delete().where(Session.created_at < now() - lifetime.whole).execute()
    Session.create(digest=digest(key), user=user_id, address=address[:64])
    return key


def actor_of_session(
    key: str, lifetime: Lifetime, language: str, is_used: bool = True
) -> Actor | None:
    """Whose session it is; None when there is none, its user was disabled, or it idled or lasted
    too long. `language` is spoken to whoever chose none. A look that is
    no use of the session (`is_used`) does not prolong it.
    """
    rows = by_session(digest(key))
    if not rows:
        return None
    id, created, seen = rows[0][ABOUT_USER:]
    moment = now()
    idle = moment - read_time(seen)
    if idle > lifetime.idle or moment - read_time(created) > lifetime.whole:
        return None
    if is_used and idle > TOUCH:
        Session.update(seen_at=moment).where(Session.id == id).execute()
    return actor_of(rows[0], language)


def close_session(key: str) -> None:
    Session.delete().where(Session.digest == digest(key)).execute()


def close_sessions_of(user_id: int) -> None:
    """Log a user out everywhere."""
    Session.delete().where(Session.user == user_id).execute()
