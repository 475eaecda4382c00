"""Moving a record to another value of one field: what is allowed, and how it is done."""

import inspect
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from peewee import Field

from core.access.decisions import can
from core.access.policy import current_policy
from core.data.actor import current_actor
from core.data.model import Model
from core.errors import NotAllowed, UserError
from core.exchange.drafts import read
from core.exchange.groups import Grouping
from core.exchange.saving import update
from core.exchange.shapes import shape_of, text_of, texts_of
from core.i18n import _
from core.modules.buttons import Button, buttons_of
from core.modules.transitions import TransitionMark, guarded_fields, holds

if TYPE_CHECKING:
    from core.web.views import ModelView


def targets(view: "ModelView", grouping: Grouping, key: Any, words: Iterable[str]) -> list[str]:
    """To which of the groups called `words` the reader may try to move records of the group `key`:
    where transitions lead the field, those that a button of theirs leads to.
    """
    others = [word for word in words if grouping.read(word) != key]
    name = grouping.field.name
    may_change = view.can_edit and can(current_actor(), "u", view.model)
    if name in guarded_fields(view.model):
        led = {
            mark.to
            for button, mark in leading(view.model, name)
            if key in mark.sources and _may_press(button, may_change)
        }
        return [word for word in others if grouping.read(word) in led]
    if not may_change or name in _closed(view.model):
        return []
    return [word for word in others if is_open_to(grouping, grouping.read(word))]


def is_open_to(grouping: Grouping, key: Any) -> bool:
    """Whether a record may have this value: nothing only where the field may be empty."""
    return key is not None or grouping.field.null or grouping.field.default == ""


def _closed(model: type[Model]) -> frozenset[str]:
    """The fields that the actor may not change."""
    return current_policy().fields(model, current_actor(), "u") or frozenset()


def _may_press(button: Button, may_change: bool) -> bool:
    return may_change if button.mark.role is None else holds(current_actor(), button.mark.role)


def leading(model: type[Model], name: str) -> list[tuple[Button, TransitionMark]]:
    """The buttons that lead the state `name` of a record on without asking for values."""
    return [
        (button, mark)
        for button in buttons_of(model).values()
        for mark in getattr(button.function, "marks", ())
        if isinstance(mark, TransitionMark) and mark.field == name and _takes_nothing(button)
    ]


def _takes_nothing(button: Button) -> bool:
    _record, *others = inspect.signature(button.function).parameters.values()
    return all(each.default is not each.empty for each in others)


def button_towards(record: Model, field: Field, to: Any) -> Button:
    """The button that leads a record to a state; raises `UserError` where none does."""
    state = record.__data__.get(field.name)
    for button, mark in leading(type(record), field.name):
        if mark.to == to and state in mark.sources:
            return button
    titles = dict(field.choices or ())
    raise UserError(
        _(
            "Nothing leads from “%(state)s” to “%(to)s”: open the record and see what can be done.",
            state=titles.get(state, state),
            to=titles.get(to, to),
        )
    )


def set_value(record: Model, name: str, value: Any) -> None:
    """Save one value as if the actor had typed it into the form of the record."""
    shape = shape_of(type(record), "u", [name])
    if name not in shape.fields:
        raise NotAllowed(_("You may not change this field."))
    text = text_of(shape.fields[name], value)
    draft = read(shape, {name: text}, texts_of(shape, record))
    if draft.errors or not update(shape, draft, record, record.version):
        raise UserError(next(iter(draft.errors.values())))
