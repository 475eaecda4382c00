"""Run one job that was claimed: for whom, under which rules, and what is noted of it."""

import json
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import peewee

from core.access.actors import actor_of, by_id
from core.background.jobs import queue
from core.background.jobs.declared import JobMark, jobs_of
from core.background.jobs.models import Job
from core.data.actor import PUBLIC, Actor, acting_as, system
from core.data.database import release, transaction
from core.errors import Busy, KarvonError, NotAllowed, UserError
from core.i18n import _, speaking
from core.modules.declared import Marked
from core.modules.registry import Registry, using

log = logging.getLogger("karvon.background")


class Stopped(KarvonError):
    """The job was cancelled, or another worker has it: leave it at once."""


class Run:
    """One run of a job. Its progress is kept here until somebody writes it down."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.said: dict[str, Any] = {}
        self.unsaid = threading.Event()
        self.is_lost = False

    def tell(self, done: int, total: int | None, text: str) -> None:
        self.said = {"done": done, "total": total, "text": text[:255]}
        self.unsaid.set()
        if self.is_lost:
            raise Stopped(_("The job was cancelled."))

    def write(self) -> None:
        """Say in the book that the job runs and how far it is."""
        self.unsaid.clear()
        if not queue.beat(self.job, self.said):
            self.is_lost = True


_run: ContextVar[Run | None] = ContextVar("run", default=None)


def is_running() -> bool:
    """Whether a job is what runs here."""
    return _run.get() is not None


def progress(done: int, total: int | None = None, text: Any = "") -> None:
    """Say how far the running job is; whoever started it sees it. Raises when it was cancelled.
    Costs next to nothing, and outside a job does nothing.
    """
    run = _run.get()
    if run is not None:
        run.tell(done, total, str(text))


def run_job(run: Run, registry: Registry) -> None:
    """Do the job, and note how it ended. Raises nothing but what stops the process."""
    job = run.job
    try:
        with using(registry), speaking(str(job.language), str(job.zone)):
            _attempt(run, jobs_of(registry).get(str(job.name)))
    finally:
        release()


def _attempt(run: Run, found: Marked[JobMark] | None) -> None:
    job = run.job
    token = _run.set(run)
    try:
        if found is None:
            raise UserError(_("There is no job %(name)s any more.", name=job.name))
        _do(run, found)
    except Stopped:
        log.info("Job %s (%s) was stopped", job.id, job.name)
    except (Busy, peewee.OperationalError, peewee.InterfaceError) as error:
        log.warning("Job %s (%s) goes back: %s", job.id, job.name, error)
        queue.give_back(job)
    except (UserError, NotAllowed) as error:
        queue.fail(job, str(error), run.said, final=True)
    except Exception as error:
        log.exception("Job %s (%s) failed", job.id, job.name)
        queue.fail(job, _sentence(error), run.said)
    finally:
        _run.reset(token)


def _sentence(error: Exception) -> str:
    if isinstance(error, KarvonError):
        return str(error)
    reason = " ".join(f"{type(error).__name__}: {error}".split())[:500]
    return str(_("Something broke (%(reason)s): the log of the server says where.", reason=reason))


def _do(run: Run, found: Marked[JobMark]) -> None:
    arguments = json.loads(str(run.job.arguments))
    if not found.mark.atomic:
        with _for_whoever_asked(run.job):
            result = found.function(**arguments)
        queue.finish(run.job, result, run.said)
        return
    with transaction():
        with _for_whoever_asked(run.job):
            result = found.function(**arguments)
        if not queue.finish(run.job, result, run.said):
            raise Stopped(_("The job was cancelled."))


@contextmanager
def _for_whoever_asked(job: Job) -> Iterator[None]:
    with acting_as(_asker(job)):
        if job.reason:
            with system(str(job.reason)):
                yield
        else:
            yield


def _asker(job: Job) -> Actor:
    """Who asked for the job, with no more roles than they had then and have now."""
    language = str(job.language)
    if job.user_id and (rows := by_id(job.user_id)):
        return actor_of(rows[0], language, narrowed_to=str(job.roles), actions=str(job.actions))
    if job.user_id and not job.reason:
        raise UserError(_("Whoever started this may not log in any more."))
    name = str(job.reason or PUBLIC.name)
    return Actor(job.user_id, name, language=language, zone=str(job.zone))
