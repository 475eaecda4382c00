"""Passkeys by WebAuthn: a device signs our challenge with a key that never leaves it."""

import ipaddress
import json
import re
import struct
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from peewee import IntegrityError

from core.access.factors.models import Challenge, Passkey
from core.access.models import User
from core.access.secrets import digest
from core.data.actor import system
from core.data.database import transaction
from core.data.fields import now
from core.errors import UserError
from core.i18n import _

if TYPE_CHECKING:
    from fido2.server import Fido2Server

REGISTER, LOGIN = "register", "login"
LASTS = timedelta(minutes=5)
MOST = 20  # passkeys of one user
LONGEST_TITLE = 64
LONGEST_ANSWER = 16_384  # letters of JSON
ENCODED = re.compile(r"[\w-]{1,1400}", re.ASCII)  # base64url of what a device may say at most
# What the library raises of an answer that no browser would send.
ODD = (ValueError, KeyError, TypeError, AttributeError, AssertionError, struct.error, IndexError)


@dataclass(frozen=True)
class Place:
    """Where passkeys are for: the host by which devices know us, and the origin of our pages."""

    host: str
    origin: str

    @property
    def is_possible(self) -> bool:
        """Whether browsers let a page there use passkeys: by a name, and encrypted."""
        try:
            ipaddress.ip_address(self.host)
        except ValueError:
            return self.origin.startswith("https:") or self.host == "localhost"
        return False


def place_of(base_url: str) -> Place:
    parts = urlsplit(base_url)
    return Place(parts.hostname or "", f"{parts.scheme}://{parts.netloc}")


def passkeys_of(user_id: int) -> list[Passkey]:
    return list(Passkey.select().where(Passkey.user == user_id).order_by(Passkey.id))


