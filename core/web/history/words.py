"""The entries of the history in words, as far as their reader may know what they tell."""

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from peewee import Field, ForeignKeyField

from core.access.decisions import can
from core.access.lines import part_of, record_of
from core.access.policy import current_policy
from core.data import history
from core.data.actor import Actor, current_actor
from core.data.fields import MoneyField
from core.data.history import History, HistoryValue, births, value_or_text
from core.data.model import Model
from core.data.money import Money, currency_of
from core.data.rows import among, fetched
from core.data.scope import in_reach
from core.data.translated import Translated
from core.exchange.names import hidden_fields, names_of
from core.i18n import _
from core.modules.registry import current_registry
from core.web.cells import formatter
from core.web.history.made import Values, is_short, made_values
from core.web.history.titles import CODES, LABELS, models_by_table

LONGEST = 300  # letters of one value
NOTHING = (None, "")
# What is done to fields of records; all else is an event, whose values say what happened.
CHANGES = (
    *(history.CREATE, history.UPDATE, history.ARCHIVE, history.RESTORE, history.DELETE),
    history.CONFIRM,
)
# Events whose value is a part of what records hold.
OF_RECORDS = ("filter",)


class Row(NamedTuple):
    """One row of the history, as `COLUMNS` read it."""

    id: int
    at: Any
    actor: int | None
    actor_name: str
    address: str
    table: str
    record: int
    root_table: str
    root: int
    action: str


COLUMNS = (
    *(History.id, History.at, History.actor, History.actor_name, History.address),
    *(History.model, History.record, History.root_model, History.root_record, History.action),
)


class Line(NamedTuple):
    """One value of an entry, before and after; `is_hidden` is what the reader may not know."""

    label: str
    old: str = ""
    new: str = ""
    is_hidden: bool = False


