"""The second factor as a whole: who has one, who must, and whether what was shown holds."""

from collections.abc import Collection
from enum import Enum

from core.access.factors.codes import forget_authenticator, use_code
from core.access.factors.models import Authenticator, Passkey
from core.access.factors.recovery import forget_recovery_codes, use_recovery_code
from core.access.models import User
from core.access.throttle import count_attempt, forget_attempts, network_of, take_back
from core.data.actor import Actor, system
from core.data.audit import note, note_regardless
from core.data.database import transaction

USERS = User._meta.table_name
PER_PAIR = 5  # wrong codes for one user from one address within a quarter of an hour
PER_USER = 20  # and from everywhere


class Shown(Enum):
    """What became of a code."""

    RIGHT, RECOVERY, WRONG, THROTTLED = range(4)


def has_app(user_id: int) -> bool:
    held = (Authenticator.user == user_id) & Authenticator.confirmed_at.is_null(False)
    return bool(Authenticator.select().where(held).exists())


def has_passkey(user_id: int) -> bool:
    return bool(Passkey.select().where(Passkey.user == user_id).exists())


def has_factor(user_id: int) -> bool:
    """Whether a password alone does not let the user in."""
    return has_app(user_id) or has_passkey(user_id)


def must_have_factor(actor: Actor, roles: Collection[str]) -> bool:
    """Whether the actor holds one of the roles that must have a second factor."""
    return actor.id is not None and not actor.roles.isdisjoint(roles)


def owes_factor(actor: Actor, roles: Collection[str]) -> bool:
    """Whether the actor must have a second factor and has none."""
    return must_have_factor(actor, roles) and not has_factor(actor.id or 0)


def count_code(user_id: int, address: str) -> bool:
    """Count a try before the code is looked at, so that many at once gain nothing; False when
    there were too many. Outside of a transaction, for it stays counted.
    """
    for key, limit in {_pair(user_id, address): PER_PAIR, _user(user_id): PER_USER}.items():
        count = count_attempt(key)
        if count > limit:
            if count == limit + 1:  # once: who guesses codes knows the password
                with system("the history tells of guesses"):
                    note_regardless("fail_log_in", (USERS, user_id), [("tries", None, limit)])
            return False
    return True


def show_code(user_id: int, code: str) -> Shown:
    """Use a code of the app or a recovery code. Within a transaction it is spent with it."""
    typed = "".join(code.split())[:64]
    if typed.isdigit() and len(typed) == 6:
        return Shown.RIGHT if use_code(user_id, typed) else Shown.WRONG
    return Shown.RECOVERY if use_recovery_code(user_id, typed) else Shown.WRONG


def forget_wrong_codes(user_id: int, address: str) -> None:
    """The user showed a right one: what they mistyped counts no more, nor does the right one."""
    take_back(_user(user_id))
    forget_attempts(_pair(user_id, address))


def forget_factors(user_id: int) -> bool:
    """Take app, passkeys and recovery codes away from a user who lost them; whether there were
    some. Whoever must have a second factor is led to a new one after the password.
    """
    with transaction():
        passkeys = int(Passkey.delete().where(Passkey.user == user_id).execute())
        forget_recovery_codes(user_id)
        had_some = forget_authenticator(user_id) or bool(passkeys)
        if had_some:
            note("remove_factor", ("core_user", user_id), [("factor", "all", None)])
    return had_some


def _pair(user_id: int, address: str) -> str:
    return f"code pair {network_of(address)} {user_id}"


def _user(user_id: int) -> str:
    return f"code user {user_id}"
