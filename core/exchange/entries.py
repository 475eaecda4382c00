"""Turn the rows of a sheet into records to be written, as a bound step says."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from core.exchange.plan import Bound, Line, Target
from core.exchange.problems import Problem, Problems, Unfit, choice, nearest
from core.exchange.sheets.rows import Sheet


@dataclass(slots=True)
class Link:
    """A value of an entry that is the key of another record, to be replaced by its id."""

    target: Target
    values: dict[str, Any]  # where it stands: the entry's own, or those of one of its lines
    wanted: Any


@dataclass(slots=True)
class Entry:
    """One record as the file has it. `values` is what `Model.upsert` takes, once every link is
    resolved; `is_sound` is false when a cell could not be read, which has been told.
    """

    line: int
    cells: list[str]
    key: Any
    values: dict[str, Any]
    links: list[Link]
    is_sound: bool


class Entries:
    """The entries of one step. Where a row has no readable key there is none, but a problem."""

    def __init__(self, bound: Bound, sheet: Sheet, problems: Problems) -> None:
        self.bound = bound
        self.sheet = sheet
        self.problems = problems
        self.places = {name: index for index, name in enumerate(sheet.header)}
        self.guard = self.places.get(bound.step.skip_without)

    def has_columns(self) -> bool:
        """Whether the sheet has every column that the step reads; tells of those it has not."""
        step = self.bound.step
        wanted = dict.fromkeys(
            target.source.column for target in self.bound.targets() if target.source.column
        )
        if step.skip_without:
            wanted[step.skip_without] = None
        missing = [column for column in wanted if column not in self.places]
        columns = [column for column in self.sheet.header if column]
        if missing and len(missing) == len(wanted):
            reason = "the first line holds none of the columns that are wanted"
            cure = f"Write the names of the columns there: {choice(wanted)}"
            self.problems.add(Problem(self.sheet.name, reason, cure, 1))
            return False
        for column in missing:
            reason = "there is no such column"
            self.problems.add(Problem(self.sheet.name, reason, nearest(column, columns), 1, column))
        return not missing

    def __iter__(self) -> Iterator[Entry]:
        for line, cells in self.sheet.rows(self.problems):
            if self.guard is not None and not cells[self.guard].strip():
                continue
            entry = self._entry(line, cells)
            if entry is not None:
                yield entry

    def _entry(self, line: int, cells: list[str]) -> Entry | None:
        entry = Entry(line, cells, None, {}, [], True)
        self._fill(entry, self.bound.fields, entry.values)
        for name, lines in self.bound.parts.items():
            entry.values[name] = []
            for part in lines:
                if self._is_given(part, cells):
                    values: dict[str, Any] = {}
                    self._fill(entry, part, values)
                    entry.values[name].append(values)
        entry.key = entry.values.get(self.bound.key.name)
        return entry if entry.key is not None else None

    def _is_given(self, part: Line, cells: list[str]) -> bool:
        """Whether a part has a cell that says something; one of constants alone always has."""
        columns = [target.source.column for target in part.values() if target.source.column]
        return not columns or any(cells[self.places[column]].strip() for column in columns)

    def _fill(self, entry: Entry, line: Line, values: dict[str, Any]) -> None:
        for name, target in line.items():
            column = target.source.column
            try:
                values[name] = target.value(entry.cells[self.places[column]] if column else "")
            except Unfit as unfit:
                entry.is_sound = False
                self.tell(entry, target, unfit.reason, unfit.cure)
                continue
            if target.refers and values[name] is not None:
                entry.links.append(Link(target, values, values[name]))

    def tell(self, entry: Entry, target: Target | None, reason: str, cure: str) -> None:
        """Report something about an entry, and about one of its cells where a target is given."""
        column = target.source.column if target else ""
        cell = entry.cells[self.places[column]] if column else None
        self.problems.add(Problem(self.sheet.name, reason, cure, entry.line, column, cell))
