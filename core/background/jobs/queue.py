"""The queue: rows of the book of jobs, put in by whoever acts, each claimed by one worker."""

import inspect
import json
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, Protocol

import peewee
from peewee import fn

from core.background.jobs.models import (
    CANCELLED,
    DONE,
    FAILED,
    LONGEST_KEY,
    QUEUED,
    RUNNING,
    Job,
)
from core.background.wake import wake
from core.data.actor import current_actor
from core.data.database import after_commit, transaction
from core.data.fields import now
from core.i18n import _

FIRST_DELAY = timedelta(seconds=10)
LONGEST_DELAY = timedelta(hours=1)
MOST_LOSSES = 5  # a job that takes its worker along so often is the reason
LOOKED_AT = 8  # waiting jobs that one who claims looks at, lest all workers want the same


class Way(Protocol):
    """How a job is done, as its mark says."""

    @property
    def attempts(self) -> int: ...
    def key_for(self, arguments: dict[str, Any]) -> str | None: ...


def put(
    name: str,
    function: Callable[..., Any],
    way: Way,
    arguments: dict[str, Any],
    not_before: datetime | None = None,
) -> int:
    """Queue a job for whoever acts now; answers its id, or that of the one with its key which
    waits already. Raises TypeError when the function does not take the arguments.
    """
    inspect.signature(function).bind(**arguments)
    actor = current_actor()
    row = {
        "name": name,
        "addon": name.split(".")[0],
        "arguments": json.dumps(arguments, ensure_ascii=False),
        "limit": way.attempts,
        "user": actor.id,
        "roles": ",".join(sorted(actor.roles)),
        "actions": actor.actions,
        "reason": actor.reason[:255] if actor.is_system else "",
        "language": actor.language,
        "zone": actor.zone,
        "not_before": not_before or now(),
    }
    return insert(row, way.key_for(arguments))


def insert(row: dict[str, Any], key: str | None) -> int:
    """Write the row of a job, unless one with the key waits; wakes the workers at the commit."""
    key = key[:LONGEST_KEY] if key else None
    with transaction():
        id = _insert_once(row, key) if key else int(Job.insert(**row).execute())
        after_commit(wake)
    return id


def _insert_once(row: dict[str, Any], key: str) -> int:
    waiting = (Job.key == key) & (Job.state == QUEUED)
    while True:
        # The row is locked, not only seen: nobody claims it before what we wrote is kept.
        if Job.update(key=key).where(waiting).execute():
            return int(Job.get(waiting).id)
        Job.insert(key=key, **row).on_conflict_ignore().execute()
        mine = Job.get_or_none(waiting)
        if mine is not None:
            return int(mine.id)


def claim(worker: str, addons: Iterable[str]) -> Any:
    """The next job that is due, now running on behalf of `worker`; those of other addons wait."""
    other = Job.alias()
    busy = other.select(other.id).where((other.key == Job.key) & (other.state == RUNNING))
    due = (
        Job.select(Job.id)
        .where(
            (Job.state == QUEUED)
            & (Job.not_before <= now())
            & Job.addon.in_(list(addons))
            & ~fn.EXISTS(busy)
        )
        .order_by(Job.not_before, Job.id)
        .limit(LOOKED_AT)
    )
    for (id,) in list(due.tuples()):
        moment = now()
        taken = {"state": RUNNING, "worker": worker, "started_at": moment, "heartbeat_at": moment}
        if Job.update(**taken).where((Job.id == id) & (Job.state == QUEUED)).execute():
            return Job.get_or_none(Job.id == id)
    return None


def _still(job: Job) -> Any:
    """That the job is still this worker's."""
    return (Job.id == job.id) & (Job.state == RUNNING) & (Job.worker == job.worker)


def beat(job: Job, said: dict[str, Any]) -> bool:
    """Say that the job runs, and how far it is; False when it is no longer ours."""
    return bool(Job.update(heartbeat_at=now(), **said).where(_still(job)).execute())


def finish(job: Job, result: Any, said: dict[str, Any]) -> bool:
    """Note that the job is done; False when it is no longer ours."""
    written = None if result is None else json.dumps(result, ensure_ascii=False)
    end = {"state": DONE, "finished_at": now(), "result": written, "error": None}
    return bool(Job.update(**end, **said).where(_still(job)).execute())


def fail(job: Job, error: str, said: dict[str, Any], final: bool = False) -> None:
    """Note that a run failed: the job is tried again later, or has failed for good."""
    attempts = job.attempts + 1
    values = {"attempts": attempts, "error": error, **said}
    if final or attempts >= job.limit:
        end = {"state": FAILED, "finished_at": now(), **values}
        Job.update(**end).where(_still(job)).execute()
        return
    delay = min(FIRST_DELAY * 4 ** (attempts - 1), LONGEST_DELAY)
    _return(job, {**values, "not_before": now() + delay})


def give_back(job: Job) -> None:
    """Return a job whose worker is gone, or could not reach the database, to the queue."""
    losses = job.losses + 1
    if losses >= MOST_LOSSES:
        error = str(_("Whoever ran it was stopped %(count)s times.", count=losses))
        end = {"state": FAILED, "finished_at": now(), "losses": losses, "error": error}
        Job.update(**end).where(_still(job)).execute()
    else:
        _return(job, {"losses": losses})


def _return(job: Job, values: dict[str, Any]) -> None:
    try:
        with transaction():
            queued = {"state": QUEUED, "worker": None, **values}
            Job.update(**queued).where(_still(job)).execute()
    except peewee.IntegrityError:
        # Another one with its key came to wait meanwhile and does the same work.
        gone = {"state": CANCELLED, "finished_at": now(), "worker": None, **values}
        Job.update(**gone).where(_still(job)).execute()


def cancel(id: int) -> bool:
    """Take a job back: one that waits is not begun, one that runs stops where it tells its
    progress. False when it had ended already.
    """
    open_ones = (Job.id == id) & Job.state.in_((QUEUED, RUNNING))
    gone = {"state": CANCELLED, "finished_at": now()}
    return bool(Job.update(**gone).where(open_ones).execute())


def retry(id: int) -> bool:
    """Queue a job that failed or was cancelled once more, with all its attempts."""
    ended = (Job.id == id) & Job.state.in_((FAILED, CANCELLED))
    again = {
        **{"state": QUEUED, "attempts": 0, "losses": 0, "not_before": now()},
        **{"error": None, "finished_at": None, "worker": None},
    }
    try:
        with transaction():
            done = bool(Job.update(**again).where(ended).execute())
            after_commit(wake)
    except peewee.IntegrityError:
        return False
    return done
