"""Let somebody in by name and password, slowly for whoever guesses."""

from dataclasses import dataclass

from core.access.actors import by_login
from core.access.models import Credential
from core.access.secrets import check_new_password, hash_password, password_fits
from core.access.sessions import close_sessions_of
from core.access.throttle import count_attempt, forget_attempts, is_throttled
from core.data.database import transaction
from core.data.fields import now

PER_ADDRESS = 20  # wrong passwords from one address within the window, whoever they are for
PER_PAIR = 5  # for one login name from one address: the real user elsewhere still gets in
PER_LOGIN = 50  # for one login name from everywhere


@dataclass(frozen=True)
class Outcome:
    """`user_id` when the password fits; `throttled` when nothing was tried at all."""

    user_id: int | None = None
    throttled: bool = False


def try_login(login: str, password: str, address: str) -> Outcome:
    """Check name and password. Unknown and known names answer alike and take alike."""
    login = clean_login(login)
    limits = {
        f"login address {address}": PER_ADDRESS,
        f"login pair {address} {login}": PER_PAIR,
        f"login name {login}": PER_LOGIN,
    }
    if any(is_throttled(key, limit) for key, limit in limits.items()):
        return Outcome(throttled=True)
    rows = by_login(login)
    if password_fits(password, rows[0][1] if rows else None):
        forget_attempts(f"login pair {address} {login}")
        return Outcome(user_id=rows[0][0])
    for key in limits:
        count_attempt(key)
    return Outcome()


def clean_login(login: str) -> str:
    """A login name as it is stored: names differ neither by case nor by spaces around them."""
    return "".join(sign for sign in login if sign.isprintable()).strip().casefold()[:64]


def set_password(user_id: int, password: str) -> None:
    """Give a user a new password and end every session. Raises `UserError` on a weak one."""
    check_new_password(password)
    values = {"password_hash": hash_password(password), "changed_at": now()}
    with transaction():
        if not Credential.update(**values).where(Credential.user == user_id).execute():
            Credential.create(user=user_id, **values)
        close_sessions_of(user_id)
