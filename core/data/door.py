"""What access, search and events hang before and behind every query of the process."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from peewee import SQL, Expression
from peewee import Model as PeeweeModel

from core.data.actor import Actor, current_actor

if TYPE_CHECKING:
    from core.data.history import Change  # which is written behind this door

Where = Callable[[Any], Expression]
Reach = Callable[[type[PeeweeModel], Actor, str], Where | None]
Touched = Callable[[type[PeeweeModel], list[int]], None]
Told = Callable[[type[PeeweeModel], Sequence["Change"]], None]
Leaving = Callable[[type[PeeweeModel], list[int]], Callable[[], None]]


def nothing(row: Any) -> Expression:
    """The rule of an actor whom no line grants the action."""
    return SQL("1 = 0")


class Door:
    """The way that all queries pass."""

    reach: Reach
    touched: Touched
    leaving: Leaving
    told: Told

    def __init__(self) -> None:
        self.close()

    def close(self) -> None:
        """Until somebody opens it, nobody but the system reaches anything."""
        self.reach = lambda model, actor, action: nothing
        self.touched = lambda model, ids: None
        self.leaving = lambda model, ids: lambda: None
        self.told = lambda model, changes: None

    def where(self, model: type[PeeweeModel], action: str) -> Where | None:
        """What narrows the current actor's `action` (c, r, u, d, x) on `model`; None: nothing."""
        actor = current_actor()
        return None if actor.is_system else self.reach(model, actor, action)


door = Door()
