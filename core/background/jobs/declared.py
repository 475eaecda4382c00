"""How a function becomes a job: the decorator, and the jobs of a registry."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, ParamSpec, Protocol, TypeVar, cast

from core.background.jobs.queue import put
from core.i18n import Text
from core.modules.declared import Mark, Marked, marking
from core.modules.registry import Registry

P = ParamSpec("P")
R = TypeVar("R", covariant=True)

UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}


@dataclass(frozen=True)
class JobMark(Mark):
    """That a function is a job, and how it is done."""

    every: timedelta | None = None
    at: time | None = None
    attempts: int = 1
    key: str | Callable[..., str] | None = None
    atomic: bool = False
    title: Text = ""

    def key_for(self, arguments: dict[str, Any]) -> str | None:
        return self.key(**arguments) if callable(self.key) else self.key


class Later(Protocol[P, R]):
    """A function that can be called, or put into the queue."""

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R: ...
    def later(self, **arguments: Any) -> int: ...
    def later_at(self, moment: datetime, /, **arguments: Any) -> int: ...


def job(
    every: str = "",
    at: str = "",
    attempts: int = 1,
    key: str | Callable[..., str] | None = None,
    atomic: bool | None = None,
    title: Text = "",
) -> Callable[[Callable[P, R]], Later[P, R]]:
    """Mark a function that is done outside requests.

    `function.later(**arguments)` queues it within the transaction that is open and answers the id
    of the job: it starts after the commit, for whoever acts now, in their language. The arguments
    are JSON; what it returns, a text or
    {"text": …, "links": [{"title": …, "url": …}]}, is shown on its page under `title`.
    `function.later_at(moment, …)` lets it wait until an aware time.

    `every="5 minutes"` or `at="09:00"` (of the instance's zone) do it by the clock, as the system.
    A `UserError` or `NotAllowed` ends a job at once; after any other exception it is tried again,
    up to `attempts` in all, after a growing while. Of a `key`, or of what it gives for the
    arguments, only one waits and only one runs at a time: queueing a second one changes nothing.

    A job with a key runs within one transaction with its own end, so that whatever happens to the
    worker it takes effect once. One that is slow or talks to others says `atomic=False`, and must
    then bear to be done again.
    """
    mark = JobMark(
        every=_span(every) if every else None,
        at=time.fromisoformat(at) if at else None,
        attempts=attempts,
        key=key,
        atomic=key is not None if atomic is None else atomic,
        title=title,
    )

    def decorate(function: Callable[P, R]) -> Later[P, R]:
        made = cast("Any", marking(mark)(function))
        made.later = lambda **arguments: put(name_of(function), function, mark, arguments)
        made.later_at = lambda moment, **arguments: put(
            name_of(function), function, mark, arguments, moment
        )
        return cast("Later[P, R]", made)

    return decorate


def _span(text: str) -> timedelta:
    found = re.fullmatch(r"(\d+) (second|minute|hour|day)s?", text)
    if not found or not int(found[1]):
        raise ValueError(f'"{text}" is no span of time: write "5 minutes" or "1 day".')
    return timedelta(seconds=int(found[1]) * UNITS[found[2]])


def name_of(function: Callable[..., Any]) -> str:
    """What the book calls a job: `contacts.jobs.remind`."""
    return f"{function.__module__.removeprefix('addons.')}.{function.__name__}"


def jobs_of(registry: Registry) -> dict[str, Marked[JobMark]]:
    """The jobs of the core and the enabled addons, by name."""
    return registry.once(
        "jobs", lambda: {name_of(each.function): each for each in registry.marked_by(JobMark)}
    )
