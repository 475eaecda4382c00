"""Changes of state: guarded, open to the objections of other addons, and told to them."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar, get_type_hints

from core.access.lines import Role
from core.data import history
from core.data.actor import Actor, current_actor
from core.data.database import transaction
from core.data.history import Change
from core.data.model import Model
from core.errors import ManifestError, NotAllowed, UserError
from core.i18n import Text, _
from core.modules.declared import Mark, Marked, marking
from core.modules.events import Event, objections
from core.modules.registry import current_registry

F = TypeVar("F", bound=Callable[..., Any])


class Confirm(UserError):
    """A listener to an event in the present raises it: it has a doubt, not a veto. Whoever holds
    `role` (None: whoever acts) is asked whether to go on all the same.
    """

    def __init__(self, text: Text, role: Role | None = None) -> None:
        super().__init__(str(text))
        self.role = role

    def may_be_answered_by(self, actor: Actor) -> bool:
        return self.role is None or holds(actor, self.role)


class Vetoed(UserError):
    """Why a change of state is refused: `texts`, a sentence each, of all that object."""

    def __init__(self, texts: list[str]) -> None:
        super().__init__(" ".join(texts))
        self.texts = texts


class Questions(UserError):
    """What is to be answered before something is done: `texts`, a question or doubt each."""

    def __init__(self, texts: list[str]) -> None:
        super().__init__(" ".join(texts))
        self.texts = texts


def holds(actor: Actor, role: Role) -> bool:
    return actor.is_system or actor.is_admin or role.name in actor.roles


_answered: ContextVar[frozenset[str]] = ContextVar("answered", default=frozenset())


@contextmanager
def answering(texts: Collection[str]) -> Iterator[None]:
    """Go on in the block where one of these questions would stop it: they were answered by yes."""
    token = _answered.set(frozenset(texts))
    try:
        yield
    finally:
        _answered.reset(token)


def require_answers(record: Model, texts: Collection[str]) -> None:
    """Raise `Questions` for those of the texts that were not answered yet; what was answered is
    written into the history of the record.
    """
    if open_ones := [text for text in texts if text not in _answered.get()]:
        raise Questions(open_ones)
    if texts:
        values = [("question", None, history.stored_text(QUESTION, text)) for text in texts]
        told = Change(history.CONFIRM, record.id, record.id, values)
        history.write(type(record), type(record), [told])


@dataclass(frozen=True)
class TransitionMark(Mark):
    """That a function leads a record from one of `sources` to the state `to`."""

    model: type[Model]
    sources: tuple[str, ...]
    to: str
    before: Event | None
    after: Event | None
    field: str

    def check(self, marked: Marked[Any]) -> None:
        column = self.model._meta.fields.get(self.field)
        known = {value for value, _title in getattr(column, "choices", None) or ()}
        if unknown := {*self.sources, self.to} - known:
            raise ManifestError(
                f"{marked.name} names {', '.join(sorted(unknown))}, which is no state in"
                f" {self.model.__name__}.{self.field}."
            )
        for event in filter(None, (self.before, self.after)):
            if list(event.signature.values()) != [self.model]:
                raise ManifestError(
                    f"The events of {marked.name} must be declared with one {self.model.__name__}:"
                    " that is what they are sent with."
                )


@dataclass(frozen=True)
class Transition:
    """One change of one record, as it goes on."""

    mark: TransitionMark
    record: Model = field(repr=False)

    def require_state(self) -> None:
        titles = dict(self.record._meta.fields[self.mark.field].choices)
        state = getattr(self.record, self.mark.field)
        if state not in self.mark.sources:
            raise NotAllowed(not_now(titles, state, self.mark.sources))

    def hear(self) -> None:
        """Ask all listeners, and raise all vetoes together; else the questions that are open."""
        if self.mark.before is None:
            return
        actor = current_actor()
        raised = objections(self.mark.before, self._named(self.mark.before))
        asked: list[str] = []
        vetoes: list[str] = []
        for error in raised:
            is_doubt = isinstance(error, Confirm) and error.may_be_answered_by(actor)
            (asked if is_doubt else vetoes).append(str(error))
        if vetoes:
            raise Vetoed(vetoes)
        require_answers(self.record, asked)

    def tell(self) -> None:
        if self.mark.after is not None:
            self.mark.after(**self._named(self.mark.after))

    def _named(self, event: Event) -> dict[str, Any]:
        return {event.names[0]: self.record}


def not_now(titles: dict[str, Text], state: str, sources: Collection[str]) -> Text:
    """The sentence for a record in the wrong state."""
    return _(
        "It is in the state “%(state)s” now; this can be done in: %(states)s.",
        state=titles.get(state, state),
        states=", ".join(f"“{titles[source]}”" for source in sources),
    )


def transition(
    *sources: str,
    to: str,
    before: Event | None = None,
    after: Event | None = None,
    field: str = "state",
) -> Callable[[F], F]:
    """Make a function, whose first argument is annotated with its model, lead a record from one of
    the states `sources` to the state `to`, in one transaction.

    Listeners to `before` may raise `UserError` (their vetoes are shown together) or `Confirm`. Then
    the state changes, unless somebody was faster (`Conflict`), the function does what goes with it,
    and `after` is sent. Both events are declared with that one record. The field is filled in
    by no form, import or program from then on.
    """

    def decorate(function: F) -> F:
        mark = TransitionMark(_model_of(function), sources, to, before, after, field)

        @wraps(function)
        def change(record: Model, *args: Any, **values: Any) -> Any:
            step = Transition(mark, record)
            with transaction():
                step.require_state()
                step.hear()
                record.change({field: to})
                result = function(record, *args, **values)
                step.tell()
            return result

        return marking(mark)(change)  # type: ignore[return-value]  # called as the function is

    return decorate


def _model_of(function: Callable[..., Any]) -> type[Model]:
    model = next(iter(get_type_hints(function).values()), None)
    if not (isinstance(model, type) and issubclass(model, Model)):
        raise ManifestError(
            f"The first argument of the transition {function.__name__} must be annotated with its"
            " model."
        )
    return model


def guarded_fields(model: type[Model]) -> frozenset[str]:
    """The states of a model that only transitions change."""
    registry = current_registry()

    def work_out() -> frozenset[str]:
        marks = [marked.mark for marked in registry.marked_by(TransitionMark)]
        return frozenset(mark.field for mark in marks if mark.model is model)

    return registry.once(("guarded", model), work_out)


QUESTION = history.HistoryValue._meta.fields["new"]
