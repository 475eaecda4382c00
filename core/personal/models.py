"""The books of personal data: archives that wait for whoever asked, and rules of retention."""

from peewee import BigIntegerField

from core.access.models import User
from core.data.fields import (
    BooleanField,
    CharField,
    DateTimeField,
    FileField,
    ForeignKeyField,
    IntegerField,
    now,
)
from core.data.internal import Internal

ERASE, ARCHIVE, DELETE = "erase", "archive", "delete"
DAYS, MONTHS = "days", "months"


class PersonArchive(Internal):
    """One archive of what is held of the person `record` of the table `model`, for its `owner`
    alone. `hash` is None until it is made.
    """

    model = CharField(max_length=64)
    record = IntegerField()
    birth = BigIntegerField()
    owner = ForeignKeyField(User, on_delete="CASCADE", backref="+")
    at = DateTimeField(default=now, index=True)
    hash = FileField(null=True)
    size = BigIntegerField(default=0)

    class Meta:
        indexes = ((("model", "record"), False),)
        of_addon = "model"


class RetentionRule(Internal):
    """What is done to records of `model` (`contacts.contact`) when the moment in `field` lies
    `number` days or months back. It does nothing before an administrator saw what it would do and
    said yes (`confirmed_at`); a change takes the yes away. `done` and `left` are of the last run.
    """

    model = CharField(max_length=128)
    field = CharField(max_length=64)
    number = IntegerField()
    unit = CharField(max_length=8, default=DAYS)
    deed = CharField(max_length=8)
    is_on = BooleanField(default=True)
    confirmed_at = DateTimeField(null=True)
    confirmed_by = CharField(max_length=255, default="")
    ran_at = DateTimeField(null=True)
    done = IntegerField(default=0)
    left = IntegerField(default=0)

    class Meta:
        of_addon = "model"
