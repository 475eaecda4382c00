"""The book of jobs: one row for each piece of work that is done outside a request."""

from typing import Any

from core.access.models import User
from core.data.fields import CharField, DateTimeField, ForeignKeyField, IntegerField, TextField, now
from core.data.internal import Internal

QUEUED, RUNNING, DONE, FAILED, CANCELLED = "queued", "running", "done", "failed", "cancelled"
LONGEST_KEY = 200


class Job(Internal):
    """One piece of work. `name` is the function's, `arguments` and `result` are JSON.

    `attempts` counts the runs that raised, `losses` those whose worker was gone before the end.
    `worker` names who runs it. `user`, `roles`, `reason`, `language` and `zone` are of whoever
    asked for it, for whom it runs. Of a `key` only one is queued: an index sees to it.
    """

    name = CharField(max_length=200)
    addon = CharField(max_length=64)
    arguments = TextField()
    key = CharField(max_length=LONGEST_KEY, null=True)
    state = CharField(max_length=16, default=QUEUED)
    attempts = IntegerField(default=0)
    limit = IntegerField(default=1)
    losses = IntegerField(default=0)
    not_before = DateTimeField(default=now)
    created_at = DateTimeField(default=now)
    started_at = DateTimeField(null=True)
    heartbeat_at = DateTimeField(null=True)
    finished_at = DateTimeField(null=True)
    worker = CharField(max_length=128, null=True)
    done = IntegerField(default=0)
    total = IntegerField(null=True)
    text = CharField(max_length=255, default="")
    error = TextField(null=True)
    result = TextField(null=True)
    user = ForeignKeyField(User, null=True, backref="+")
    roles = TextField(default="")
    actions = CharField(max_length=8, default="crudx")
    reason = CharField(max_length=255, default="")
    language = CharField(max_length=16)
    zone = CharField(max_length=64)

    class Meta:
        of_addon = "addon"


def by_the_clock() -> Any:
    """That a job was queued because it was time, by nobody."""
    return Job.user.is_null() & (Job.reason == Job.name)


class Schedule(Internal):
    """The period for which a job of the clock was queued last, as a number that grows."""

    name = CharField(unique=True, max_length=200)
    period = IntegerField()

    class Meta:
        of_addon = "name"


class Shift(Internal):
    """One worker that is there: since when, and when it was seen last."""

    worker = CharField(max_length=128, unique=True)
    begun_at = DateTimeField()
    seen_at = DateTimeField()
