"""Recovery codes: ten on paper, each of which lets in once when the telephone is gone."""

import secrets

from core.access.factors.models import RecoveryCode
from core.access.secrets import digest
from core.data.database import transaction

COUNT = 10
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS, GROUP = 4, 4  # 79 bits, so that a plain hash cannot be guessed back


def new_recovery_codes(user_id: int) -> list[str]:
    """Ten new codes, to be shown once; those before are void."""
    codes = [_new_code() for _ in range(COUNT)]
    with transaction():
        forget_recovery_codes(user_id)
        for code in codes:
            RecoveryCode.create(user=user_id, digest=_digest(user_id, code))
    return codes


def use_recovery_code(user_id: int, code: str) -> bool:
    """Whether it is one of the user's codes, which is then spent."""
    mine = (RecoveryCode.user == user_id) & (RecoveryCode.digest == _digest(user_id, code))
    return bool(RecoveryCode.delete().where(mine).execute())


def codes_left(user_id: int) -> int:
    return int(RecoveryCode.select().where(RecoveryCode.user == user_id).count())


def forget_recovery_codes(user_id: int) -> None:
    RecoveryCode.delete().where(RecoveryCode.user == user_id).execute()


def _new_code() -> str:
    groups = ("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))
    return "-".join(groups)


def _digest(user_id: int, code: str) -> str:
    """What is kept: the same however the code was typed, and of use to no other user."""
    letters = "".join(sign for sign in code.lower() if sign in LETTERS)
    return digest(f"{user_id} {letters}")
