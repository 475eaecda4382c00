"""The book of mails: those about a record that can be answered, and those that came in."""

import hashlib

from peewee import BigIntegerField

from core.access.models import User
from core.data.fields import CharField, DateTimeField, ForeignKeyField, IntegerField, now
from core.data.internal import Internal


class Letter(Internal):
    """A mail, by the SHA-256 of its Message-ID. One that went out names its reader and the record
    that it is about; one that came in only keeps a second copy away.
    """

    digest = CharField(unique=True, max_length=64)
    at = DateTimeField(default=now)
    reader = ForeignKeyField(User, null=True, on_delete="CASCADE", backref="+")
    model = CharField(max_length=64, default="")
    record = IntegerField(default=0)
    birth = BigIntegerField(default=0)

    class Meta:
        of_addon = "model"


def digest_of(message_id: str) -> str:
    """What the book keeps of a Message-ID: who reads the book cannot answer in another's place."""
    return hashlib.sha256(message_id.strip().encode("utf-8", "surrogateescape")).hexdigest()
