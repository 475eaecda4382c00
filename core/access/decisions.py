"""The one decision: for pages, buttons, API, export, search and documents."""

from collections.abc import Iterable
from typing import Any

from core.access.lines import part_of, record_of
from core.access.policy import current_policy
from core.data.actor import Actor, acting_as
from core.data.door import nothing
from core.data.model import Model
from core.data.reaching import reached_by


def can(actor: Actor, action: str, subject: type[Model] | Model, field: str | None = None) -> bool:
    """Whether `actor` may `action` (c, r, u, d or x) on a model, on one record, on one field.

    Of a model it says whether there may be such rows; of a list as a whole `Policy.fields` does.
    """
    model, policy = model_of(subject), current_policy()
    is_stored = not isinstance(subject, type) and subject.id is not None
    if (parent := part_of(model)) and not is_stored:
        owner, backref, upon = record_of(model, parent, action)
        above = owner if isinstance(subject, type) else owner(id=subject.__data__.get(parent))
        is_limited = field is not None and field in policy.limited(model, actor, action)
        return not is_limited and can(actor, upon, above, backref)
    if not is_stored:
        return policy.reach(model, actor, action, field) is not nothing
    return bool(can_each(actor, action, model, [subject.id], field))


def can_each(
    actor: Actor, action: str, model: type[Model], ids: Iterable[int], field: str | None = None
) -> set[int]:
    """Those of `ids` that exist and on which the actor may `action`: one question for a page."""
    policy = current_policy()
    where = policy.reach(model, actor, action, field)
    if where is nothing:
        return set()
    with acting_as(actor):
        return reached_by(where, model, ids, policy.lasts(model, actor, action))


def model_of(subject: Any) -> type[Model]:
    """The model of a record, or the model itself."""
    model: type[Model] = subject if isinstance(subject, type) else type(subject)
    return model
