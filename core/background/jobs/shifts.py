"""The book of workers: each says now and then that it is there, whether it has a job or not."""

from datetime import timedelta

from core.background.jobs.models import Shift
from core.data.fields import now

SEEN = timedelta(minutes=1)  # one that was seen since is at work
FORGOTTEN = timedelta(days=1)


def be_seen(worker: str) -> None:
    """Note that the worker is there; those that were not for a day are forgotten."""
    moment = now()
    if not Shift.update(seen_at=moment).where(Shift.worker == worker).execute():
        Shift.delete().where(Shift.seen_at < moment - FORGOTTEN).execute()
        row = Shift.insert(worker=worker, begun_at=moment, seen_at=moment)
        row.on_conflict_ignore().execute()


def leave(worker: str) -> None:
    Shift.delete().where(Shift.worker == worker).execute()


def at_work() -> int:
    """How many workers were seen a moment ago."""
    return int(Shift.select().where(Shift.seen_at >= now() - SEEN).count())
