"""The book of files: which content stands on which record, under which name."""

from peewee import BigIntegerField, CharField, IntegerField

from core.data.fields import DateTimeField, FileField, now
from core.data.internal import Internal


class Attachment(Internal):
    """A file on a record. `model` is the table of the record and `birth` the entry of the history
    that made it (0: none), because SQLite gives the id of a deleted record again. `removed_at` is
    when somebody took it away, which can be undone for a while.
    """

    model = CharField(max_length=64)
    record = IntegerField()
    birth = BigIntegerField()
    hash = FileField()
    name = CharField(max_length=255)
    size = BigIntegerField()
    type = CharField(max_length=128)
    width = IntegerField(null=True)
    height = IntegerField(null=True)
    by = IntegerField(null=True)
    at = DateTimeField(default=now)
    removed_at = DateTimeField(null=True, index=True)

    class Meta:
        of_addon = "model"
