"""A drawn world put into the database and into a registry, as the program would hold it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import peewee

from core import clock
from core.access.actors import actor_of, by_id
from core.access.limits import FieldLimit
from core.access.lines import Access, Role, Rule
from core.access.models import (
    Cover,
    CustomRole,
    CustomRoleLine,
    CustomRolePart,
    Team,
    TeamMember,
    User,
    UserRole,
)
from core.data.actor import PUBLIC, Actor, system
from core.data.database import db
from core.data.door import door
from core.data.fields import now
from core.modules.composed import composed
from core.modules.registry import Registry, using
from tests.access.worlds.facts import Asking, Clause, Narrowing
from tests.access.worlds.oracle import World

# The ids of the first records; those of one model are those of no other.
FIRST = {"user": 1000, "team": 2000, "contact": 3000, "telephone": 4000, "tag": 5000}
FIRST |= {"member": 6000, "cover": 7000, "custom": 8000}
PEOPLE = {"owner", "created_by", "user", "substitute", "leader"}  # keys that name people
# What each record alone says.
NAMED, TAXED, NUMBERED = "Xaridor{}q", "30111220{}", "+99890123450{}"
DAY = timedelta(days=1)


def id_of(model: str, place: int | None) -> int | None:
    return None if place is None else FIRST[model] + place


def place_of(model: str, id: int) -> int:
    return id - FIRST[model]


@dataclass(frozen=True)
class Built:
    """A world as it stands: its registry and the models that its oracle speaks of."""

    world: World
    registry: Registry
    models: dict[str, Any]

    def actor(self, asking: Asking) -> Actor | None:
        """Who asks, read from the database as for a request; None: they cannot log in."""
        if asking.person is None:
            return replace(PUBLIC, actions=asking.actions)
        rows = by_id(id_of("user", asking.person))
        narrowed = None if asking.narrowed is None else ",".join(asking.narrowed)
        return actor_of(rows[0], "en", narrowed, asking.actions) if rows else None

    def record(self, model: str, place: int, stored: bool = True) -> Any:
        """The record, or one that is like it and not stored yet; nothing is read."""
        values = {"id": id_of(model, place)} if stored else {}
        part_of = self.models[model]._meta.__dict__.get("part_of")
        if part_of:
            values[part_of] = id_of(part_of, self.world.records[model][place][part_of])
        return self.models[model](**values)


def models_of(registry: Registry) -> dict[str, Any]:
    addons = {name: registry.model(f"contacts.{name}") for name in ("contact", "telephone", "tag")}
    return {**addons, "team": Team, "member": TeamMember, "cover": Cover}


def stored(world: World, base: Registry) -> Built:
    """The world written into the database, to be found by a search too."""
    models = models_of(base)
    _fill(world, models)
    for name in ("contact", "tag"):
        door.touched(models[name], [id_of(name, n) for n in range(len(world.records[name]))])
    return Built(world, _registry(world, base, models), models)


@contextmanager
def built(world: World, base: Registry) -> Iterator[Built]:
    """The world within a transaction that is undone."""
    models = models_of(base)
    with db.atomic() as change:
        _fill(world, models)
        registry = _registry(world, base, models)
        with using(registry):
            yield Built(world, registry, models)
        change.rollback()


def _insert(model: Any, rows: list[dict[str, Any]]) -> None:
    """Write rows as they are, past rules and history: they are what was before."""
    if rows:
        peewee.ModelInsert(model, [model._normalize_data(row, {}) for row in rows]).execute()


def _fill(world: World, models: dict[str, Any]) -> None:
    _insert(
        User,
        [
            {
                "id": id_of("user", n),
                "login": f"person{n}",
                "name": f"Person {n}",
                "contact_id": id_of("contact", each.contact),
                "is_active": each.active,
            }
            for n, each in enumerate(world.people)
        ],
    )
    ends = {True: now() - DAY, False: None}
    held = [(n, role) for n, each in enumerate(world.people) for role in each.roles]
    _insert(
        UserRole,
        [
            {"user": id_of("user", n), "role": each.role, "ends_at": ends[each.ended]}
            for n, each in held
        ],
    )
    for name in ("team", "contact", "telephone", "tag", "member", "cover"):
        rows = [_row(world, name, n, row) for n, row in enumerate(world.records[name])]
        _insert(models[name], rows)
    _fill_roles(world)


def _row(world: World, model: str, place: int, facts: dict[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = {"id": id_of(model, place), "created_by": None, **facts}
    keys = {**dict.fromkeys(PEOPLE, "user"), "team": "team", "parent": "contact"}
    for name, target in {**keys, "contact": "contact"}.items():
        if name in row:
            row[name] = id_of(target, row[name])
    row["archived_at"] = now() if row.pop("archived", False) else None
    if model == "contact":
        row |= {"name": NAMED.format(place), "tax_id": TAXED.format(place)}
    if model == "telephone":
        row |= {"kind": "work", "number": NUMBERED.format(place)}
    if model == "team":
        row |= {"code": f"crew{place}", "name": f"Crew {place}"}
    if model == "cover":
        each, today = world.stand_ins[place], clock.utc_now().date()
        row |= {"starts_on": today + each.first * DAY, "ends_on": today + each.last * DAY}
        row["archived_at"] = now() if each.archived else None
    return row


def _fill_roles(world: World) -> None:
    made = [(id_of("custom", n), each) for n, each in enumerate(world.composed)]
    titles = [{"id": id, "code": each.code, "title": each.code} for id, each in made]
    _insert(CustomRole, titles)
    parts = [{"role": id, "brings": role} for id, each in made for role in each.brings]
    _insert(CustomRolePart, parts)
    lines = [
        {
            "role": id,
            "model": MODELS[line.model],
            "offered_by": line.offered_by,
            "actions": line.actions,
            "scope": line.scope,
            "hidden": ",".join(line.hidden) or None,
        }
        for id, each in made
        for line in each.lines
    ]
    _insert(CustomRoleLine, lines)


MODELS = {"contact": "contacts.contact", "tag": "contacts.tag"}
MODELS |= {full: f"core.{full}" for full in ("team", "cover")}


def _registry(world: World, base: Registry, models: dict[str, Any]) -> Registry:
    admin = next(role for role in base.roles if role.name == "admin")
    roles = {"admin": admin, **{name: Role(name, name) for name in world.implies}}
    for name, implied in world.implies.items():
        # A role is frozen; but roles may imply one another in a circle.
        object.__setattr__(roles[name], "implies", tuple(roles[each] for each in implied))
    access = [
        Access(models[line.model], roles[line.role], line.actions, line.scope, line.hidden)
        for line in world.lines
    ]
    limits = [FieldLimit(models[m.model], m.field, m.readers, m.writers) for m in world.limits]
    rules = [_rule(rule, roles, models) for rule in world.rules]
    offered = replace(
        base,
        roles=tuple(roles.values()),
        access=tuple(access),
        rules=tuple(rules),
        limits=tuple(limits),
    )
    with using(offered), system("a world is built"):
        declared = composed()
    return replace(
        offered,
        roles=(*offered.roles, *(each for each in declared if isinstance(each, Role))),
        access=(*offered.access, *(each for each in declared if isinstance(each, Access))),
    )


def _rule(rule: Narrowing, roles: dict[str, Role], models: dict[str, Any]) -> Rule:
    def where(row: Any, actor: Actor) -> Any:
        return condition(rule.clause, row, actor)

    return Rule(models[rule.model], roles[rule.role], where, rule.on)


def condition(clause: Clause, row: Any, actor: Actor) -> Any:
    """The clause as a rule of an addon would write it."""
    if clause.parts:
        first, second = (condition(part, row, actor) for part in clause.parts)
        return first & second if clause.kind == "and" else first | second
    value = getattr(row, clause.field)
    return {
        "empty": lambda: value.is_null(),
        "filled": lambda: value.is_null(False),
        "is": lambda: value == clause.value,
        "is not": lambda: value != clause.value,
        "mine": lambda: value == actor.id,
        "my contact": lambda: value == actor.contact_id,
        "my team": lambda: value.in_(sorted(actor.teams)),
    }[clause.kind]()
