"""Import files by a plan: everything is checked first, then all of it is written or nothing."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import peewee

from core.data.audit import note
from core.data.database import transaction
from core.data.model import Model
from core.data.search import indexing_once
from core.errors import UserError
from core.exchange.entries import Entries, Entry, Link
from core.exchange.mapping import Reading, Step
from core.exchange.plan import Bound, bind
from core.exchange.problems import Problem, Problems, quoted
from core.exchange.sheets.opening import open_sheet

ROWS_AT_ONCE = 1000
Progress = Callable[[str, int], None]  # the step, and how many of its rows are written
Known = tuple[type[Model], str]  # a model, and the field by which its records are referred to


@dataclass
class Done:
    """What one step did: how many records it made, changed, and found as they should be."""

    step: str
    created: int = 0
    changed: int = 0
    unchanged: int = 0


@dataclass
class Outcome:
    """How an import ended. `is_kept` is false when there were problems, or in a dry run: then the
    database is as it was.
    """

    done: list[Done] = field(default_factory=list)
    problems: Problems = field(default_factory=Problems)
    is_kept: bool = False


class _TakenBack(Exception):
    """Ends the transaction without keeping anything."""


def import_plan(
    plan: Path, folder: Path, *, dry_run: bool = False, progress: Progress | None = None
) -> Outcome:
    """Import the files in `folder` by the steps of a plan, for the current actor."""
    outcome = Outcome()
    if not folder.is_dir():
        outcome.problems.add(
            Problem(str(folder), "there is no such folder", "Name the folder with the files")
        )
    steps = Reading(plan, outcome.problems).plan()
    if not outcome.problems:
        _Run(steps, folder, outcome, progress).go(dry_run)
    return outcome


def import_file(
    model: str,
    file: Path,
    map: Path | None = None,
    *,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Outcome:
    """Import one file by a map; without one each column goes into the field of its name."""
    outcome = Outcome()
    step = Step(file.name, "", file.name, file.name, model)
    if map is not None:
        step = Reading(map, outcome.problems).map(model, file.name)
    if not outcome.problems:
        _Run([step], file.parent, outcome, progress).go(dry_run)
    return outcome


class _Run:
    """One import: opens the files, checks them, writes them."""

    def __init__(
        self, steps: list[Step], folder: Path, outcome: Outcome, progress: Progress | None
    ) -> None:
        self.steps = steps
        self.folder = folder
        self.outcome = outcome
        self.problems = outcome.problems
        self.progress = progress or (lambda step, rows: None)
        # What references may count on: keys that the file of an earlier step holds, by line.
        self.promised: dict[Known, list[dict[Any, int]]] = defaultdict(list)

    def go(self, dry_run: bool) -> None:
        work = [entries for step in self.steps if (entries := self._opened(step))]
        if self.problems:
            return
        for entries in work:
            self._check(entries)
        if self.problems:
            return
        try:
            with transaction():
                for entries in work:
                    self._write(entries)
                if self.problems or dry_run:
                    raise _TakenBack
                self._tell(work)
            self.outcome.is_kept = True
        except _TakenBack:
            pass

    def _tell(self, work: list[Entries]) -> None:
        """Tell the history of each file."""
        for entries, done in zip(work, self.outcome.done, strict=True):
            told = [("file", None, done.step), ("rows", None, done.created + done.changed)]
            note(
                "import", ("core_upload", 0), told, under=(entries.bound.model._meta.table_name, 0)
            )

    def _opened(self, step: Step) -> Entries | None:
        sheet = open_sheet(self.folder / step.file, step.file, self.problems)
        if sheet is None and step.fields is None:
            return None
        bound = bind(step, sheet.header if sheet else (), self.problems)
        if bound is None or sheet is None:
            return None
        entries = Entries(bound, sheet, self.problems)
        return entries if entries.has_columns() else None

    def _check(self, entries: Entries) -> None:
        """Read the whole file of a step, and tell all that could keep it from being written."""
        own = _known(entries.bound)
        lines: dict[Any, int] = {}
        later: list[tuple[Entry, Link]] = []
        for batch in _batches(entries):
            for entry in batch:
                first = lines.setdefault(entry.key, entry.line)
                if first != entry.line:
                    target = entries.bound.fields[entries.bound.key.name]
                    entries.tell(entry, target, f"line {first} has the same {own[1]}",
                                 "Keep one of them, or give them different ones")  # fmt: skip
            for entry, link in self._unresolved(batch):
                later.append((entry, link))
        for entry, link in later:
            if _wanted(link) != own or link.wanted not in lines:
                _tell_lost(entries, entry, link)
        self.promised[own].append(lines)

    def _unresolved(self, batch: list[Entry]) -> Iterator[tuple[Entry, Link]]:
        """The links whose record neither stands in the database nor comes in an earlier step."""
        ids = _ids(batch)
        for entry in batch:
            for link in entry.links:
                known = _wanted(link)
                if link.wanted not in ids[known] and not any(
                    link.wanted in lines for lines in self.promised[known]
                ):
                    yield entry, link

    def _write(self, entries: Entries) -> None:
        """Write the records of a step; what refers to a later row of its own file waits for it."""
        done = Done(entries.bound.step.name)
        self.outcome.done.append(done)
        waiting: list[Entry] = []
        for batch in _batches(entries):
            waiting += self._write_batch(entries, batch, done)
            self.progress(done.step, done.created + done.changed + done.unchanged)
        while waiting and not self.problems:
            left = []
            for start in range(0, len(waiting), ROWS_AT_ONCE):
                batch = waiting[start : start + ROWS_AT_ONCE]
                left += self._write_batch(entries, batch, done)
            if len(left) == len(waiting):
                self._tell_circle(entries, left)
            waiting = left

    def _write_batch(self, entries: Entries, batch: list[Entry], done: Done) -> list[Entry]:
        """Write what can be written now; answers the entries that must wait."""
        ids = _ids(batch)
        ready, waiting = [], []
        for entry in batch:
            lost = [link for link in entry.links if link.wanted not in ids[_wanted(link)]]
            if lost:
                waiting.append(entry)
                continue
            for link in entry.links:
                link.values[link.target.field.name] = ids[_wanted(link)][link.wanted]
            ready.append(entry)
        self._upsert(entries, ready, done)
        return waiting

    def _upsert(self, entries: Entries, batch: list[Entry], done: Done) -> None:
        """Write the batch; where the database refuses it, find the entries that are to blame."""
        bound = entries.bound
        try:
            with transaction(), indexing_once():
                result = bound.model.upsert([e.values for e in batch], by=bound.key.name)
        except (peewee.IntegrityError, peewee.DataError, UserError) as error:
            if len(batch) > 1:
                for entry in batch:
                    self._upsert(entries, [entry], done)
                return
            reason = str(error) if isinstance(error, UserError) else "the database refuses the row"
            entries.tell(batch[0], None, reason.rstrip("."),
                         "See whether another record has one of its values already")  # fmt: skip
            return
        done.created += result.created
        done.changed += result.changed
        done.unchanged += result.unchanged

    def _tell_circle(self, entries: Entries, left: list[Entry]) -> None:
        for entry in left:
            target = next(link.target for link in entry.links)
            entries.tell(entry, target, "these records refer to each other in a circle",
                         "Leave one of the cells empty")  # fmt: skip


def _batches(entries: Entries) -> Iterator[list[Entry]]:
    """The sound entries, and the others too: their keys count, that nobody else is blamed."""
    batch: list[Entry] = []
    for entry in entries:
        batch.append(entry)
        if len(batch) == ROWS_AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _known(bound: Bound) -> Known:
    return bound.model, bound.key.name


def _wanted(link: Link) -> Known:
    refers = link.target.refers
    assert refers is not None  # noqa: S101 - a link is made of a target that refers
    return refers.model, refers.key.name


def _ids(batch: list[Entry]) -> dict[Known, dict[Any, int]]:
    """The ids of those records that the batch refers to and that there are, by their keys."""
    wanted: dict[Known, set[Any]] = defaultdict(set)
    for entry in batch:
        for link in entry.links:
            wanted[_wanted(link)].add(link.wanted)
    found: dict[Known, dict[Any, int]] = defaultdict(dict)
    for (model, name), values in wanted.items():
        key = model._meta.fields[name]
        some = sorted(values)
        for start in range(0, len(some), ROWS_AT_ONCE):
            query = model.select(key, model.id).where(key.in_(some[start : start + ROWS_AT_ONCE]))
            found[model, name].update(query.tuples())
    return found


def _tell_lost(entries: Entries, entry: Entry, link: Link) -> None:
    model, name = _wanted(link)
    entries.tell(
        entry,
        link.target,
        f"there is no {model.__name__} whose {name} is {quoted(str(link.wanted))}",
        "Correct the cell, or import that record before",
    )
