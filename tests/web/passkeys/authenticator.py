"""A device that makes passkeys and signs by them, as browsers hand on what it says."""

import json
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field, replace
from hashlib import sha256
from secrets import token_bytes
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40
ES256 = -7
PASSWORD = "toʻgʻri-kalit-soʻz"
ORIGIN = "http://localhost:8000"


def encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass(frozen=True)
class Device:
    """One passkey. `replace(device, origin=…)` lies, as a thief's would."""

    origin: str
    host: str = "localhost"
    flags: int = PRESENT | VERIFIED
    count: int = 0
    handle: bytes = b""
    id: bytes = field(default_factory=lambda: token_bytes(32))
    key: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def made(self, options: dict[str, Any]) -> tuple["Device", str]:
        """The device of the user whom the options name, and its answer: attestation "none"."""
        numbers = self.key.public_key().public_numbers()
        point = [number.to_bytes(32, "big") for number in (numbers.x, numbers.y)]
        key = {1: 2, 3: ES256, -1: 1, -2: point[0], -3: point[1]}
        data = self._data(self.flags | ATTESTED)
        data += bytes(16) + struct.pack(">H", len(self.id)) + self.id + cbor.encode(key)
        said = {"fmt": "none", "attStmt": {}, "authData": data}
        client = self._client("webauthn.create", options)
        response = {"clientDataJSON": client, "attestationObject": cbor.encode(said)}
        return replace(self, handle=decoded(options["user"]["id"])), self._answer(response)

    def signed(self, options: dict[str, Any]) -> str:
        """The answer to a question at the login."""
        client, data = self._client("webauthn.get", options), self._data(self.flags)
        what = data + sha256(client).digest()
        signature = self.key.sign(what, ec.ECDSA(hashes.SHA256()))
        response = {
            **{"clientDataJSON": client, "authenticatorData": data},
            **{"signature": signature, "userHandle": self.handle},
        }
        return self._answer(response)

    def _data(self, flags: int) -> bytes:
        return sha256(self.host.encode()).digest() + struct.pack(">BI", flags, self.count)

    def _client(self, kind: str, options: dict[str, Any]) -> bytes:
        said = {"type": kind, "challenge": options["challenge"], "origin": self.origin}
        return json.dumps({**said, "crossOrigin": False}).encode()

    def _answer(self, response: dict[str, bytes]) -> str:
        said = {name: encoded(value) for name, value in response.items()}
        id = encoded(self.id)
        return json.dumps({"id": id, "rawId": id, "type": "public-key", "response": said})


def add(browser, device=None, title="Telephone"):
    """The device whose passkey was added, and the answer to that."""
    options = browser.post("/account/passkeys/options").json
    device, answer = (device or Device(ORIGIN)).made(options)
    return device, browser.post("/account/passkeys", {"answer": answer, "title": title})


def ask(browser, query=""):
    return browser.post(f"/login/passkey/options{query}").json


def log_in(browser, device, **more):
    form = {"answer": device.signed(ask(browser)), **more}
    return browser.post("/login/passkey", form)


def is_in(browser):
    browser.user = None
    return browser.get("/").status_code == 200
