"""What the lines and rules of access are made of, and what each scope means in SQL."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from peewee import SQL, Expression, fn

from core.access.models import Team, TeamMember
from core.data.actor import Actor
from core.data.door import Where
from core.data.model import Model
from core.data.scope import ScopedAlias, whole_table
from core.i18n import Text, _

OWN, LED, TEAM, ALL = SCOPES = "own", "led", "team", "all"  # each holds the one before
ACTIONS = {"c": "create", "r": "read", "u": "update", "d": "delete", "x": "export"}
ADMIN = "admin"
SCOPE_WORDS: dict[str, Text] = {
    OWN: _("their own records"),
    LED: _("their own records and those of teams that they lead"),
    TEAM: _("the records of their team"),
    ALL: _("all records"),
}


@dataclass(frozen=True, eq=False)
class Role:
    """What somebody is here. `name` is `addon.word`; `implies` are roles that come with it."""

    name: str
    title: Text
    implies: tuple["Role", ...] = ()


@dataclass(frozen=True, eq=False)
class Access:
    """Grant `role` some of the actions c, r, u, d and x (export) on a model.

    `scope` limits the rows to one's OWN (by `owner`, else by who created them), to those and the
    rows of teams that one leads (LED), to those of one's TEAM, or not; `except_fields` stay hidden
    from the role. `source` is the addon that says so; of a line that an admin put into a role of
    their own, `origin` is the line of an addon that it was taken from and `made_by` the admin.
    """

    model: type[Model]
    role: Role
    actions: str
    scope: str = ALL
    except_fields: tuple[str, ...] = ()
    source: str = ""
    origin: "Access | None" = None
    made_by: str = ""

    @property
    def ruled_as(self) -> Role:
        """The role whose rules narrow the line: those of its addon go along with it."""
        return self.origin.ruled_as if self.origin else self.role


@dataclass(frozen=True, eq=False)
class Rule:
    """Narrow what `role` reaches: `where(row, actor)` gives the condition, `on` the actions.

    Where the actor has no `id` or `contact_id` it is given 0, which no row has. `title` says in
    words which rows are meant, to whoever asks why a decision fell.
    """

    model: type[Model]
    role: Role
    where: Callable[[Any, Actor], Expression]
    on: str = "rud"
    title: Text = ""
    source: str = ""

    @property
    def words(self) -> Text:
        """What the rule is called: by its title, else by the name of its function."""
        return self.title or self.where.__name__.strip("<>").replace("_", " ")


@dataclass(frozen=True)
class Grant:
    """One line that grants something, to the actor or, by `asking`, to whom they stand in for."""

    line: Access
    asking: Actor


@dataclass(frozen=True)
class Condition:
    """What narrows a line: a rule or its scope, in words, and the addon that says so."""

    said: Text
    source: str
    where: Where


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


def with_its_record(owner: type[Model], parent: str, upon: str, showing: list[Where]) -> Where:
    """A line goes with its record; where that is `showing` its lines only on some rows, there."""

    def where(row: Any) -> Expression:
        record = ScopedAlias(owner, action=upon)
        query = record.select(SQL("1")).where(record.id == getattr(row, parent))
        for condition in showing:
            query = query.where(condition(record))
        return fn.EXISTS(query)

    return where


def any_of(ways: list[list[Where]]) -> Where:
    """What holds where all conditions of one of the ways do."""

    def where(row: Any) -> Expression:
        whole: Any = None
        for conditions in ways:
            way = conditions[0](row)
            for condition in conditions[1:]:
                way &= condition(row)
            whole = way if whole is None else whole | way
        return whole

    return where


def in_scope(scope: str, actor: Actor) -> Where | None:
    """What the scope of a line leaves of the rows; None: all of them."""
    if scope == ALL:
        return None
    teams = {OWN: frozenset(), LED: actor.led, TEAM: actor.teams | actor.led}[scope]
    return lambda row: _of(row, actor, sorted(teams))


def _of(row: Any, actor: Actor, teams: list[int]) -> Expression:
    """What the actor owns, and what is of these teams: by its `team`, else by its owner's."""
    owner = row.owner if "owner" in row.model._meta.fields else row.created_by
    own = owner == actor.id
    if not teams:
        return own
    if "team" in row.model._meta.fields:
        return own | row.team.in_(teams)
    member, team = whole_table(TeamMember), whole_table(Team)
    mates = member.select(member.user).where(member.team.in_(teams))
    leaders = team.select(team.leader).where(team.id.in_(teams), team.leader.is_null(False))
    return own | owner.in_(mates) | owner.in_(leaders)
