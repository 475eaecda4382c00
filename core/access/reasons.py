"""Why the one decision fell: every line that bears on it, and the one that decided."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from core.access.decisions import model_of
from core.access.limits import FieldLimit
from core.access.lines import SCOPE_WORDS, Grant, part_of, record_of
from core.access.policy import Policy, current_policy
from core.data.actor import Actor, acting_as
from core.data.model import Model
from core.data.reaching import reached_by
from core.i18n import Text, _

# How far a line came, from the worst to the best.
NONE, ROLE, ROWS, FIELD, LIMIT, TOKEN, GRANTED = range(7)

ACTION_WORDS: dict[str, Text] = {
    "c": _("create"),
    "r": _("read"),
    "u": _("change"),
    "d": _("delete"),
    "x": _("export"),
}


@dataclass(frozen=True)
class Reason:
    """One line that bears on a decision: what it says, what came of it, and who says so: the addon
    `source`, or `made_by`, the admin who made it. `stage` is how far it came; `stands_for` whose
    rights they are, where the actor stands in for somebody.
    """

    line: Text
    outcome: Text
    stage: int
    source: str = "core"
    made_by: str = ""
    stands_for: str = ""
    decides: bool = False

    @property
    def grants(self) -> bool:
        return self.stage == GRANTED

    @property
    def text(self) -> Text:
        return _("%(line)s: %(outcome)s.", line=self.line, outcome=self.outcome)


@dataclass(frozen=True)
class _Question:
    """What is asked, and whether a limit hides the field from the actor whatever a line says."""

    policy: Policy
    actor: Actor
    action: str
    subject: type[Model] | Model
    field: str | None
    limited: bool = False


def why(
    actor: Actor, action: str, subject: type[Model] | Model, field: str | None = None
) -> list[Reason]:
    """Every line that bears on `can(...)` with these arguments, those that came furthest first:
    the first is the one that decided.
    """
    question = _Question(current_policy(), actor, action, subject, field)
    reasons = sorted(_reasons(question), key=lambda reason: -reason.stage)
    if not reasons or reasons[0].stage == ROLE:
        nothing = _("no role that is held grants it on these records")
        reasons.insert(0, Reason(ACTION_WORDS[action], nothing, NONE))
    return [replace(reasons[0], decides=True), *reasons[1:]]


def _reasons(asked: _Question) -> Iterator[Reason]:
    actor, subject = asked.actor, asked.subject
    if actor.is_system:
        yield Reason(_("The system"), _("it acts (%(reason)s)", reason=actor.reason), GRANTED)
        return
    model = model_of(subject)
    if limits := list(_limits(asked, model)):
        yield from limits
        asked = replace(asked, limited=True)
    if parent := part_of(model):
        owner, backref, upon = record_of(model, parent, asked.action)
        # By its id alone: reading the record would be a question under the actor's own rules.
        above = owner if isinstance(subject, type) else owner(id=subject.__data__.get(parent))
        yield from _reasons(replace(asked, action=upon, subject=above, field=backref))
    elif asked.action not in actor.actions:
        yield Reason(_("The token"), _("it is not made for this"), TOKEN)
    elif actor.is_admin:
        yield Reason(_("Administrator"), _("may do everything"), GRANTED)
    else:
        yield from _lines(asked, model)


def _limits(asked: _Question, model: type[Model]) -> Iterator[Reason]:
    """The limits that hide the field: they stand above all lines."""
    policy, actor = asked.policy, asked.actor
    if asked.field not in policy.limited(model, actor, asked.action):
        return
    for limit in policy.limits:
        is_about = limit.model is model and limit.field == asked.field
        if is_about and limit.hides(actor.roles, asked.action):
            line = _("The field is for some roles only: %(roles)s", roles=_named(policy, limit))
            yield Reason(line, _("none is held"), LIMIT, limit.source, limit.made_by)


def _named(policy: Policy, limit: FieldLimit) -> str:
    names = sorted(limit.readers or limit.writers)
    return ", ".join(str(_title(policy, name)) for name in names)


def _title(policy: Policy, role: str) -> Text:
    found = policy.roles.get(role)
    return found.title if found and str(found.title) else role


def _lines(asked: _Question, model: type[Model]) -> Iterator[Reason]:
    actor = asked.actor
    for line in asked.policy.about(model, asked.action):
        held = [each for each in (actor, *actor.covers) if line.role.name in each.roles]
        for asking in held:
            yield _reason_of(asked, Grant(line, asking), model)
        if not held:
            yield _said(asked, Grant(line, actor), _("the role is not held"), ROLE)


def _reason_of(asked: _Question, grant: Grant, model: type[Model]) -> Reason:
    id: Any = None if isinstance(asked.subject, type) else asked.subject.id
    for condition in [] if id is None else asked.policy.conditions(grant, asked.action):
        with acting_as(asked.actor):
            is_within = reached_by(condition.where, model, [id])
        if not is_within:
            outside = _("this record is not among them (%(rows)s)", rows=condition.said)
            return _said(asked, grant, outside, ROWS)
    if id is not None and not reached_by(None, model, [id]):
        return _said(asked, grant, _("there is no such record"), ROWS)
    if asked.limited or asked.field in grant.line.except_fields:
        return _said(asked, grant, _("the field is hidden there"), FIELD)
    return _said(asked, grant, _("lets it through"), GRANTED)


def _said(asked: _Question, grant: Grant, outcome: Text, stage: int) -> Reason:
    line = grant.line
    rules = [rule.words for rule in asked.policy.rules_of(line, asked.action)]
    rows = ", ".join(map(str, [SCOPE_WORDS[line.scope], *rules]))
    role = _title(asked.policy, line.role.name)
    text = _(
        "%(role)s may %(action)s %(rows)s", role=role, action=ACTION_WORDS[asked.action], rows=rows
    )
    source = line.origin.source if line.origin else line.source
    stands_for = "" if grant.asking is asked.actor else grant.asking.name
    return Reason(text, outcome, stage, source, line.made_by, stands_for)
