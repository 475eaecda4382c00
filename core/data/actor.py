"""For whom the program is working just now: every query asks."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from core.errors import NoActor

EVERYTHING = "crudx"  # create, read, update, delete, export


@dataclass(frozen=True, slots=True)
class Actor:
    """Whom a query runs for. Frozen, so that it can be a key of a cache.

    `roles` holds names with all that they imply; `teams` and `led` are ids of teams that the actor
    belongs to and leads. `actions` are the letters of those that are allowed at all: a token may
    leave some out. `covers` are the colleagues whom the actor stands in for, each with their own
    roles, which `roles` holds too. `is_system` is true only inside `system(...)`, whose reason is
    `reason`.
    """

    id: int | None = None
    name: str = ""
    roles: frozenset[str] = field(default_factory=frozenset)
    teams: frozenset[int] = field(default_factory=frozenset)
    led: frozenset[int] = field(default_factory=frozenset)
    language: str = "en"
    zone: str = "UTC"
    contact_id: int | None = None
    actions: str = EVERYTHING
    covers: tuple["Actor", ...] = ()
    is_system: bool = False
    reason: str = ""

    @property
    def is_admin(self) -> bool:
        return "admin" in self.roles


PUBLIC = Actor(name="public")

_actor: ContextVar[Actor | None] = ContextVar("actor", default=None)


def current_actor() -> Actor:
    """The actor of this context; raises `NoActor` when nobody acts."""
    actor = _actor.get()
    if actor is None:
        raise NoActor("A query ran for nobody: open acting_as(actor) or system('why') around it.")
    return actor


def current_user_id() -> int | None:
    """The id to write into created_by and updated_by; None for the system and the public."""
    actor = _actor.get()
    return actor.id if actor else None


@contextmanager
def acting_as(actor: Actor) -> Iterator[Actor]:
    """Run the block for `actor`; the one before returns afterwards."""
    token = _actor.set(actor)
    try:
        yield actor
    finally:
        _actor.reset(token)


@contextmanager
def system(reason: str) -> Iterator[Actor]:
    """Run the block past every rule. `reason` says why, for whoever greps for the exceptions.

    The user who was acting stays the one that is written into created_by and updated_by.
    """
    before = _actor.get()
    actor = Actor(
        id=before.id if before else None,
        name=before.name if before else reason,
        language=before.language if before else "en",
        zone=before.zone if before else "UTC",
        is_system=True,
        reason=reason,
    )
    with acting_as(actor):
        yield actor
