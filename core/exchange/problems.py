"""What is wrong with a file or a plan, as values: where, what, why, and what to do."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field

from core.errors import ended
from core.i18n import Text, _

SHOWN = 100
COUNTED = 10_000  # beyond that a file is not read any further
LONGEST_CELL = 60
MOST_NAMES = 20
ALIKE = 0.75  # “adress” is “address”; “version” is no “region”


@dataclass(frozen=True)
class Problem:
    """One fault. `line` is that of the file, from 1, on which the row begins; `place` is a place
    in a plan, such as "step 2, fields.name". `reason` says what is so, `cure` what to do.
    """

    file: str
    reason: Text
    cure: Text
    line: int = 0
    column: str = ""
    cell: str | None = None
    place: str = ""

    def __post_init__(self) -> None:
        """What is said is said in the language that is spoken when it is found."""
        object.__setattr__(self, "reason", str(self.reason))
        object.__setattr__(self, "cure", str(self.cure))

    def __str__(self) -> str:
        where = [shown(self.file)]
        where += [f"line {self.line}"] if self.line else []
        where += [self.place] if self.place else []
        where += [f"column {quoted(self.column)}"] if self.column else []
        where += [f"cell {quoted(self.cell)}"] if self.cell is not None else []
        said = (ended(legible(str(text))) for text in (self.reason, self.cure))
        return f"{', '.join(where)}: {' '.join(said)}"


@dataclass
class Problems:
    """Collects the problems of one run: the first hundred as they are, of the rest the number."""

    shown: list[Problem] = field(default_factory=list)
    count: int = 0
    _known: set[Problem] = field(default_factory=set)

    def add(self, problem: Problem) -> None:
        """Keep a problem; the same one, found again by another step, counts once."""
        if self.is_full or problem in self._known:
            return
        self._known.add(problem)
        self.count += 1
        if len(self.shown) < SHOWN:
            self.shown.append(problem)

    @property
    def is_full(self) -> bool:
        return self.count >= COUNTED

    def __bool__(self) -> bool:
        return self.count > 0


class Unfit(ValueError):
    """A text that does not fit where it should go: `reason`, and the `cure`, in the language that
    is spoken.
    """

    def __init__(self, reason: object, cure: object) -> None:
        super().__init__(str(reason))
        self.reason = str(reason)
        self.cure = str(cure)


def legible(text: str) -> str:
    """The text without signs that would steer a terminal."""
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text
    )


def shown(text: str) -> str:
    """The text, legible and short."""
    return legible(text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1]}…")


def quoted(text: str) -> str:
    return f"“{shown(text)}”"


def choice(names: Iterable[str]) -> str:
    """The names one after the other, no more than fit into a sentence."""
    listed = [shown(name) for name in names]
    names = ", ".join(listed[:MOST_NAMES])
    if len(listed) <= MOST_NAMES:
        return names
    return str(_("%(names)s and %(count)s more", names=names, count=len(listed) - MOST_NAMES))


def nearest(name: str, names: Iterable[str]) -> str:
    """What to do about a name that is none of `names`: the nearest of them, and all there are."""
    there = list(names)
    near = difflib.get_close_matches(name[:200], there, n=1, cutoff=ALIKE)
    hint = f"Write {quoted(near[0])}" if near else "Write one that there is"
    return f"{hint}; there are {choice(there)}" if there else "Leave it out; there are none"
