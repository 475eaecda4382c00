"""The one decision, and why it fell: for pages, buttons, API, export, search and documents."""

from dataclasses import dataclass
from typing import Any

from core.access.policy import (
    ACTIONS,
    ALL,
    Access,
    Policy,
    current_policy,
    part_of,
    record_of,
    ruled_by,
)
from core.data import scope
from core.data.actor import Actor, acting_as
from core.data.model import Model


def can(actor: Actor, action: str, subject: type[Model] | Model, field: str | None = None) -> bool:
    """Whether `actor` may `action` (c, r, u, d or x) on a model, on one record, on one field.

    Of a model it says whether there may be such rows; of a list as a whole `Policy.fields` does.
    """
    model, policy = model_of(subject), current_policy()
    is_stored = not isinstance(subject, type) and subject.id is not None
    if (parent := part_of(model)) and not is_stored:
        owner, backref, upon = record_of(model, parent, action)
        above = owner if isinstance(subject, type) else owner(id=subject.__data__.get(parent))
        return can(actor, upon, above, backref)
    if field is not None and field in policy.limited(model, actor, action):
        return False
    if not (actor.is_admin or actor.is_system or parent):
        lines = [x for x in policy.lines(model, actor, action) if field not in x.except_fields]
        if not lines:
            return False
        policy = policy if field is None else _only(lines, policy)
    if not is_stored:
        return True
    with ruled_by(policy), acting_as(actor):
        return bool(scope.in_reach(model, [subject.id], action))


def _only(lines: list[Access], policy: Policy) -> Policy:
    """The policy with no other lines on their model than these."""
    others = [line for line in policy.access if line.model is not lines[0].model]
    return Policy(policy.roles.values(), [*lines, *others], policy.rules, policy.limits)


def model_of(subject: Any) -> type[Model]:
    """The model of a record, or the model itself."""
    model: type[Model] = subject if isinstance(subject, type) else type(subject)
    return model


@dataclass(frozen=True)
class Reason:
    """One line that bears on a decision: what it says, who made it, and whether it let through."""

    text: str
    source: str
    grants: bool
    decides: bool = False


def why(
    actor: Actor, action: str, subject: type[Model] | Model, field: str | None = None
) -> list[Reason]:
    """Every line that bears on `can(...)` with these arguments, the deciding one marked."""
    model = model_of(subject)
    if actor.is_system:
        return [Reason(f"The system acts: {actor.reason}.", "core", True, True)]
    if actor.is_admin:
        return [Reason("The role admin may do everything.", "core", True, True)]
    if parent := part_of(model):
        model, field, action = record_of(model, parent, action)
        if not isinstance(subject, type):
            # By its id alone: reading the record would be a question under the actor's own rules.
            subject = model(id=subject.__data__[parent])
    reasons = [
        _reason_of(line, actor, action, subject, field)
        for line in current_policy().about(model, action)
    ]
    granted = [reason for reason in reasons if reason.grants]
    deciding = granted[0] if granted else None
    if deciding is None:
        text = f"No line grants {ACTIONS[action]} on {model.__name__} to a role that is held."
        reasons.append(Reason(text, "core", False, True))
    return [Reason(r.text, r.source, r.grants, True) if r is deciding else r for r in reasons]


def _reason_of(
    line: Access, actor: Actor, action: str, subject: type[Model] | Model, field: str | None
) -> Reason:
    text = f"{line.role.name} may {ACTIONS[action]} {line.model.__name__}"
    text += "" if line.scope == ALL else f", {line.scope} rows only"
    source = line.role.name.split(".")[0]
    if line.role.name not in actor.roles:
        return Reason(f"{text}; the role is not held.", source, False)
    if field in {*line.except_fields, *current_policy().limited(line.model, actor, action)}:
        return Reason(f"{text}; the field {field} is hidden.", source, False)
    is_stored = not isinstance(subject, type) and subject.id is not None
    if is_stored and not _lets_through(line, actor, action, subject):
        return Reason(f"{text}; this record is outside its rows.", source, False)
    return Reason(f"{text}.", source, True)


def _lets_through(line: Access, actor: Actor, action: str, record: Any) -> bool:
    """Whether one line alone reaches the record."""
    with ruled_by(_only([line], current_policy())), acting_as(actor):
        return bool(scope.in_reach(type(record), [record.id], action))
