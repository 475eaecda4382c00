"""The one decision, and why it fell: for pages, buttons, API, export, search and documents."""

from dataclasses import dataclass
from typing import Any

from core.access.policy import (
    ACTIONS,
    ALL,
    Access,
    Policy,
    Rule,
    current_policy,
    part_of,
    ruled_by,
)
from core.data import scope
from core.data.actor import Actor, acting_as
from core.data.model import Model


def can(actor: Actor, action: str, subject: type[Model] | Model, field: str | None = None) -> bool:
    """Whether `actor` may `action` (c, r, u, d or x) on a model, on one record, on one field."""
    model = model_of(subject)
    hidden = current_policy().fields(model, actor, action)
    if hidden is None or (field is not None and field in hidden):
        return False
    if isinstance(subject, type) or subject.id is None:
        return True
    with acting_as(actor):
        return bool(scope.in_reach(model, [subject.id], action))


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
        model = model._meta.fields[parent].rel_model
        action = action if action in "rx" else "u"
        subject = model if isinstance(subject, type) else getattr(subject, parent)
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
    if field in line.except_fields:
        return Reason(f"{text}; the field {field} is hidden.", source, False)
    rules = current_policy().rules_of(line, action)
    if not isinstance(subject, type) and not _lets_through(line, rules, actor, action, subject):
        return Reason(f"{text}; this record is outside its rows.", source, False)
    return Reason(f"{text}.", source, True)


def _lets_through(line: Access, rules: list[Rule], actor: Actor, action: str, record: Any) -> bool:
    """Whether one line alone reaches the record."""
    alone = Policy([line.role], [line], rules)
    with ruled_by(alone), acting_as(actor):
        return bool(scope.in_reach(type(record), [record.id], action))
