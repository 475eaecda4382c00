"""What the database knows of addons: which are installed and on, and since which change."""

from core.data.fields import CharField, DateTimeField, IntegerField, TextField, now
from core.data.internal import Internal


class Addon(Internal):
    """One addon that was installed at some time. `state` is enabled or disabled."""

    name = CharField(unique=True, max_length=64)
    state = CharField(max_length=16)
    version = CharField(max_length=32)
    changed_at = DateTimeField(default=now)


class Generation(Internal):
    """One row: a number that grows with every change of the set of enabled addons."""

    addons = IntegerField(default=0)


class DataRow(Internal):
    """One record that an addon shipped. `model` is its table, `identity` the id in the file, and
    `shipped` what the file gave, as JSON of {field: stored text}; None: the file has it no more.
    """

    addon = CharField(max_length=64)
    model = CharField(max_length=64)
    identity = CharField()
    record = IntegerField()
    shipped = TextField(null=True)

    class Meta:
        indexes = ((("addon", "model", "identity"), True),)
