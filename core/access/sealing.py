"""Seal what the database may keep but not show: with a key that lies in var/, not beside it."""

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path

from core.data.files import made_key
from core.errors import UserError
from core.i18n import _

FILE = "sealing.key"
NONCE = 12  # bytes, as AES-256-GCM has them

_folder = Path()


def use_keys(var: Path) -> None:
    """Take the key of this process from the folder; it is made when something is sealed first."""
    global _folder
    _folder = var


def seal(text: str, place: str) -> str:
    """The text as only this instance can read it. `place` says what it is: what was sealed for
    one place does not open at another.
    """
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # 15 ms, so not at start

    nonce = secrets.token_bytes(NONCE)
    sealed = AESGCM(made_key(_folder / FILE)).encrypt(nonce, text.encode(), place.encode())
    return urlsafe_b64encode(nonce + sealed).decode()


def unseal(sealed: str, place: str) -> str:
    """The text that was sealed. Raises `UserError` where it was not sealed with this key."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        raw = urlsafe_b64decode(sealed)
        key = (_folder / FILE).read_bytes()
        return AESGCM(key).decrypt(raw[:NONCE], raw[NONCE:], place.encode()).decode()
    except (InvalidTag, ValueError, OSError) as error:
        raise UserError(
            _(
                "The secret %(place)s does not open with the key var/%(file)s:"
                " put back the key of the backup, or type the secret anew under Settings.",
                place=place,
                file=FILE,
            )
        ) from error
