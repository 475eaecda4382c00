"""Whether the history is as it was written: each row, each seal, and every head that was kept."""

import json
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from core.data.chain import GENESIS, Chain, Head, head, next_seal
from core.data.database import db, transaction
from core.data.fields import now
from core.data.heads import kept_heads
from core.data.history import History, digest_of, is_kept
from core.i18n import _

AT_ONCE = 1000  # rows that are read at once, and held

CHANGED, LATE, UNLINKED, RESEALED, CUT, OTHER, ERASED = (
    *("changed", "late", "unlinked", "resealed", "cut", "other", "erased"),
)
FAULTS = {
    CHANGED: _("Row %(row)s of the history is not as it was written."),
    LATE: _("Row %(row)s of the history was put in among rows that were sealed before."),
    UNLINKED: _("Before row %(row)s of the history a row was removed or put in."),
    RESEALED: _("The seal of row %(row)s of the history is not the one that it was given."),
    CUT: _("Row %(row)s of the history was sealed once and is gone."),
    OTHER: _("Row %(row)s of the history is not the one that was sealed there once."),
    # No row can be named: which of the values went so is known to nobody.
    ERASED: _(
        "Values of the history were erased past the program: find out who reaches the database."
    ),
}


class Fault(NamedTuple):
    """The first thing that is wrong, and at which row; 0 where it is no single one."""

    row: int
    kind: str

    def __str__(self) -> str:
        return str(FAULTS[self.kind] % {"row": self.row})


@dataclass(frozen=True)
class Verdict:
    """What a look at the whole history found: how many rows were read until the first fault, or in
    all, and how far it was sealed then.
    """

    rows: int
    head: Head
    fault: Fault | None


def verify(
    others: Iterable[Head] = (), told: Callable[[int, int], None] = lambda done, total: None
) -> Verdict:
    """Read the whole history, a thousand rows at once, up to the first fault. `others` are heads
    that backups name, beside those that are kept here. What is sealed meanwhile waits for another
    look.
    """
    known = [*kept_heads().heads, *others]  # before the head, so that none of them is newer than it
    look = _Look(head(), known)
    total = History.select().count()
    rows = 0
    for row in _rows():
        rows += 1
        if fault := look.fault_of(*row):
            return Verdict(rows, look.head, fault)
        if not rows % AT_ONCE:
            told(rows, max(rows, total))
    told(rows, max(rows, total))
    return Verdict(rows, look.head, look.fault_at_end())


def note_verdict(verdict: Verdict) -> None:
    """Write down what the last look found."""
    fault = json.dumps(verdict.fault) if verdict.fault else None
    with transaction():
        Chain.update(checked_at=now(), checked=verdict.rows, fault=fault).execute()


def last_verdict() -> tuple[datetime | None, int | None, Fault | None]:
    """When the last look at all was, how many rows it read, and what it found."""
    found = Chain.select(Chain.checked_at, Chain.checked, Chain.fault).tuples().first()
    at, rows, fault = found or (None, None, None)
    return at, rows, Fault(*json.loads(fault)) if fault else None


Facts = tuple[Any, ...]


class _Look:
    """Follows the chain from row to row."""

    def __init__(self, head: Head, known: list[Head]) -> None:
        self.head = head
        self.seals = {each.id: each.seal for each in known if each.id}
        self.twice = {each.id for each in known if each.id and self.seals[each.id] != each.seal}
        self.last, self.seal = 0, GENESIS

    def fault_of(self, id: int, facts: Facts, digest: str, link: Facts, values: list[Facts]) -> Any:
        """What is wrong with the next row, if anything."""
        if digest != digest_of(facts, [value[-1] for value in values]):
            return Fault(id, CHANGED)
        if not all(map(is_kept, values)):
            return Fault(id, CHANGED)
        if id > self.head.id:
            return None
        if kind := self._broken(id, digest, *link):
            return Fault(id, kind)
        self.last, self.seal = id, next_seal(self.seal, id, digest)
        is_other = id in self.twice or self.seals.pop(id, self.seal) != self.seal
        return Fault(id, OTHER) if is_other else None

    def _broken(self, id: int, digest: str, previous: str | None, seal: str | None) -> str | None:
        if seal is None or previous is None:
            return LATE
        if previous != self.seal:
            return UNLINKED
        return None if seal == next_seal(previous, id, digest) else RESEALED

    def fault_at_end(self) -> Fault | None:
        """What is missing: the head, or one that was kept elsewhere."""
        if self.head.id != self.last:
            return Fault(self.head.id, CUT)
        if self.head.seal != self.seal:
            return Fault(self.head.id, OTHER)
        return Fault(min(self.seals), CUT) if self.seals else None


def _rows() -> Iterator[tuple[int, Facts, str, Facts, list[Facts]]]:
    """(id, facts, digest, (previous, seal), values) of each row, by their ids. Read past Peewee,
    whose conversion of a million rows takes longer than all else. It begins below the first id that
    is ever given: a row that was put in there is read too.
    """
    last, place = -math.inf, db.obj.param
    query = (
        "SELECT id, digest, previous, seal, at, actor, actor_name, address, request, model, record,"
        f" root_model, root_record, action FROM core_history WHERE id > {place}"
        f" ORDER BY id LIMIT {AT_ONCE}"
    )
    while rows := db.execute_sql(query, (last,)).fetchall():
        first, last = rows[0][0], rows[-1][0]
        values = _values(first, last)
        for id, digest, previous, seal, at, *facts in rows:
            yield id, (str(at), *facts), digest, (previous, seal), values[id]


def _values(first: int, last: int) -> dict[int, list[Facts]]:
    """{id: values} of the rows from one to another."""
    place = db.obj.param
    query = (
        "SELECT history_id, field, old, new, salt, digest FROM core_history_value"
        f" WHERE history_id BETWEEN {place} AND {place}"
    )
    found: dict[int, list[Facts]] = defaultdict(list)
    for id, *facts in db.execute_sql(query, (first, last)).fetchall():
        found[id].append(tuple(facts))
    return found
