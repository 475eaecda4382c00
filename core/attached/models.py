"""What people attach to a record: comments, whom they mention, and who follows it."""

import peewee
from peewee import BigIntegerField

from core.access.models import User
from core.data.fields import (
    BooleanField,
    CharField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    TextField,
    now,
)
from core.data.history import key_of
from core.data.internal import Internal
from core.data.model import Model


class Comment(Internal):
    """What somebody wrote about a record. `model` is its table, `birth` the making of it as the
    history numbers it. One that was taken back keeps its place and no text.
    """

    model = CharField(max_length=64)
    record = IntegerField()
    birth = BigIntegerField()
    at = DateTimeField(default=now)
    author = ForeignKeyField(User, null=True, on_delete="SET NULL", backref="+")
    author_name = CharField(max_length=255)
    text = TextField()
    removed_at = DateTimeField(null=True)

    class Meta:
        indexes = ((("model", "record"), False),)
        of_addon = "model"


class Mention(Internal):
    """That a comment names a user who may read the record."""

    comment = ForeignKeyField(Comment, on_delete="CASCADE", backref="+")
    user = ForeignKeyField(User, on_delete="CASCADE", backref="+")

    class Meta:
        indexes = ((("comment", "user"), True),)
        of_addon = "comment"


class Follower(Internal):
    """What a user decided about following a record; without a row they follow what they made or
    own.
    """

    model = CharField(max_length=64)
    record = IntegerField()
    birth = BigIntegerField()
    user = ForeignKeyField(User, on_delete="CASCADE", backref="+")
    is_following = BooleanField(default=True)

    class Meta:
        indexes = ((("model", "record", "user"), True),)
        of_addon = "model"


def attached_to(book: type[Internal], record: Model) -> peewee.Expression:
    """The condition that a row of `book` is attached to the record."""
    key = key_of(record)
    model, number, birth = (book._meta.fields[name] == value for name, value in key.items())
    return model & number & birth
