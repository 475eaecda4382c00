"""Tokens of the API: who calls, and as whom narrowed to what."""

from core.access.actors import ABOUT_USER, actor_of, by_token
from core.access.secrets import digest
from core.data.actor import Actor
from core.data.fields import now
from core.data.prepared import read_time

LONGEST = 128


def actor_of_token(token: str, language: str) -> Actor | None:
    """Whose token it is; None when it is unknown, expired, or its user was disabled."""
    if not token or len(token) > LONGEST:
        return None
    rows = by_token(digest(token))
    if not rows:
        return None
    roles, expires = rows[0][ABOUT_USER:]
    if expires is not None and read_time(expires) <= now():
        return None
    return actor_of(rows[0], language, narrowed_to=roles)
