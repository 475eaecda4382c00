"""The facts that a world is made of: who works there, what they were given, and what stands."""

from dataclasses import dataclass
from typing import Any

EVERYTHING = "crudx"


@dataclass(frozen=True)
class Held:
    """A role that a person was given, and whether its time is over."""

    role: str
    ended: bool = False


@dataclass(frozen=True)
class Person:
    roles: tuple[Held, ...] = ()
    contact: int | None = None
    active: bool = True


@dataclass(frozen=True)
class Crew:
    """A team: who leads it and who belongs to it, by their places among the people."""

    leader: int | None = None
    members: tuple[int, ...] = ()


@dataclass(frozen=True)
class StandIn:
    """`substitute` stands in for `absent` from the first day to the last, counted from today."""

    absent: int
    substitute: int
    first: int = 0
    last: int = 0
    archived: bool = False

    @property
    def today(self) -> bool:
        return not self.archived and self.first <= 0 <= self.last


@dataclass(frozen=True)
class Line:
    """`role` may do these actions with these records of a model, without the hidden fields."""

    model: str
    role: str
    actions: str = "r"
    scope: str = "all"
    hidden: tuple[str, ...] = ()
    offered_by: str = ""  # of a composed line: the role whose line it is taken from

    @property
    def ruled_as(self) -> str:
        return self.offered_by or self.role


@dataclass(frozen=True)
class Clause:
    """A condition on a record: of one field, or of others joined by `and` and `or`.

    `is`, `is not` compare with `value`; `filled`, `empty`; `mine`: it holds whoever asks; `my
    contact`: the contact of whoever asks; `my team`: a team of theirs.
    """

    kind: str
    field: str = ""
    value: Any = None
    parts: tuple["Clause", ...] = ()


@dataclass(frozen=True)
class Narrowing:
    """A rule: in the actions `on` the role reaches only records for which the clause holds."""

    model: str
    role: str
    clause: Clause
    on: str = "rud"


@dataclass(frozen=True)
class Limit:
    """A field for some roles only."""

    model: str
    field: str
    readers: frozenset[str] = frozenset()
    writers: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Composed:
    """A role that an admin made: of whole roles, and of lines that other roles were offered."""

    code: str
    brings: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()

    @property
    def name(self) -> str:
        return f"custom.{self.code}"


@dataclass(frozen=True)
class Asking:
    """Who asks: a person, perhaps by a token for some roles and actions only; None: the public."""

    person: int | None
    actions: str = EVERYTHING
    narrowed: tuple[str, ...] | None = None
