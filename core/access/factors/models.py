"""The books of second factors, passkeys and mailed links. What they hold no read can reach."""

from peewee import BigIntegerField

from core.access.models import User
from core.data.fields import (
    BooleanField,
    CharField,
    DateTimeField,
    ForeignKeyField,
    TextField,
    now,
)
from core.data.internal import Internal


class Authenticator(Internal):
    """The app of a user that shows a code every 30 seconds. `secret` is sealed; `last_step` is the
    step of the last code that was used, so that each lets in once.
    """

    user = ForeignKeyField(User, unique=True, on_delete="CASCADE", backref="+")
    secret = TextField()
    last_step = BigIntegerField(default=0)
    created_at = DateTimeField(default=now)
    confirmed_at = DateTimeField(null=True)


class RecoveryCode(Internal):
    """A code on paper that lets in once instead of a factor; only its hash is kept."""

    digest = CharField(unique=True, max_length=64)
    user = ForeignKeyField(User, on_delete="CASCADE", backref="+")


class Passkey(Internal):
    """A key pair of WebAuthn, of which the user's device keeps the secret half. `credential` and
    `public_key` (COSE) are base64url.
    """

    credential = TextField(unique=True)
    user = ForeignKeyField(User, on_delete="CASCADE", backref="+")
    public_key = TextField()
    sign_count = BigIntegerField(default=0)
    title = CharField(max_length=64)
    created_at = DateTimeField(default=now)
    used_at = DateTimeField(null=True)


class Challenge(Internal):
    """What a passkey is asked to sign, once; `user` where it is clear already whose it must be."""

    digest = CharField(unique=True, max_length=64)
    purpose = CharField(max_length=16)
    user = ForeignKeyField(User, null=True, on_delete="CASCADE", backref="+")
    expires_at = DateTimeField(index=True)


class HalfLogin(Internal):
    """A browser whose user gave the right password and still owes the second factor."""

    digest = CharField(unique=True, max_length=64)
    user = ForeignKeyField(User, on_delete="CASCADE", backref="+")
    remember = BooleanField(default=False)
    expires_at = DateTimeField(index=True)


class OneTimeLink(Internal):
    """A link that was mailed, or shown once: only the hash of its key is kept, until it is used.
    `email` is where it went; another address of the user since then makes it void.
    """

    digest = CharField(unique=True, max_length=64)
    user = ForeignKeyField(User, on_delete="CASCADE", backref="+")
    purpose = CharField(max_length=16)
    email = TextField(default="")
    expires_at = DateTimeField(index=True)
