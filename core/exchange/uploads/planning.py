"""Work out what a row of a file would do: make a record, change one, nothing, or what is wrong."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from peewee import Field

from core.access.owners import with_owner
from core.access.policy import current_policy
from core.data.actor import current_actor
from core.data.fields import DoubtfulField
from core.data.model import Model
from core.data.scope import in_reach
from core.exchange.cells import empty
from core.exchange.drafts import sentence
from core.exchange.problems import Unfit, quoted
from core.exchange.uploads.finding import Finder, Standing
from core.exchange.uploads.models import BAD, BESIDE, CHANGE, CREATE, LEFT_OUT, SAME, Line
from core.exchange.uploads.others import Others
from core.exchange.uploads.places import Place, Places
from core.exchange.uploads.references import SEVERAL, References
from core.exchange.uploads.words import Read, wide_reader
from core.i18n import _

MARKS = ";"  # between the names in a cell of marks, as is a comma


@dataclass(slots=True)
class Planned:
    """What becomes of one line: `values` of a new record, or those of `record` that differ, the
    lines that are added to its parts, and references to records that other lines make.
    """

    line: Line
    values: dict[str, Any] = field(default_factory=dict)
    parts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    record: Model | None = None
    later: dict[str, int] = field(default_factory=dict)

    def tell(self, column: int, text: Any, stands_in_the_way: bool = True) -> None:
        self.line.problems.append((column, str(text), stands_in_the_way))

    @property
    def is_bad(self) -> bool:
        return any(bad for _column, _text, bad in self.line.problems)


class Planner:
    """Plans lines for the current actor. `names` are what each column fills ("" for nothing),
    `key` by what records are found again ("" for never), `others` what other lines hold.
    """

    def __init__(self, places: Places, names: Sequence[str], key: str, others: Others) -> None:
        self.places = places
        self.model = places.model
        self.columns = [
            (n, places.by_name[name]) for n, name in enumerate(names) if name in places.by_name
        ]
        self.others = others
        self.finder = Finder(places, self.columns, key)
        self.readers: dict[Field, Read] = {
            place.field: wide_reader(place.field) for _n, place in self.columns if not place.refers
        }
        self.references: dict[type[Model], References] = {}
        self.unique = [
            (n, place)
            for n, place in self.columns
            if place.part is None and place.field.unique and not place.refers
        ]
        self.doubtful = {n for n, p in self.columns if isinstance(p.field, DoubtfulField)}
        self.needed = _needed(places.shape.fields)
        self.needed_in_lines = {
            name: _needed(part.fields) for name, part in places.shape.parts.items()
        }
        self.is_narrowed = current_policy().reach(self.model, current_actor(), "u") is not None

    def plan(self, lines: Iterable[Line]) -> list[Planned]:
        """The plan of each line; its verdict and problems are written into it."""
        plans = []
        for line in lines:
            line.problems, line.verdict = [], LEFT_OUT
            if not line.is_left_out:
                plans.append(Planned(line))
        readable = []
        for plan in plans:
            if plan.line.fault:
                plan.tell(BESIDE, plan.line.fault)
            else:
                readable.append(plan)
        self._read(readable)
        self.others.check(readable)
        self._compare(readable, self.finder.find(readable))
        self._check_unique(readable)
        for plan in plans:
            plan.line.verdict = _verdict(plan)
        return plans

    def _read(self, plans: list[Planned]) -> None:
        self._ask(plans)
        for plan in plans:
            for column, place in self.columns:
                text = plan.line.cells[column].strip()
                if text:
                    self._read_cell(plan, column, place, text)

    def _ask(self, plans: list[Planned]) -> None:
        """Look up all that the cells refer to, at once."""
        wanted: dict[type[Model], set[str]] = defaultdict(set)
        for column, place in self.columns:
            if place.refers:
                for plan in plans:
                    wanted[place.field.rel_model].update(_named(place, plan.line.cells[column]))
        for model, texts in wanted.items():
            self.references.setdefault(model, References(model)).ask(texts)

    def _read_cell(self, plan: Planned, column: int, place: Place, text: str) -> None:
        try:
            if place.is_mark:
                assert place.part is not None  # noqa: S101 - a mark is a part
                ids = [self._id_of(place, name) for name in _named(place, text)]
                plan.parts[place.part.name] = [{place.field.name: id} for id in dict.fromkeys(ids)]
                return
            value = self._value(plan, place, text)
        except Unfit as unfit:
            plan.tell(column, sentence(unfit.reason, unfit.cure))
            return
        if value is None:
            return
        if column in self.doubtful and (said := place.field.doubt(value)):
            plan.tell(column, said, False)
        if place.part is None:
            plan.values[place.field.name] = value
        else:
            lines = plan.parts.setdefault(place.part.name, [])
            while len(lines) < place.line:
                lines.append({})
            lines[place.line - 1][place.field.name] = value

    def _value(self, plan: Planned, place: Place, text: str) -> Any:
        """The value of a cell; None where it names the record of another line."""
        if not place.refers:
            return self.readers[place.field](text)
        known = self.references[place.field.rel_model].known[text]
        is_own = place.field.rel_model is self.model and place.part is None and place.field.null
        if known is None and is_own:
            line = self.others.named(text)
            if line is not None and line != plan.line.number:
                plan.later[place.field.name] = line
                return None
        return self._id_of(place, text)

    def _id_of(self, place: Place, text: str) -> int:
        id = self.references[place.field.rel_model].known[text]
        if id is None:
            raise Unfit(_("there is no record called %(name)s", name=quoted(text)),
                        _("Correct the name, or make that record before"))  # fmt: skip
        if id == SEVERAL:
            raise Unfit(_("several records are called %(name)s", name=quoted(text)),
                        _("Name it by what it alone has"))  # fmt: skip
        return id

    def _compare(self, plans: list[Planned], found: Standing) -> None:
        """Keep of each plan what the record that it found has not got yet."""
        records = [plan.record.id for plan in plans if plan.record is not None]
        reach = in_reach(self.model, records, "u") if self.is_narrowed else set(records)
        for plan in plans:
            for name, lines in plan.parts.items():
                plan.parts[name] = [line for line in lines if line]
            if plan.record is None:
                self._complete(plan)
                continue
            found.keep_what_is_new(plan)
            if plan.values or plan.later or any(plan.parts.values()):
                self._may_change(plan, plan.record.id in reach)

    def _may_change(self, plan: Planned, is_reached: bool) -> None:
        if self.places.changing is None or not is_reached:
            text = _("This record is there already, and you may not change it. Leave the row out.")
            plan.tell(BESIDE, text)
            return
        wanted = {*plan.values, *plan.later, *(n for n, lines in plan.parts.items() if lines)}
        for column, place in self.columns:
            name = place.part.name if place.part else place.field.name
            if name in wanted - self.places.changing:
                plan.tell(column, _("You may not change this field. Leave the column out."))

    def _complete(self, plan: Planned) -> None:
        """Tell what a new record lacks."""
        if self.needed:
            given = with_owner(self.model, plan.values)
            self._miss(plan, self.needed, {*given, *plan.later}, "")
        for name, lines in plan.parts.items():
            needed = self.needed_in_lines[name]
            for number, line in enumerate(lines, 1) if needed else ():
                self._miss(plan, needed, set(line), f"{name}.{number}.")

    def _miss(self, plan: Planned, needed: dict[str, str], given: set[str], before: str) -> None:
        for name in needed.keys() - given:
            at = next((n for n, place in self.columns if place.name == before + name), BESIDE)
            if not any(n == at for n, _text, bad in plan.line.problems if bad and n != BESIDE):
                title = self.places.by_name[before + name].title if at == BESIDE else ""
                plan.tell(at, f"{title}: {needed[name]}" if title else needed[name])

    def _check_unique(self, plans: list[Planned]) -> None:
        for column, place in self.unique:
            name = place.field.name
            wanted = {plan.values[name] for plan in plans if plan.values.get(name) is not None}
            if not wanted:
                continue
            taken = self.finder.taken(place.field, wanted)
            for plan in plans:
                holder = taken.get(plan.values.get(name))
                if holder is not None and holder != (plan.record and plan.record.id):
                    plan.tell(column, _("Another record has this already: it must differ."))


def _needed(fields: Mapping[str, Field]) -> dict[str, str]:
    """{name: what is said where it is blank} of the fields that may not be."""
    found = {}
    for name, column in fields.items():
        try:
            empty(column)
        except Unfit as unfit:
            found[name] = sentence(unfit.reason, unfit.cure)
    return found


def _verdict(plan: Planned) -> str:
    if plan.is_bad:
        return BAD
    if plan.record is None:
        return CREATE
    return CHANGE if plan.values or plan.later or any(plan.parts.values()) else SAME


def _named(place: Place, cell: str) -> list[str]:
    """The names that a cell holds: several where it marks, else at most one."""
    texts = cell.replace(",", MARKS).split(MARKS) if place.is_mark else [cell]
    return [text for each in texts if (text := each.strip())]
