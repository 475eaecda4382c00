"""What access means, said a second time in plain Python: loops over a world of dataclasses.

It knows neither the database nor the code that it judges, and is never clever: whoever doubts a
decision reads it here.
"""

from dataclasses import dataclass, field
from typing import Any

from tests.access.worlds.facts import (
    Asking,
    Clause,
    Composed,
    Crew,
    Limit,
    Line,
    Narrowing,
    Person,
    StandIn,
)

ADMIN = "admin"
WIDER = ("own", "led", "team", "all")  # each scope reaches what the one before does

# The lines of records: of which model, by which key, and what the record calls them.
PART_OF = {
    "telephone": ("contact", "contact", "telephones"),
    "email": ("contact", "contact", "emails"),
    "member": ("team", "team", "members"),
}
# Fields of records that repeat a field of their first line.
REPEATED = {("contact", "telephone"): ("telephones", ("telephone", "number"))}
# Whose a record is, where it is not whose who made it; and the models whose records have a team.
OWNER = {"contact": "owner"}
HAS_TEAM = {"contact"}


@dataclass(frozen=True)
class Seat:
    """Whose lines are looked through: those of who asks, or of whom they stand in for."""

    person: Any
    roles: frozenset[str]
    is_absent: bool = False


@dataclass
class World:
    """People, what they are, what that lets them do, and the records. Places in lists are ids."""

    people: list[Person] = field(default_factory=list)
    crews: list[Crew] = field(default_factory=list)
    stand_ins: list[StandIn] = field(default_factory=list)
    implies: dict[str, tuple[str, ...]] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    rules: list[Narrowing] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)
    composed: list[Composed] = field(default_factory=list)
    records: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def told(self) -> str:
        """The world, a fact on each line."""
        rows = [f"  {name}[{n}]: {r}" for name, all in self.records.items() for n, r in _each(all)]
        kinds = ("people", "crews", "stand_ins", "lines", "rules", "limits", "composed")
        facts = [f"  {kind}[{n}]: {fact}" for kind in kinds for n, fact in _each(vars(self)[kind])]
        return "\n".join([f"  implies: {self.implies}", *facts, *rows])

    # Roles

    def with_implied(self, roles: set[str]) -> set[str]:
        found = set(roles)
        while True:
            more = {implied for role in found for implied in self.implies_of(role)} - found
            if not more:
                return found
            found |= more

    def implies_of(self, role: str) -> tuple[str, ...]:
        for made in self.composed:
            if made.name == role:
                # A composed role never makes an admin, and what is gone comes with nothing.
                return tuple(r for r in made.brings if r in self.implies and r != ADMIN)
        return self.implies.get(role, ())

    def given(self, person: int) -> set[str]:
        return {each.role for each in self.people[person].roles if not each.ended}

    def seats(self, asking: Asking) -> list[Seat]:
        """Who asks, and whom they stand in for today."""
        if asking.person is None:
            return [Seat(None, frozenset())]
        roles = self._narrowed(self.with_implied(self.given(asking.person)), asking)
        seats = []
        if ADMIN not in roles:
            for absent in sorted({s.absent for s in self._standing_in(asking.person)}):
                # However somebody came to be an admin, nobody is one in their place.
                theirs = self.with_implied(self.given(absent) - {ADMIN}) - {ADMIN}
                held = frozenset(self._narrowed(theirs, asking))
                seats.append(Seat(absent, held, is_absent=True))
        # Who stands in holds the roles of the absent too: for their own records.
        roles |= {role for seat in seats for role in seat.roles}
        return [Seat(asking.person, frozenset(roles)), *seats]

    def _standing_in(self, person: int) -> list[StandIn]:
        return [
            each
            for each in self.stand_ins
            if each.substitute == person and each.today and self.people[each.absent].active
        ]

    def _narrowed(self, roles: set[str], asking: Asking) -> set[str]:
        if asking.narrowed is None:
            return roles
        wanted = self.with_implied(set(asking.narrowed))
        return wanted if ADMIN in roles else roles & wanted

    def is_admin(self, asking: Asking) -> bool:
        return ADMIN in self.seats(asking)[0].roles

    # Lines

    def all_lines(self) -> list[Line]:
        """What roles may do: as offered, and as admins composed it of what is offered."""
        found = list(self.lines)
        for made in self.composed:
            for wanted in made.lines:
                for line in self.lines:
                    if (line.model, line.role) == (wanted.model, wanted.offered_by):
                        found += _no_wider(made.name, wanted, line)
        return found

    def hides(self, line: Line, name: str) -> bool:
        repeated, _number = REPEATED.get((line.model, name), ("", None))
        return name in line.hidden or repeated in line.hidden

    def limited(self, asking: Asking, action: str, model: str, name: str | None) -> bool:
        """Whether the field is for other roles than those of who asks."""
        if name is None or self.is_admin(asking):
            return False
        about = {(model, name)}
        if (model, name) in REPEATED:
            lines, number = REPEATED[model, name]
            about |= {number, (model, lines)}
        held = self.seats(asking)[0].roles
        for limit in self.limits:
            if (limit.model, limit.field) in about:
                if limit.readers and not limit.readers & held:
                    return True
                if action in "cu" and limit.writers and not limit.writers & held:
                    return True
        return False

    # Rows

    def in_scope(self, seat: Seat, line: Line, row: dict[str, Any]) -> bool:
        owner = row[OWNER.get(line.model, "created_by")]
        if line.scope == "all":
            return True
        if owner is not None and owner == seat.person:
            return True
        for number, crew in enumerate(self.crews):
            leads = crew.leader == seat.person
            counts = {"own": False, "led": leads, "team": leads or seat.person in crew.members}
            if counts[line.scope] and self.is_of(number, line.model, row, owner):
                return True
        return False

    def is_of(self, number: int, model: str, row: dict[str, Any], owner: int | None) -> bool:
        """Whether a record is a team's: by its team, else by whose it is."""
        if model in HAS_TEAM:
            return bool(row["team"] == number)
        crew = self.crews[number]
        return owner is not None and (owner in crew.members or owner == crew.leader)

    def holds(self, clause: Clause, seat: Seat, row: dict[str, Any]) -> bool:
        if clause.kind == "and":
            return all(self.holds(part, seat, row) for part in clause.parts)
        if clause.kind == "or":
            return any(self.holds(part, seat, row) for part in clause.parts)
        value = row[clause.field]
        if clause.kind == "empty":
            return value is None
        if value is None:
            return False  # nothing is said of what is not there
        if clause.kind == "my team":
            crew = self.crews[value]
            return seat.person in crew.members or seat.person == crew.leader
        return bool(
            {
                "filled": True,
                "is": value == clause.value,
                "is not": value != clause.value,
                "mine": value == seat.person,
                "my contact": value == self.people[seat.person].contact,
            }[clause.kind]
        )

    def within(self, seat: Seat, line: Line, action: str, row: dict[str, Any]) -> bool:
        """Whether a record is among those that the line speaks of."""
        upon = "u" if action == "c" else action  # what is made must be what may be changed
        for rule in self.rules:
            is_about = rule.model == line.model and rule.role == line.ruled_as
            if is_about and upon in rule.on and not self.holds(rule.clause, seat, row):
                return False
        return self.in_scope(seat, line, row)

    # Decisions

    def pairs(self, asking: Asking, action: str, model: str) -> list[tuple[Seat, Line]]:
        """The lines that speak of the action, each with whose it is."""
        return [
            (seat, line)
            for seat in self.seats(asking)
            for line in self.all_lines()
            if line.model == model and action in line.actions and line.role in seat.roles
        ]

    def lets(
        self, seat: Seat, line: Line, action: str, id: int | None, name: str | None
    ) -> tuple[bool, bool]:
        """Whether the line reaches the record (without an id: any), and shows the field."""
        row = None if id is None else self.records[line.model][id]
        reaches = row is None or self.within(seat, line, action, row)
        return reaches, name is None or not self.hides(line, name)

    def allows(
        self, asking: Asking, action: str, model: str, id: int | None, name: str | None = None
    ) -> bool:
        """The decision."""
        if self.limited(asking, action, model, name):
            return False
        if model in PART_OF:
            record, key, lines = PART_OF[model]
            above = None if id is None else self.records[model][id][key]
            # Read and exported with its record; written by whoever may change the record.
            return self.allows(asking, action if action in "rx" else "u", record, above, lines)
        if action not in asking.actions:
            return False
        return self.is_admin(asking) or any(
            all(self.lets(seat, line, action, id, name))
            for seat, line in self.pairs(asking, action, model)
        )

    def reached(self, asking: Asking, action: str, model: str) -> set[int]:
        """The records on which who asks may do it."""
        return {
            n for n, _row in _each(self.records[model]) if self.allows(asking, action, model, n)
        }


def _each(facts: list[Any]) -> list[tuple[int, Any]]:
    return list(enumerate(facts))


def _no_wider(role: str, wanted: Line, line: Line) -> list[Line]:
    actions = "".join(action for action in line.actions if action in wanted.actions)
    if not actions:
        return []
    scope = WIDER[min(WIDER.index(line.scope), WIDER.index(wanted.scope))]
    hidden = (*line.hidden, *wanted.hidden)
    return [Line(line.model, role, actions, scope, hidden, offered_by=line.role)]
