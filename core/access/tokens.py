"""Tokens of the API: who calls, and as whom narrowed to what."""

from datetime import timedelta

from core.access.actors import ABOUT_USER, actor_of, by_token
from core.access.models import Token, User
from core.access.secrets import digest
from core.data.actor import Actor
from core.data.audit import note
from core.data.database import transaction
from core.data.fields import now
from core.data.prepared import read_time

LONGEST = 128
TOUCH = timedelta(hours=12)  # people are told the day, so that a call seldom costs a write


def actor_of_token(token: str, language: str) -> Actor | None:
    """Whose token it is; None when it is unknown, expired, or its user was disabled."""
    if not token or len(token) > LONGEST:
        return None
    rows = by_token(digest(token))
    if not rows:
        return None
    id, roles, actions, expires, seen = rows[0][ABOUT_USER:]
    moment = now()
    if expires is not None and read_time(expires) <= moment:
        return None
    if seen is None or moment - read_time(seen) > TOUCH:
        Token.update(seen_at=moment).where(Token.id == id).execute()
    return actor_of(rows[0], language, narrowed_to=roles, actions=actions)


def tokens_of(user_id: int) -> list[Token]:
    """The tokens of a user, the newest first; those that expired among them."""
    return list(Token.select().where(Token.user == user_id).order_by(Token.id.desc()))


def revoke_token(user_id: int, id: int) -> bool:
    """Let a token of the user open nothing any more; whether there was such a one."""
    with transaction():
        found = Token.get_or_none(Token.id == id, Token.user == user_id)
        if found is None or not found.delete_instance():
            return False
        note("revoke_token", (User._meta.table_name, user_id), [("title", found.title, None)])
    return True