def ask_to_register(place: Place, user: User) -> dict[str, Any]:
    """The options by which the browser makes a passkey of the user, as JSON can hold them."""
    from fido2.webauthn import (
        PublicKeyCredentialUserEntity,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    own = passkeys_of(user.id)
    if len(own) >= MOST:
        raise UserError(_("You have %(count)s passkeys: remove one first.", count=MOST))
    entity = PublicKeyCredentialUserEntity(
        id=_handle(user.id), name=str(user.login), display_name=str(user.name)
    )
    options, state = _server(place).register_begin(
        entity,
        credentials=[_descriptor(each) for each in own],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    _keep_challenge(state["challenge"], REGISTER, user.id)
    return _said(options)


@dataclass(frozen=True)
class NewPasskey:
    """What a browser made and we have verified, both base64url."""

    credential: str
    public_key: str


def verified(place: Place, user_id: int, answer: str) -> NewPasskey:
    """The passkey that the browser made for our question, which is spent whatever comes of it: so
    not within a transaction. Raises `UserError` when it does not hold.
    """
    from fido2 import cbor

    response = _read(answer)
    state = _state(response, REGISTER, user_id)
    try:
        data = _server(place).register_complete(state, response).credential_data
    except ODD as error:
        raise _refused() from error
    if data is None:
        raise _refused()
    return NewPasskey(_encoded(data.credential_id), _encoded(cbor.encode(data.public_key)))


def keep_passkey(user_id: int, new: NewPasskey, title: str) -> Passkey:
    """Let the user log in by it. Raises `UserError` when it is known already."""
    values = {"credential": new.credential, "public_key": new.public_key}
    plain = "".join(sign for sign in title if sign.isprintable()).strip()
    named = plain[:LONGEST_TITLE] or str(_("Passkey"))
    try:
        with transaction():
            made: Passkey = Passkey.create(user=user_id, title=named, **values)
    except IntegrityError as error:
        raise UserError(_("This passkey is known already: take another device.")) from error
    return made


def ask_to_log_in(place: Place, user_id: int | None = None) -> dict[str, Any]:
    """The options by which the browser signs: with any passkey for us, or one of the user's."""
    from fido2.webauthn import UserVerificationRequirement

    own = [_descriptor(each) for each in passkeys_of(user_id)] if user_id else None
    options, state = _server(place).authenticate_begin(
        own, user_verification=UserVerificationRequirement.REQUIRED
    )
    _keep_challenge(state["challenge"], LOGIN, user_id)
    return _said(options)


def log_in(place: Place, answer: str, user_id: int | None = None) -> Passkey:
    """The passkey that signed our question, whose user can log in. With `user_id` it must be
    theirs. The question is spent whatever comes of it: so not within a transaction. Raises
    `UserError` when it does not hold, whatever the reason.
    """
    response = _read(answer)
    state = _state(response, LOGIN, user_id)
    passkey = _passkey(response)
    if passkey is None or (user_id is not None and passkey.user_id != user_id):
        raise _refused()
    try:
        _server(place).authenticate_complete(state, [_credential(passkey)], response)
        count = _count(response)
        handle = response["response"].get("userHandle")
    except ODD as error:
        raise _refused() from error
    if handle and handle.rstrip("=") != _encoded(_handle(passkey.user_id)):
        raise _refused()
    # A count that does not grow is the mark of a copied key; passkeys that are synced keep it at 0.
    held = (Passkey.id == passkey.id) & ((Passkey.sign_count < count) | (Passkey.sign_count == 0))
    if not Passkey.update(sign_count=count, used_at=now()).where(held).execute():
        raise _refused()
    return passkey


def remove_passkey(user_id: int, id: int) -> Passkey | None:
    """Take a passkey of the user away; None when they have no such."""
    mine = (Passkey.id == id) & (Passkey.user == user_id)
    found: Passkey | None = Passkey.get_or_none(mine)
    if found is None or not Passkey.delete().where(mine).execute():
        return None
    return found


def _server(place: Place) -> "Fido2Server":
    from fido2.server import Fido2Server  # 120 ms, so not at start
    from fido2.webauthn import AttestationConveyancePreference, PublicKeyCredentialRpEntity

    entity = PublicKeyCredentialRpEntity(id=place.host, name="Karvon")
    return Fido2Server(
        entity,
        attestation=AttestationConveyancePreference.NONE,
        verify_origin=lambda origin: origin == place.origin,
    )


def _said(options: Any) -> dict[str, Any]:
    found: dict[str, Any] = dict(options)["publicKey"]
    return found


def _keep_challenge(challenge: str, purpose: str, user_id: int | None) -> None:
    moment = now()
    Challenge.delete().where(Challenge.expires_at < moment).execute()
    Challenge.create(
        digest=digest(challenge), purpose=purpose, user=user_id, expires_at=moment + LASTS
    )


def _state(response: dict[str, Any], purpose: str, user_id: int | None) -> dict[str, Any]:
    """What the library remembers of its question, of which the challenge is then spent."""
    from fido2.utils import websafe_decode
    from fido2.webauthn import UserVerificationRequirement

    try:
        said = json.loads(websafe_decode(response["response"]["clientDataJSON"]))
        challenge = str(said["challenge"]).rstrip("=")
    except ODD as error:
        raise _refused() from error
    if not ENCODED.fullmatch(challenge):
        raise _refused()
    asked = (Challenge.digest == digest(challenge)) & (Challenge.purpose == purpose)
    asked &= Challenge.user.is_null() if user_id is None else Challenge.user == user_id
    asked &= Challenge.expires_at > now()
    if not Challenge.delete().where(asked).execute():
        raise _refused()
    return {"challenge": challenge, "user_verification": UserVerificationRequirement.REQUIRED}


def _read(answer: str) -> dict[str, Any]:
    try:
        found = json.loads(answer) if len(answer) <= LONGEST_ANSWER else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not isinstance(found.get("response"), dict):
        raise _refused()
    return found


def _passkey(response: dict[str, Any]) -> Passkey | None:
    credential = str(response.get("id", ""))
    if not ENCODED.fullmatch(credential):
        return None
    with system("nobody is logged in before the passkey"):
        found: Passkey | None = (
            Passkey.select(Passkey, User)
            .join(User)
            .where(Passkey.credential == credential, User.is_active)
            .get_or_none()
        )
    return found


def _credential(passkey: Passkey) -> Any:
    from fido2 import cbor
    from fido2.cose import CoseKey
    from fido2.utils import websafe_decode
    from fido2.webauthn import Aaguid, AttestedCredentialData

    read: Any = cbor.decode(websafe_decode(str(passkey.public_key)))
    id = websafe_decode(str(passkey.credential))
    return AttestedCredentialData.create(bytes(Aaguid.NONE), id, CoseKey.parse(read))


def _count(response: dict[str, Any]) -> int:
    from fido2.utils import websafe_decode
    from fido2.webauthn import AuthenticatorData

    return AuthenticatorData(websafe_decode(response["response"]["authenticatorData"])).counter


def _descriptor(passkey: Passkey) -> Any:
    from fido2.utils import websafe_decode
    from fido2.webauthn import PublicKeyCredentialDescriptor, PublicKeyCredentialType

    id = websafe_decode(str(passkey.credential))
    return PublicKeyCredentialDescriptor(type=PublicKeyCredentialType.PUBLIC_KEY, id=id)


def _handle(user_id: int) -> bytes:
    """What a device keeps of the user: no name and no address."""
    return f"user {user_id}".encode()


def _encoded(raw: bytes) -> str:
    from fido2.utils import websafe_encode

    return str(websafe_encode(raw))


def _refused() -> UserError:
    return UserError(_("The passkey was not accepted: try again, or log in by your password."))
