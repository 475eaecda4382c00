"""Events, and questions to addons: who declares one names it, who listens marks a function.

Everything runs in the transaction of the sender: an exception of a listener takes all of it back.
"""

import inspect
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from core.data import history
from core.data.actor import system
from core.data.history import Change, value_of
from core.data.model import Model
from core.data.rows import among
from core.errors import ManifestError, UserError
from core.i18n import Text
from core.modules.declared import Declared, Mark, Marked, marking
from core.modules.discovery import PACKAGE
from core.modules.loader import PARTS
from core.modules.registry import current_registry

F = TypeVar("F", bound=Callable[..., Any])
RECORDS_AT_ONCE = 200


class Event(Declared):
    """Something that happened, or with a name in the present is about to: calling it sends it.

    `text` says when it is sent; `signature` names what listeners get, each with its type.
    """

    def __init__(self, text: Text, **signature: Any) -> None:
        self.text = text
        self.signature = signature

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.signature)

    def __call__(self, **values: Any) -> None:
        if values.keys() != self.signature.keys():
            raise TypeError(f"This event is sent with {', '.join(self.names)}.")
        tell(listeners_to(self), values)
        outlets.told(self, values)


class Outlets:
    """Where events go beside the listeners of addons; what stands above this room hangs in it."""

    told: Callable[[Event, dict[str, Any]], None]

    def __init__(self) -> None:
        self.told = lambda event, values: None


outlets = Outlets()


@dataclass(frozen=True)
class ModelEvent:
    """What every model tells: a record was created, updated, archived or restored."""

    action: str
    model: type[Model]

    @property
    def names(self) -> tuple[str, ...]:
        return ("record", "changes") if self.action == history.UPDATE else ("record",)


def created(model: type[Model]) -> ModelEvent:
    """Listeners get `record`, as it stands."""
    return ModelEvent(history.CREATE, model)


def updated(model: type[Model]) -> ModelEvent:
    """Listeners get `record` and `changes`, {field: (value before, value after)}."""
    return ModelEvent(history.UPDATE, model)


def archived(model: type[Model]) -> ModelEvent:
    """Listeners get `record`."""
    return ModelEvent(history.ARCHIVE, model)


def restored(model: type[Model]) -> ModelEvent:
    """Listeners get `record`, which is archived no more."""
    return ModelEvent(history.RESTORE, model)


@dataclass(frozen=True)
class OnMark(Mark):
    """That a function listens to an event."""

    event: Any

    def check(self, marked: Marked[Any]) -> None:
        wanted = inspect.signature(marked.function).parameters
        if unknown := [name for name in wanted if name not in self.event.names]:
            known = ", ".join(self.event.names)
            raise ManifestError(
                f"{marked.name} listens for {', '.join(unknown)}, but the event has {known}."
            )


def on(event: Event | ModelEvent) -> Callable[[F], F]:
    """Mark a listener: it runs in the sender's transaction, as the system on behalf of whoever
    acts, and takes those of the event's names that it wants.
    """
    return marking(OnMark(event))


class Hook(Declared):
    """A question to addons. `first` takes the first answer that is not None, else a call gives the
    list of all of them. `name` is `addon.word`.
    """

    def __init__(self, name: str, first: bool = False) -> None:
        self.name = name
        self.first = first

    def __call__(self, *args: Any, **values: Any) -> Any:
        answers = []
        for each in current_registry().marked_by(AnswerMark):
            if each.mark.hook is self and (said := each.function(*args, **values)) is not None:
                if self.first:
                    return said
                answers.append(said)
        return None if self.first else answers


@dataclass(frozen=True)
class AnswerMark(Mark):
    """That a function answers a hook."""

    hook: Hook


def answer(hook: Hook) -> Callable[[F], F]:
    """Mark a function that answers the hook; None means that it has nothing to say."""
    return marking(AnswerMark(hook))


def named_events() -> dict[str, Event]:
    """The events of the enabled addons as `addon.word`, in the order of the addons. A neighbour
    that imports an event holds it too: it is called after who declared it.
    """
    registry = current_registry()

    def work_out() -> dict[str, Event]:
        found: dict[int, tuple[str, Event]] = {}
        for addon in registry.addons:
            modules = [sys.modules.get(f"{PACKAGE}.{addon}.{part}") for part in PARTS]
            for module in filter(None, modules):
                for word, value in vars(module).items():
                    if isinstance(value, Event):
                        found.setdefault(id(value), (f"{addon}.{word}", value))
        return dict(found.values())

    return registry.once("named events", work_out)


def listeners_to(event: Any) -> Sequence[Marked[OnMark]]:
    """The functions of the enabled addons that listen to the event, in the order of the addons."""
    return _listeners().get(event, ())


def tell(listeners: Iterable[Marked[OnMark]], values: dict[str, Any]) -> None:
    for listener in listeners:
        wanted = inspect.signature(listener.function).parameters
        with system(f"{listener.name} listens"):
            listener.function(**{name: values[name] for name in wanted})


def objections(event: Event, values: dict[str, Any]) -> list[UserError]:
    """Tell all listeners, also where some of them object; answers what was raised."""
    found = []
    for listener in listeners_to(event):
        try:
            tell([listener], values)
        except UserError as error:
            found.append(error)
    return found


def tell_listeners(model: type[Model], changes: Sequence[Change]) -> None:
    """Tell what a write did to records of `model`, as the history has it."""
    known = _listeners()
    told = [change for change in changes if ModelEvent(change.action, model) in known]
    for start in range(0, len(told), RECORDS_AT_ONCE):
        some = told[start : start + RECORDS_AT_ONCE]
        with system("listeners are handed the record"):
            query = model.select().where(among(model.id, {change.record for change in some}))
            records = {record.id: record for record in query}
        for change in some:
            if change.record in records:
                listeners = known[ModelEvent(change.action, model)]
                tell(listeners, {"record": records[change.record], "changes": _read(model, change)})


def _read(model: type[Model], change: Change) -> dict[str, tuple[Any, Any]]:
    fields = model._meta.fields
    return {
        name: (value_of(fields[name], old), value_of(fields[name], new))
        for name, old, new in change.values
        if name in fields
    }


def _listeners() -> dict[Any, list[Marked[OnMark]]]:
    registry = current_registry()

    def work_out() -> dict[Any, list[Marked[OnMark]]]:
        found = defaultdict(list)
        for each in registry.marked_by(OnMark):
            found[each.mark.event].append(each)
        return dict(found)

    return registry.once("listeners", work_out)
