"""Passwords, and keys that are handed out once and kept only as hashes."""

import hashlib
import secrets
from collections.abc import Iterable
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from core.access.strength import check_strength
from core.errors import UserError
from core.i18n import _

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 256
# 35 ms on one core; the library's defaults take 218 (OWASP's second choice of parameters).
_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)


def hash_password(password: str) -> str:
    return _hasher.hash(password)


def check_new_password(password: str, words: Iterable[str] = ()) -> None:
    """Raise `UserError` when a password cannot be taken: too short, too long, or guessed soon by
    whoever knows the `words`.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise UserError(
            _("The password is too short: take at least %(count)s signs.", count=SHORTEST_PASSWORD)
        )
    if len(password) > LONGEST_PASSWORD:
        raise UserError(
            _("The password is too long: take at most %(count)s signs.", count=LONGEST_PASSWORD)
        )
    check_strength(password, words)


def password_fits(password: str, password_hash: str | None) -> bool:
    """Whether the password is the one hashed. Without a hash it takes as long and says no, so that
    the time tells nobody which users exist.
    """
    if len(password) > LONGEST_PASSWORD:
        return False
    try:
        fits = _hasher.verify(password_hash or _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return fits and password_hash is not None


@cache
def _nobody() -> str:
    return hash_password(secrets.token_urlsafe())


def new_key(size: int = 32) -> str:
    """A key of `size` random bytes as text that fits a URL, a header and a cookie."""
    return secrets.token_urlsafe(size)


def new_password() -> str:
    """A password that can be read out and typed: 20 letters and digits in five groups."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(5))


def digest(key: str) -> str:
    """What is stored of a key. The key is random and long: a plain hash cannot be guessed back."""
    return hashlib.sha256(key.encode()).hexdigest()
