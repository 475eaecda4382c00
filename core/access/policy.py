"""Who may do what: nothing is allowed that no line grants."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any

from peewee import SQL, Expression, fn

from core.access.limits import FieldLimit, hiding_all, limited, with_repeating
from core.access.models import TeamMember
from core.data.actor import Actor
from core.data.door import Where, nothing
from core.data.model import Model
from core.data.scope import ScopedAlias, whole_table
from core.errors import ManifestError
from core.i18n import Text

OWN, TEAM, ALL = SCOPES = "own", "team", "all"  # each holds the one before
ACTIONS = {"c": "create", "r": "read", "u": "update", "d": "delete", "x": "export"}
ADMIN = "admin"
NOBODY = 0  # no row has this id
REACHES_KEPT = 4096  # (model, actor, action) answers that one policy remembers


@dataclass(frozen=True, eq=False)
class Role:
    """What somebody is here. `name` is `addon.word`; `implies` are roles that come with it."""

    name: str
    title: Text
    implies: tuple["Role", ...] = ()


@dataclass(frozen=True, eq=False)
class Access:
    """Grant `role` some of the actions c, r, u, d and x (export) on a model.

    `scope` limits the rows to one's OWN (by `owner`, else by who created them), to those of one's
    TEAM, or not; `except_fields` stay hidden from the role.
    """

    model: type[Model]
    role: Role
    actions: str
    scope: str = ALL
    except_fields: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Rule:
    """Narrow what `role` reaches: `where(row, actor)` gives the condition, `on` the actions.

    Where the actor has no `id` or `contact_id` it is given 0, which no row has.
    """

    model: type[Model]
    role: Role
    where: Callable[[Any, Actor], Expression]
    on: str = "rud"


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
        self._hidden: dict[tuple[type[Model], frozenset[str], str], frozenset[str] | None] = {}
        self._reaches: dict[tuple[type[Model], Actor, str], Where | None] = {}
        self._check()

    def _check(self) -> None:
        for line in self.access:
            if unknown := set(line.actions) - set(ACTIONS):
                raise ManifestError(
                    f"Access on {line.model.__name__} names {', '.join(sorted(unknown))}:"
                    f" use the letters {' '.join(ACTIONS)}."
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

    def lines(self, model: type[Model], actor: Actor, action: str) -> list[Access]:
        """The lines that grant the actor `action` on `model`."""
        return [line for line in self.about(model, action) if line.role.name in actor.roles]

    def rules_of(self, line: Access, action: str) -> list[Rule]:
        """The rules that narrow one line. What is created must be within what may be updated."""
        rules = self._rules.get((line.model, "u" if action == "c" else action), [])
        return [rule for rule in rules if rule.role is line.role]

    def reach(self, model: type[Model], actor: Actor, action: str) -> Where | None:
        """The condition on the rows that the actor reaches; None when it reaches all."""
        if actor.is_admin or actor.is_system:
            return None
        key = (model, actor, action)
        if key not in self._reaches:
            if len(self._reaches) >= REACHES_KEPT:
                self._reaches.clear()
            self._reaches[key] = self._reach(model, actor, action)
        return self._reaches[key]

    def _reach(self, model: type[Model], actor: Actor, action: str) -> Where | None:
        if parent := part_of(model):
            return self._reach_of_part(model, parent, actor, action)
        return self._through(self.lines(model, actor, action), actor, action)

    def _reach_of_part(
        self, model: type[Model], parent: str, actor: Actor, action: str
    ) -> Where | None:
        """A line is read with its record, and written by whoever may update the record."""
        owner, backref, upon = record_of(model, parent, action)
        showing = self._showing(owner, backref, actor, upon)
        # Who reaches every record reaches every line: none is without a record.
        narrowed = showing or self.reach(owner, actor, upon) is not None
        return _with_its_record(owner, parent, upon, showing) if narrowed else None

    def _showing(self, owner: type[Model], backref: str, actor: Actor, action: str) -> list[Where]:
        """What narrows the records whose lines are shown, where some line of access hides them."""
        lines = self.lines(owner, actor, action)
        open_lines = [line for line in lines if backref not in line.except_fields]
        if len(open_lines) == len(lines):
            return []
        narrowed = self._through(open_lines, actor, action)
        return [narrowed] if narrowed else []

    def _through(self, lines: list[Access], actor: Actor, action: str) -> Where | None:
        """What the lines reach together; None when it is everything."""
        ways: list[list[Where]] = []
        for line in lines:
            way = self._conditions(line, actor, action)
            if not way:
                return None
            ways.append(way)
        return _any_of(ways) if ways else nothing

    def _conditions(self, line: Access, actor: Actor, action: str) -> list[Where]:
        # Peewee reads `owner == None` as IS NULL: who has no id must not reach what nobody owns.
        asking = replace(actor, id=actor.id or NOBODY, contact_id=actor.contact_id or NOBODY)

        def bound(where: Callable[[Any, Actor], Expression]) -> Where:
            return lambda row: where(row, asking)

        conditions = [bound(rule.where) for rule in self.rules_of(line, action)]
        if line.scope != ALL:
            conditions.append(bound(_owned if line.scope == OWN else _of_team))
        return conditions

    def fields(self, model: type[Model], actor: Actor, action: str) -> frozenset[str] | None:
        """The fields hidden from the actor on some row at least, also parts by their
        back-reference and computed columns; None when no line grants the action at all.
        """
        if actor.is_admin or actor.is_system:
            return frozenset()
        key = (model, actor.roles, action)
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
            above = self.fields(owner, actor, upon)
            shown = any(
                backref not in line.except_fields for line in self.lines(owner, actor, upon)
            )
            return None if above is None or not (shown or part_of(owner)) else frozenset()
        lines = self.lines(model, actor, action)
        if not lines:
            return None
        return self.limited(model, actor, action) | frozenset(
            name
            for line in lines
            for name in line.except_fields
            if not any(self._shows(other, name, line, action) for other in lines)
        )

    def limited(self, model: type[Model], actor: Actor, action: str) -> frozenset[str]:
        return limited(self.limits, model, actor, action)

    def _shows(self, line: Access, name: str, hiding: Access, action: str) -> bool:
        """Whether `line` shows the field on every row that the line `hiding` it reaches."""
        rules, others = set(self.rules_of(line, action)), set(self.rules_of(hiding, action))
        wider = SCOPES.index(line.scope) >= SCOPES.index(hiding.scope)
        return name not in line.except_fields and wider and rules <= others


def part_of(model: type[Model]) -> str | None:
    """The foreign key to the record that this one is a line of, if it is."""
    found: str | None = getattr(model._meta, "part_of", None)
    return found


def record_of(model: type[Model], parent: str, action: str) -> tuple[type[Model], str, str]:
    """The model that this one is a line of, its name for the lines, and the action upon a record
    that the action upon a line takes: a line is written by whoever may update the record.
    """
    key = model._meta.fields[parent]
    return key.rel_model, key.backref, action if action in "rx" else "u"


def _with_its_record(owner: type[Model], parent: str, upon: str, showing: list[Where]) -> Where:
    """A line goes with its record; where that is `showing` its lines only on some rows, there."""

    def where(row: Any) -> Expression:
        record = ScopedAlias(owner, action=upon)
        query = record.select(SQL("1")).where(record.id == getattr(row, parent))
        for condition in showing:
            query = query.where(condition(record))
        return fn.EXISTS(query)

    return where


def _any_of(ways: list[list[Where]]) -> Where:
    def where(row: Any) -> Expression:
        whole: Any = None
        for conditions in ways:
            way = conditions[0](row)
            for condition in conditions[1:]:
                way &= condition(row)
            whole = way if whole is None else whole | way
        return whole

    return where


def _owned(row: Any, actor: Actor) -> Expression:
    owner = row.owner if "owner" in row.model._meta.fields else row.created_by
    return owner == actor.id


def _of_team(row: Any, actor: Actor) -> Expression:
    if not actor.teams:
        return _owned(row, actor)
    if "team" in row.model._meta.fields:
        return _owned(row, actor) | row.team.in_(sorted(actor.teams))
    member = whole_table(TeamMember)
    owner = row.owner if "owner" in row.model._meta.fields else row.created_by
    mates = member.select(member.user).where(member.team.in_(sorted(actor.teams)))
    return _owned(row, actor) | owner.in_(mates)


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