class Words:
    """Says some rows. What they refer to is looked up once for all: a few queries for each model
    among them, however many rows there are.
    """

    def __init__(self, rows: list[Row]) -> None:
        self.reader: Actor = current_actor()
        self.sees_all = self.reader.is_admin or self.reader.is_system
        self.models = models_by_table()
        self.values = _values([row.id for row in rows])
        self.reached = self._reached(rows)
        self.fields = {table: self._fields(table) for table in {row.table for row in rows}}
        self._add_made(rows)
        self.names = self._names(rows)
        self.currencies = self._currencies(rows)

    def name_of(self, row: Row) -> str:
        """What the record is called now, where the reader may read it; else empty."""
        return self.names.get(row.root_table, {}).get(row.root, "") if self._may_read(row) else ""

    def lines(self, row: Row) -> list[Line]:
        """What the values of a row say, in the order in which they were written."""
        say = self._change if row.action in CHANGES else self._event
        return [say(row, *value) for value in self.values.get(row.id, ())]

    def _change(self, row: Row, name: str, old: str | None, new: str | None) -> Line:
        column = self.fields[row.table].get(name)
        label = self._label(row.table, name)
        if column is None and self.sees_all:
            return Line(label, _plain(old), _plain(new))
        is_open = row.action == history.CONFIRM or column is not None
        if not (is_open and self._may_read(row)):
            return Line(label, is_hidden=True)
        if column is None:
            return Line(label, _plain(old), _plain(new))
        return Line(label, self._said(row, column, old), self._said(row, column, new))

    def _event(self, row: Row, name: str, old: str | None, new: str | None) -> Line:
        label = str(LABELS.get(name) or name.replace("_", " "))
        if name in OF_RECORDS and not (self.sees_all or self._may_read_all(row.root_table)):
            return Line(label, is_hidden=True)
        codes = CODES.get(name, {})
        before, after = (_plain(text) for text in (old, new))
        return Line(label, str(codes.get(before, before)), str(codes.get(after, after)))

    def _may_read(self, row: Row) -> bool:
        """Whether the reader may read the record that the row is about. SQLite gives the id of a
        deleted record again: what was told before this one was made is of another.
        """
        if row.root not in self.reached.get(row.root_table, {}):
            return self.sees_all
        return self.sees_all or row.id >= self.reached[row.root_table][row.root]

    def _may_read_some(self, table: str) -> bool:
        model = self.models.get(table)
        return model is not None and can(self.reader, "r", model)

    def _may_read_all(self, table: str) -> bool:
        """Whether the reader may read every field of every record of the table: what was asked for
        names any of them, and how many there were is told beside it.
        """
        model = self.models.get(table)
        if model is None or not can(self.reader, "r", model) or hidden_fields(model):
            return False
        return current_policy().reach(model, self.reader, "r") is None

    def _reached(self, rows: list[Row]) -> dict[str, dict[int, int]]:
        """{table: {id: the row of the history that made it}} of the records within reach."""
        wanted: dict[str, set[int]] = defaultdict(set)
        for row in rows:
            if row.root and row.root_table in self.models:
                wanted[row.root_table].add(row.root)
        found = {}
        for table, ids in wanted.items():
            if self._may_read_some(table):
                reached = in_reach(self.models[table], ids, "r")
                found[table] = births(table, reached)
        return found

    def _add_made(self, rows: list[Row]) -> None:
        """Give the making of a line the values that it had then."""
        made: dict[str, dict[int, tuple[int, int]]] = defaultdict(dict)
        for row in rows:
            model = self.models.get(row.table)
            is_new = row.action == history.CREATE and row.id not in self.values
            if is_new and model is not None and is_short(model):
                made[row.table][row.id] = (row.record, row.root)
        for table, entries in made.items():
            fields = self.fields[table]
            self.values |= made_values(self.models[table], fields, entries) if fields else {}

    def _fields(self, table: str) -> dict[str, Field]:
        """The fields of a table whose values the reader may read, of records within reach."""
        model = self.models.get(table)
        if model is None or not can(self.reader, "r", model) or _is_hidden_part(model):
            return {}
        hidden = hidden_fields(model)
        known = current_registry().open_fields(model).items()
        return {name: column for name, column in known if name not in hidden}

    def _names(self, rows: list[Row]) -> dict[str, dict[Any, str]]:
        """{table: {id: name}} of the records that rows are about, and that their values name."""
        wanted: dict[type[Model], set[Any]] = defaultdict(set)
        for row in rows:
            if row.root in self.reached.get(row.root_table, {}):
                wanted[self.models[row.root_table]].add(row.root)
            for name, *texts in self.values.get(row.id, ()):
                column = self.fields[row.table].get(name)
                if isinstance(column, ForeignKeyField):
                    wanted[column.rel_model] |= {json.loads(text) for text in texts if text}
        return {model._meta.table_name: names_of(model, ids) for model, ids in wanted.items()}

    def _currencies(self, rows: list[Row]) -> dict[tuple[str, str], dict[int, str]]:
        """{(table, field): {id: currency}} of the records whose amounts are told."""
        wanted: dict[tuple[str, str], set[int]] = defaultdict(set)
        for row in rows:
            for name, *_texts in self.values.get(row.id, ()):
                if isinstance(self.fields[row.table].get(name), MoneyField):
                    wanted[row.table, name].add(row.record)
        found = {}
        for (table, name), ids in wanted.items():
            column = self.fields[table][name]
            if column.currency not in hidden_fields(column.model):
                model, code = column.model, currency_of(column)
                query = model.select(model.id, code).where(among(model.id, sorted(ids)))
                found[table, name] = dict(fetched(query, (model.id, code)))
        return found

    def _label(self, table: str, name: str) -> str:
        if name in LABELS and table not in self.models:
            return str(LABELS[name])
        model = self.models.get(table)
        column = model._meta.fields.get(name) if model is not None else None
        label = getattr(column, "verbose_name", None) or LABELS.get(name) or name.replace("_", " ")
        return str(label)

    def _said(self, row: Row, column: Field, text: str | None) -> str:
        value = value_or_text(column, text)
        if value in NOTHING:
            return "—"
        if isinstance(column, ForeignKeyField):
            named = self.names.get(column.rel_model._meta.table_name, {})
            return named.get(value) or str(_("hidden"))
        if isinstance(column, MoneyField) and isinstance(value, int):
            known = self.currencies.get((row.table, column.name), {})
            value = Money(value, known.get(row.record, ""))
        if isinstance(value, Translated):
            value = value.all_languages
        return _short(str(formatter(column, (), {})(value)))


def _is_hidden_part(model: type[Model]) -> bool:
    """Whether the model is of lines that the reader may not see on some record at least."""
    parent = part_of(model)
    if not parent:
        return False
    owner, backref, _upon = record_of(model, parent, "r")
    return backref in hidden_fields(owner)


def _values(ids: list[int]) -> dict[int, Values]:
    value = HistoryValue
    query = value.select(value.history, value.field, value.old, value.new)
    query = query.where(among(value.history, ids)).order_by(value.id)
    found: dict[int, Values] = defaultdict(list)
    for id, *told in query.tuples() if ids else ():
        found[id].append((told[0], told[1], told[2]))
    return dict(found)


def _plain(text: str | None) -> str:
    """A value of which no column says what it is."""
    if text is None:
        return "—"
    try:
        value = json.loads(text)
    except ValueError:
        value = text
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, list):
        value = ", ".join(map(str, value))
    return _short(str(value))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def spoken(rows: Iterable[tuple[Any, ...]]) -> list[Row]:
    """Rows that were read by `COLUMNS`."""
    return [Row(*row) for row in rows]
