"""Who may do what: nothing is allowed that no line grants."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from typing import Any

from peewee import Expression

from core.access.limits import FieldLimit, hiding_all, limited, with_repeating
from core.access.lines import (
    ACTIONS,
    ALL,
    OWN,
    SCOPE_WORDS,
    SCOPES,
    Access,
    Condition,
    Grant,
    Role,
    Rule,
    any_of,
    in_scope,
    part_of,
    record_of,
    with_its_record,
)
from core.data.actor import Actor
from core.data.door import Where, nothing
from core.data.model import Model
from core.errors import ManifestError

NOBODY = 0  # no row has this id
REACHES_KEPT = 4096  # (model, actor, action, field) answers that one policy remembers


class Policy:
    """The lines and rules of one set of enabled addons, and the answers that follow from them."""

    def __init__(
        self,
        roles: Iterable[Role],
        access: Iterable[Access],
        rules: Iterable[Rule],
        limits: Iterable[FieldLimit] = (),
    ) -> None:
        self.roles = {role.name: role for role in roles}
        self.access = tuple(map(hiding_all, access))
        self.rules = tuple(rules)
        self.limits = with_repeating(limits)
        self._lines: dict[tuple[type[Model], str], list[Access]] = defaultdict(list)
        self._rules: dict[tuple[type[Model], str], list[Rule]] = defaultdict(list)
        for line in self.access:
            for action in line.actions:
                self._lines[line.model, action].append(line)
        for rule in self.rules:
            for action in rule.on:
                self._rules[rule.model, action].append(rule)
        self._hidden: dict[Any, frozenset[str] | None] = {}
        self._reaches: dict[tuple[type[Model], Actor, str, str | None], Where | None] = {}
        self._lasting: dict[tuple[type[Model], Actor, str], bool] = {}
        self._check()

    def _check(self) -> None:
        for line in self.access:
            if unknown := set(line.actions) - set(ACTIONS):
                raise ManifestError(
                    f"Access on {line.model.__name__} names {', '.join(sorted(unknown))}:"
                    f" use the letters {' '.join(ACTIONS)}."
                )
            if line.scope not in SCOPES:
                raise ManifestError(
                    f"Access on {line.model.__name__} has the scope {line.scope}:"
                    f" use one of {', '.join(SCOPES)}."
                )
            if part_of(line.model):
                raise ManifestError(
                    f"{line.model.__name__} is a part of its {part_of(line.model)}:"
                    " it follows the access of that record and has no lines of its own."
                )

    def implied(self, names: Iterable[str]) -> frozenset[str]:
        """`names` with every role that they imply; those of disabled addons imply nothing."""
        found: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                role = self.roles.get(name)
                waiting += [implied.name for implied in role.implies] if role else []
        return frozenset(found)

    def about(self, model: type[Model], action: str) -> list[Access]:
        """Every line on `action`, whoever it is for."""
        return self._lines.get((model, action), [])

    def grants(self, model: type[Model], actor: Actor, action: str) -> list[Grant]:
        """The lines that grant the actor `action` on `model`, and those that grant it to whom they
        stand in for: these count the rows of the absent.
        """
        if action not in actor.actions:
            return []
        return [
            Grant(line, asking)
            for asking in (actor, *actor.covers)
            for line in self.about(model, action)
            if line.role.name in asking.roles
        ]

    def rules_of(self, line: Access, action: str) -> list[Rule]:
        """The rules that narrow one line. What is created must be within what may be updated."""
        rules = self._rules.get((line.model, "u" if action == "c" else action), [])
        return [rule for rule in rules if rule.role is line.ruled_as]

    def lasts(self, model: type[Model], actor: Actor, action: str) -> bool:
        """Whether nothing but scopes narrows the actor, which say the same at any time: a rule of
        an addon may look at the clock.
        """
        key = (model, actor, action)
        if key not in self._lasting:
            if len(self._lasting) >= REACHES_KEPT:
                self._lasting.clear()
            self._lasting[key] = self._lasts(*key)
        return self._lasting[key]

    def _lasts(self, model: type[Model], actor: Actor, action: str) -> bool:
        while parent := part_of(model):
            model, _backref, action = record_of(model, parent, action)
        return not any(
            self.rules_of(grant.line, action) for grant in self.grants(model, actor, action)
        )

    def reach(
        self, model: type[Model], actor: Actor, action: str, field: str | None = None
    ) -> Where | None:
        """The condition on the rows on which the actor may `action`, or may with one `field`; None
        when it reaches all.
        """
        if actor.is_system:
            return None
        key = (model, actor, action, field)
        if key not in self._reaches:
            if len(self._reaches) >= REACHES_KEPT:
                self._reaches.clear()
            self._reaches[key] = self._reach(*key)
        return self._reaches[key]

    def _reach(
        self, model: type[Model], actor: Actor, action: str, field: str | None
    ) -> Where | None:
        if field is not None and field in self.limited(model, actor, action):
            return nothing
        if parent := part_of(model):
            return self._reach_of_part(model, parent, actor, action)
        if actor.is_admin:
            return None if action in actor.actions else nothing
        grants = self.grants(model, actor, action)
        return self.through([g for g in grants if field not in g.line.except_fields], action)

    def _reach_of_part(
        self, model: type[Model], parent: str, actor: Actor, action: str
    ) -> Where | None:
        """A line is read with its record, and written by whoever may update the record."""
        owner, backref, upon = record_of(model, parent, action)
        whole = self.reach(owner, actor, upon)
        shown = self.reach(owner, actor, upon, backref)
        if nothing in (whole, shown):
            return nothing
        # Who reaches every record reaches every line: none is without a record.
        if whole is None and shown is None:
            return None
        hides = any(backref in g.line.except_fields for g in self.grants(owner, actor, upon))
        showing = [shown] if hides and shown is not None else []
        return with_its_record(owner, parent, upon, showing)

    def through(self, grants: Iterable[Grant], action: str) -> Where | None:
        """What the lines reach together; None when it is everything."""
        ways: list[list[Where]] = []
        for grant in self._widest(list(grants), action):
            way = [condition.where for condition in self.conditions(grant, action)]
            if not way:
                return None
            ways.append(way)
        return any_of(ways) if ways else nothing

    def _widest(self, grants: list[Grant], action: str) -> list[Grant]:
        """The lines without those whose rows another one reaches too."""
        kept: list[Grant] = []
        for grant in sorted(grants, key=lambda each: -SCOPES.index(each.line.scope)):
            if not any(self._holds(other, grant, action) for other in kept):
                kept.append(grant)
        return kept

    def _holds(self, wide: Grant, narrow: Grant, action: str) -> bool:
        """Whether one line reaches every row that the other reaches."""
        rules = set(self.rules_of(wide.line, action))
        if not rules <= set(self.rules_of(narrow.line, action)):
            return False
        if wide.line.scope == ALL and not rules:
            return True
        wider = SCOPES.index(wide.line.scope) >= SCOPES.index(narrow.line.scope)
        return wider and wide.asking is narrow.asking

    def counts_fast(self, model: type[Model], actor: Actor, action: str) -> bool:
        """Whether an index can say how many rows the actor reaches: all, or those of one owner."""
        if self.reach(model, actor, action) is None:
            return True
        widest = self._widest(self.grants(model, actor, action), action)
        return [grant.line.scope for grant in widest] == [OWN] and self.lasts(model, actor, action)

    def conditions(self, grant: Grant, action: str) -> list[Condition]:
        """What narrows the rows of one line; all of it must hold."""
        actor, line = grant.asking, grant.line
        # Peewee reads `owner == None` as IS NULL: who has no id must not reach what nobody owns.
        asking = replace(actor, id=actor.id or NOBODY, contact_id=actor.contact_id or NOBODY)

        def bound(where: Callable[[Any, Actor], Expression]) -> Where:
            return lambda row: where(row, asking)

        rules = self.rules_of(line, action)
        found = [Condition(rule.words, rule.source, bound(rule.where)) for rule in rules]
        if scope := in_scope(line.scope, asking):
            found.append(Condition(SCOPE_WORDS[line.scope], line.source, scope))
        return found

    def fields(self, model: type[Model], actor: Actor, action: str) -> frozenset[str] | None:
        """The fields hidden from the actor on some row at least, also parts by their
        back-reference and computed columns; None when no line grants the action at all.
        """
        if actor.is_system:
            return frozenset()
        held = tuple(asking.roles for asking in (actor, *actor.covers))
        key = (model, held, action, actor.actions)
        if key not in self._hidden:
            if len(self._hidden) >= REACHES_KEPT:
                self._hidden.clear()
            self._hidden[key] = self._hidden_fields(model, actor, action)
        return self._hidden[key]

    def _hidden_fields(
        self, model: type[Model], actor: Actor, action: str
    ) -> frozenset[str] | None:
        if parent := part_of(model):
            owner, backref, upon = record_of(model, parent, action)
            if self.fields(owner, actor, upon) is None:
                return None
            hidden = self.limited(model, actor, action)
            return None if self.reach(owner, actor, upon, backref) is nothing else hidden
        if actor.is_admin:
            return frozenset() if action in actor.actions else None
        grants = self.grants(model, actor, action)
        if not grants:
            return None
        return self.limited(model, actor, action) | frozenset(
            name
            for grant in grants
            for name in grant.line.except_fields
            if not any(self._shows(other, name, grant, action) for other in grants)
        )

    def limited(self, model: type[Model], actor: Actor, action: str) -> frozenset[str]:
        """The fields that are for other roles than the actor's."""
        return limited(self.limits, model, actor, action)

    def _shows(self, other: Grant, name: str, hiding: Grant, action: str) -> bool:
        """Whether one line shows the field on every row that the other, which hides it, reaches."""
        return name not in other.line.except_fields and self._holds(other, hiding, action)


_policy: ContextVar[Policy | None] = ContextVar("policy", default=None)
_nothing_granted = Policy((), (), ())


def current_policy() -> Policy:
    """The policy of this request; outside of one it grants nothing."""
    return _policy.get() or _nothing_granted


@contextmanager
def ruled_by(policy: Policy) -> Iterator[None]:
    token = _policy.set(policy)
    try:
        yield
    finally:
        _policy.reset(token)
