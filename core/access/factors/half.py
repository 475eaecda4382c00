"""Logins that are half open: the password was right, and the second factor is still owed."""

from datetime import timedelta

from core.access.factors.models import HalfLogin
from core.access.models import User
from core.access.secrets import digest, new_key
from core.data.actor import system
from core.data.fields import now

LASTS = timedelta(minutes=10)
LONGEST = 128


def open_half_login(user_id: int, remember: bool = False) -> str:
    """The key for a browser whose user gave the right password. `remember` is what they wish for
    when they are in. What expired is swept out.
    """
    key, moment = new_key(), now()
    HalfLogin.delete().where(HalfLogin.expires_at < moment).execute()
    HalfLogin.create(digest=digest(key), user=user_id, remember=remember, expires_at=moment + LASTS)
    return key


def half_login_of(key: str) -> HalfLogin | None:
    """The half-open login of a key, with its user; None when there is none, it expired or its user
    was disabled.
    """
    if not key or len(key) > LONGEST:
        return None
    with system("nobody is logged in before the second factor"):
        found: HalfLogin | None = (
            HalfLogin.select(HalfLogin, User)
            .join(User)
            .where(HalfLogin.digest == digest(key), HalfLogin.expires_at > now(), User.is_active)
            .get_or_none()
        )
    return found


def close_half_login(key: str) -> bool:
    """Let the key open nothing any more. Of two who close it at once only one is told yes."""
    return bool(HalfLogin.delete().where(HalfLogin.digest == digest(key)).execute())


def close_half_logins_of(user_id: int) -> None:
    HalfLogin.delete().where(HalfLogin.user == user_id).execute()
