"""The book of webhooks: who wants to hear of what, and each delivery."""

import json
import secrets
from typing import Any

from peewee import BigAutoField

from core.access.models import User
from core.access.sealing import seal, unseal
from core.data.fields import CharField, DateTimeField, ForeignKeyField, IntegerField, TextField, now
from core.data.internal import Internal

WAITING, ARRIVED, FAILED = "waiting", "arrived", "failed"
PING = "ping"
LONGEST_URL = 2000
SECRET_BYTES = 32


class Webhook(Internal):
    """An address that hears of `events`, a JSON list of “contacts.contact created” (a model and
    what was done) and “warehouse.move_booked” (a named event). The rights of `user` decide what
    is told; `owner` hears when it goes wrong. `conditions` is a filter of the API, or empty.

    `secret` is sealed for the place `key`. `failures` counts the tries since the last one that
    arrived; until `due_at` nothing is sent.
    """

    key = CharField(unique=True, max_length=32)
    title = CharField(max_length=64)
    url = CharField(max_length=LONGEST_URL)
    events = TextField()
    conditions = TextField(default="")
    user = ForeignKeyField(User, on_delete="CASCADE", backref="+")
    owner = ForeignKeyField(User, on_delete="CASCADE", backref="+")
    secret = TextField()
    created_at = DateTimeField(default=now)
    paused_at = DateTimeField(null=True)
    reason = TextField(default="")
    failures = IntegerField(default=0)
    due_at = DateTimeField(default=now)

    @property
    def event_names(self) -> list[str]:
        found: list[str] = json.loads(str(self.events))
        return found

    @property
    def where(self) -> tuple[Any, ...]:
        return tuple(json.loads(str(self.conditions))) if self.conditions else ()

    def open_secret(self) -> str:
        return unseal(str(self.secret), f"webhook {self.key}")


class Delivery(Internal):
    """One thing that is told to one webhook. `key` names it to the receiver, however often it is
    sent. `records` is {name: [model, id]} as JSON; `body` is written when it is first sent, out of
    what its user may see then.
    """

    id = BigAutoField()
    webhook = ForeignKeyField(Webhook, on_delete="CASCADE", backref="+", index=False)
    key = CharField(unique=True, max_length=32)
    event = CharField(max_length=128)
    records = TextField()
    at = DateTimeField(default=now, index=True)
    state = CharField(max_length=16, default=WAITING)
    attempts = IntegerField(default=0)
    due_at = DateTimeField(default=now)
    body = TextField(null=True)
    status = IntegerField(null=True)
    error = TextField(default="")
    ended_at = DateTimeField(null=True)

    class Meta:
        indexes = ((("webhook", "state", "due_at"), False),)


class Received(Internal):
    """What came in by a webhook of an addon, by the hash of its address and delivery."""

    digest = CharField(unique=True, max_length=64)
    at = DateTimeField(default=now, index=True)


def new_key() -> str:
    return secrets.token_hex(16)


def new_secret(key: str) -> tuple[str, str]:
    """A secret for the webhook of this key, and the same one sealed."""
    secret = f"whsec_{secrets.token_urlsafe(SECRET_BYTES)}"
    return secret, seal(secret, f"webhook {key}")
