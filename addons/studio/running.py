"""Which rules a change wakes, and what one of them does with one record."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from typing import Any

from addons.studio.choices import OWN
from addons.studio.events import ran, stuck
from addons.studio.models import Action, Condition, Rule, Run
from addons.studio.steps import Made, call_body, steps_of
from addons.studio.values import day_after, name_in, where_of
from core.api import (
    Model,
    NotAllowed,
    UserError,
    _,
    fields_seen,
    matching,
    on_behalf_of,
    screens,
    transaction,
)

DEEPEST = 5  # rules that wake each other in a row

_chain: ContextVar[tuple[int, ...]] = ContextVar("chain", default=())


def chain() -> tuple[int, ...]:
    """The rules that led to what is done now."""
    return _chain.get()


@contextmanager
def going_on(rules: Iterable[int]) -> Iterator[None]:
    """What the block writes was led to by these rules: none of them hears of it."""
    token = _chain.set(tuple(rules))
    try:
        yield
    finally:
        _chain.reset(token)


def woken(records: str, event: str, changed: set[str]) -> list[Rule]:
    """The rules that an event wakes, as far as can be said before anybody's rights are asked."""
    if len(chain()) >= DEEPEST:
        return []
    rules = Rule.select().where(
        Rule.records == records,
        Rule.event == event,
        Rule.state == "active",
        Rule.archived_at.is_null(),
    )
    return [
        rule
        for rule in rules.order_by(Rule.id)
        if rule.id not in chain() and waits_for(rule, changed)
    ]


def waits_for(rule: Rule, changed: set[str]) -> bool:
    """Whether a rule waits for a change of one of these fields."""
    watched = {name_in(str(each.field)) for each in rule.watched}
    return rule.event != "changed" or not watched or bool(watched & changed)


def model_of(rule: Rule) -> type[Model]:
    """The model that a rule is about; raises `UserError` where the actor has no screen of it."""
    for each in screens():
        if each.name == rule.records and not each.name.startswith(OWN):
            return each.model
    raise UserError(_("The records of the rule are not there, or you may not see them."))


def found_by(rule: Rule, day: date, ids: Iterable[int] | None = None) -> list[int]:
    """The records that the rule fits, under the rights of the actor: of those of a day, for which
    `day` is the one that comes.
    """
    model = model_of(rule)
    fields = fields_seen(model)
    where = where_of(list(rule.conditions.order_by(Condition.id)), fields)
    if rule.event == "date":
        name = name_in(str(rule.day_field))
        where.append([name, "=", day_after(day, -int(rule.days)).isoformat()])
    return matching(model, where, ids)


def run(rule: Rule, record: int, mark: str, day: date, changed: set[str]) -> None:
    """Do what the rule does with one record, or write down why it cannot."""
    try:
        with transaction():
            said = _done(rule, record, day, changed)
    except (UserError, NotAllowed) as error:
        ran(rule=rule, record=record, mark=mark, outcome="failed", said=str(error))
        return
    if said is not None:
        ran(rule=rule, record=record, mark=mark, outcome="done", said=said)


def _done(rule: Rule, record: int, day: date, changed: set[str]) -> str | None:
    """What was done, in words; None where the rule does not fit the record."""
    model = model_of(rule)
    if not waits_for(rule, changed & fields_seen(model).keys()):
        return None
    if not found_by(rule, day, [record]):
        return None
    with going_on((*chain(), rule.id)):
        said = []
        for number in range(rule.actions.count()):
            # Anew for each: one may have changed what the next one says.
            step = steps_of(rule, model.reached(record))[number]
            step.do()
            said.append(str(step.text))
    return "\n".join(said)


def call_of(action: int, record: int) -> tuple[str, Any] | None:
    """(address, what is told) of a call, as far as the author of its rule may see the record now;
    None where there is nothing to tell any more.
    """
    line = Action.get_or_none(Action.id == action, Action.kind == "webhook")
    if line is None:
        return None
    with on_behalf_of(line.rule.__data__["updated_by"]) as author:
        rule = author and Rule.reached(line.__data__["rule"])
        found = rule and model_of(rule).reached(record)
        return (str(line.subject), call_body(Made(rule, found), line)) if found else None


def was_run(rule: Rule, record: int, mark: str) -> bool:
    """Whether the rule did its work with the record on this occasion."""
    done = Run.select().where(Run.rule == rule.id, Run.record == record, Run.mark == mark)
    return bool(done.exists())


def lose(rule: int, text: Any) -> None:
    """Say that a rule cannot go on."""
    stuck(rule=rule, said=str(text))
