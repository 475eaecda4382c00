"""Codes of an app: a secret that is scanned once, and six digits that change every 30 seconds."""

import hmac

from peewee import IntegrityError

from core.access.factors.models import Authenticator
from core.access.sealing import seal, unseal
from core.data.database import transaction
from core.data.fields import now
from core.errors import UserError
from core.i18n import _

ISSUER = "Karvon"
SECONDS = 30  # how long a code is shown
DRIFT = 1  # steps by which the clock of a telephone may be wrong, either way


def begin_authenticator(user_id: int) -> None:
    """Make a secret that waits to be scanned; one that was not confirmed is forgotten. Raises
    `UserError` for a user who has an app that counts.
    """
    from pyotp import random_base32  # 10 ms, so not at start

    sealed = seal(random_base32(), _place(user_id))
    waiting = (Authenticator.user == user_id) & Authenticator.confirmed_at.is_null()
    try:
        with transaction():
            Authenticator.delete().where(waiting).execute()
            Authenticator.create(user=user_id, secret=sealed)
    except IntegrityError as error:
        raise UserError(_("You have an app already: take it away first.")) from error


def waiting_secret(user_id: int) -> str | None:
    """The secret that was made and not yet confirmed; a confirmed one is never shown again."""
    row = _of(user_id)
    return _secret(row) if row is not None and row.confirmed_at is None else None


def address_of(secret: str, login: str) -> str:
    """What the QR code says to the app."""
    from pyotp import TOTP

    return str(TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER))


def confirm_authenticator(user_id: int, code: str) -> bool:
    """Let the app count from now on, when it shows the right code."""
    row = _of(user_id)
    step = _step_of(row, code) if row is not None and row.confirmed_at is None else None
    if row is None or step is None:
        return False
    # Only the secret whose code was typed: another may have been made meanwhile.
    mine = (Authenticator.id == row.id) & Authenticator.confirmed_at.is_null()
    changed = Authenticator.update(confirmed_at=now(), last_step=step).where(mine).execute()
    return bool(changed)


def use_code(user_id: int, code: str) -> bool:
    """Whether the app shows this code now and it was not used. Of two who send it at once only one
    is told yes.
    """
    row = _of(user_id)
    step = _step_of(row, code) if row is not None and row.confirmed_at is not None else None
    if row is None or step is None:
        return False
    unused = (Authenticator.id == row.id) & (Authenticator.last_step < step)
    return bool(Authenticator.update(last_step=step).where(unused).execute())


def forget_authenticator(user_id: int) -> bool:
    """Take the app away, confirmed or not; whether there was one that counted."""
    row = _of(user_id)
    Authenticator.delete().where(Authenticator.user == user_id).execute()
    return row is not None and row.confirmed_at is not None


def _of(user_id: int) -> Authenticator | None:
    found: Authenticator | None = Authenticator.get_or_none(Authenticator.user == user_id)
    return found


def _secret(row: Authenticator) -> str:
    return unseal(str(row.secret), _place(row.user_id))


def _place(user_id: int) -> str:
    return f"authenticator of user {user_id}"


def _step_of(row: Authenticator, code: str) -> int | None:
    """The step of time at which the app shows the code, when it is about now."""
    from pyotp import TOTP

    app, current = TOTP(_secret(row)), int(now().timestamp()) // SECONDS
    for step in range(current - DRIFT, current + DRIFT + 1):
        if hmac.compare_digest(app.generate_otp(step), code.encode("ascii", "replace").decode()):
            return step
    return None
