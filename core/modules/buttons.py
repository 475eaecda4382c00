"""Buttons: what can be done with a record beside changing its fields, on its page and by API."""

import inspect
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from core.access.decisions import can
from core.access.lines import Role
from core.data.actor import Actor, current_actor
from core.data.database import transaction
from core.data.model import Model
from core.errors import ManifestError, NotAllowed, UserError
from core.i18n import Text, _
from core.modules.declared import Mark, Marked, marking
from core.modules.registry import current_registry
from core.modules.transitions import answering, holds, not_now, require_answers

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, eq=False)
class ButtonMark(Mark):
    """That a function is a button of a model."""

    model: type[Model]
    title: Text
    states: tuple[str, ...] = ()
    role: Role | None = None
    confirm: Text = ""
    icon: str = "check"
    field: str = "state"
    archived: bool = False

    def check(self, marked: Marked[Any]) -> None:
        column = self.model._meta.fields.get(self.field)
        known = {value for value, _title in getattr(column, "choices", None) or ()}
        if unknown := set(self.states) - known:
            raise ManifestError(
                f"The button {marked.name} stands in {', '.join(sorted(unknown))}, which is no"
                f" state in {self.model.__name__}.{self.field}."
            )


Button = Marked[ButtonMark]


def button(model: type[Model], title: Text, **options: Any) -> Callable[[F], F]:
    """Mark a function that takes a record and does something with it: a button on its page and an
    address of the API, named after the function, in one transaction.

    `states` are those of the field `field` ("state") in which it can be pressed; `role` is who may
    press it (None: whoever may change the record); `archived` shows it on archived records alone;
    `confirm` is asked first; `icon` stands before the title. Further arguments of the function are
    values that a program sends; a record that it returns is shown next.
    """
    return marking(ButtonMark(model, title, **options))


def buttons_of(model: type[Model]) -> dict[str, Button]:
    """The buttons of a model by their names, in the order of the addons."""
    registry = current_registry()

    def work_out() -> dict[str, Button]:
        marked = registry.marked_by(ButtonMark)
        return {each.function.__name__: each for each in marked if each.mark.model is model}

    return registry.once(("buttons", model), work_out)


def pressable(record: Model) -> list[Button]:
    """The buttons that the actor may press on a record as it stands."""
    is_kept = record.archived_at is None
    found = [
        each
        for each in buttons_of(type(record)).values()
        if _is_now(each, record) and not (each.mark.archived and is_kept)
    ]
    if not found:
        return []
    actor = current_actor()
    may_change = can(actor, "u", record)
    return [each for each in found if _may_press(each, actor, may_change)]


def _is_now(each: Button, record: Model) -> bool:
    states = each.mark.states
    return not states or getattr(record, each.mark.field) in states


def _may_press(each: Button, actor: Actor, may_change: bool) -> bool:
    if each.mark.role is None:
        return may_change
    return "u" in actor.actions and holds(actor, each.mark.role)


def press(
    record: Model,
    name: str,
    values: Mapping[str, Any] | None = None,
    confirmed: Collection[str] = (),
) -> Any:
    """Press the button `name` of a record that the actor sees; answers what its function returns.
    `confirmed` are the questions that were answered by yes.

    Raises `LookupError` when there is no such button, `NotAllowed` in the wrong state or for
    somebody else, `Questions` for what is to be asked, `UserError` for a veto or wrong values.
    """
    each = buttons_of(type(record))[name]
    if not _may_press(each, current_actor(), can(current_actor(), "u", record)):
        raise NotAllowed(_("You may see this record, not do this with it."))
    if not _is_now(each, record):
        titles = dict(record._meta.fields[each.mark.field].choices)
        raise NotAllowed(not_now(titles, getattr(record, each.mark.field), each.mark.states))
    given = _values_of(each, values or {})
    with transaction(), answering(confirmed):
        if each.mark.confirm:
            require_answers(record, [str(each.mark.confirm)])
        return each.function(record, **given)


def _values_of(each: Button, values: Mapping[str, Any]) -> dict[str, Any]:
    _record, *wanted = inspect.signature(each.function).parameters.values()
    known = {parameter.name for parameter in wanted}
    needed = {p.name for p in wanted if p.default is p.empty}
    if wrong := sorted((values.keys() - known) | (needed - values.keys())):
        raise UserError(
            _(
                "%(wrong)s: this button takes %(known)s.",
                wrong=", ".join(wrong),
                known=", ".join(sorted(known)) or _("no values"),
            )
        )
    return dict(values)
