"""What all files of rows have in common: a name, a header, and rows of as many cells."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.exchange.problems import Problem, Problems
from core.i18n import _

MOST_COLUMNS = 500  # a page asks for each of them what it holds
Row = tuple[int, list[str]]  # the line on which it begins, from 1, and its cells


@dataclass(frozen=True)
class Sheet(ABC):
    """A file with rows. `name` is what people call it; `header` names its columns."""

    path: Path
    name: str
    header: tuple[str, ...] = ()

    @abstractmethod
    def rows(self, problems: Problems) -> Iterator[Row]:
        """The rows below the header, each with a cell for every column; empty ones left out."""


def is_sound(header: tuple[str, ...], line: int, name: str, problems: Problems) -> bool:
    """Whether the columns can be told apart by the header, which stands on `line`."""
    if line > 1:
        problems.add(
            Problem(name, _("there is no header: the first line is empty"),
                    _("Write the names of the columns into the first line"), 1)
        )  # fmt: skip
        return False
    if len(header) > MOST_COLUMNS:
        problems.add(
            Problem(name, _("it has more than %(most)s columns", most=MOST_COLUMNS),
                    _("Take away those that are not to be imported"), 1)
        )  # fmt: skip
        return False
    twice = [column for column, times in Counter(header).items() if times > 1 and column]
    for column in twice:
        problems.add(
            Problem(name, _("two columns of the header have the same name"),
                    _("Rename or remove one of them"), 1, column)
        )  # fmt: skip
    return not twice


def damaged(name: str) -> Problem:
    cure = _("Open it in a spreadsheet program and save it anew, as xlsx or as CSV in UTF-8")
    return Problem(name, _("this is no spreadsheet, or a damaged one"), cure)


def unreadable(name: str, error: OSError) -> Problem:
    reason = _("the file cannot be read: %(reason)s", reason=error.strerror or error)
    return Problem(name, reason, _("Give it to the user who runs the import, and try again"))
