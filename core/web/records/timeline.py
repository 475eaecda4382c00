"""The timeline of a record: what was done to it, newest first, in the words of its reader."""

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, timedelta
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from peewee import Field, ForeignKeyField, fn

from core.access.models import User
from core.attached.files.models import Attachment
from core.data import history
from core.data.actor import current_actor
from core.data.fields import now
from core.data.history import History, HistoryValue, value_or_text
from core.data.model import Model
from core.data.translated import Translated
from core.exchange.names import hidden_fields, names_of
from core.formats import format_date, format_time, local_time
from core.i18n import _
from core.modules.registry import current_registry
from core.web.cells import formatter
from core.web.records import amounts
from core.web.records.details import title_of
from core.web.records.entries import DONE, SAID, Entry, sentences
from core.web.records.first_texts import first_texts
from core.web.records.spoken import TABLE as SPOKEN
from core.web.records.spoken import Spoken
from core.web.records.told_files import said_of_file
from core.web.shell import initials, tone

ENTRIES = 20
LONGEST = 200  # letters of one value
LARGEST_ID = 2**63
FILES = Attachment._meta.table_name


class Timeline:
    """Entries about one record of `view.model`, which the reader is known to reach: the newest, or
    those before the one with the id `before`. `day` is the last day that stands above already;
    `restorable` names the fields that may be given back what they held.
    """

    def __init__(
        self,
        view: Any,
        id: int,
        before: int | None = None,
        day: str = "",
        restorable: frozenset[str] = frozenset(),
    ) -> None:
        self.view = view
        self.restorable = restorable
        self.id = id
        self.before = before if before is not None and abs(before) < LARGEST_ID else None
        self.day = day
        self.models = {view.model._meta.table_name: view.model, **self._parts()}
        self.fields = {table: self._fields(model) for table, model in self.models.items()}
        self.fields[FILES] = {}

    def page(self) -> dict[str, Any]:
        """The context `history` of the template."""
        found = self._entries()
        entries, more = found[:ENTRIES], len(found) > ENTRIES
        words, spoken = Words(self, entries), Spoken(entries, self.view.model, self.id)
        shown = []
        for (actor, at, _request), some in groupby(entries, key=_same_moment):
            lines = [
                line
                for entry in some
                for line in (spoken.lines(entry) if entry.table == SPOKEN else words.lines(entry))
            ]
            if lines:
                shown.append({**words.who(actor), **self._when(at), "lines": lines})
        earlier = ""
        if more:
            place = urlencode({"before": entries[-1].id, "day": self.day})
            earlier = f"{self.view.list_url}{self.id}/history?{place}"
        url = f"{self.view.list_url}{self.id}"
        return {"entries": shown, "earlier": earlier, "url": url}

    def _parts(self) -> dict[str, type[Model]]:
        hidden = hidden_fields(self.view.model)
        parts = current_registry().parts(self.view.model).items()
        return {part._meta.table_name: part for name, part in parts if name not in hidden}

    def _fields(self, model: type[Model]) -> dict[str, Field]:
        hidden = hidden_fields(model)
        known = current_registry().open_fields(model).items()
        return {name: column for name, column in known if name not in hidden}

    def _entries(self) -> list[Entry]:
        """One more than are shown, where there are so many."""
        row = History
        query = self._told(
            row.select(row.id, row.at, row.actor, row.request, row.model, row.record, row.action)
        )
        if self.before is not None:
            query = query.where(row.id < self.before)
        found = query.order_by(row.id.desc()).limit(ENTRIES + 1).tuples()
        entries = {values[0]: Entry(*values) for values in found}
        value = HistoryValue
        columns = (value.field, value.old, value.new, value.id)
        query = value.select(value.history, value.salt, *columns)
        query = query.where(value.history.in_(list(entries))).order_by(value.id)
        for id, salt, *change in query.tuples() if entries else ():
            entries[id].take(salt, *change)
        return list(entries.values())

    def _told(self, query: Any) -> Any:
        """`query` over the history of this record, without the parts that are hidden. SQLite gives
        the id of a deleted record again: what was told before this one was made is of another.
        """
        table = self.view.model._meta.table_name
        mine = (History.root_model == table) & (History.root_record == self.id)
        made = History.select(fn.MAX(History.id)).where(
            mine, History.model == table, History.action == history.CREATE
        )
        since = History.id >= fn.COALESCE(made, 0)
        tables = [*self.models, SPOKEN, FILES]
        said = (History.model != table) | History.action.in_(SAID)
        return query.where(mine, since, History.model.in_(tables), said)

    def later_values(self, records: Iterable[int]) -> dict[tuple[str, int], list[Any]]:
        """{(table, id): [(id in the history, action, field, old text)]} of what became of the lines
        with these ids, the oldest first.
        """
        columns = (History.model, History.record, History.id, History.action)
        query = HistoryValue.select(*columns, HistoryValue.field, HistoryValue.old).join(History)
        query = self._told(query).where(History.record.in_(list(records)))
        found: dict[tuple[str, int], list[Any]] = defaultdict(list)
        for table, record, *change in query.order_by(HistoryValue.id).tuples():
            found[table, record].append(change)
        return found

    def _when(self, at: Any) -> dict[str, Any]:
        local, today = local_time(at), local_time(now()).date()
        day = local.date()
        heading: Any = ""
        if day.isoformat() != self.day:
            self.day = day.isoformat()
            near = {today: _("Today"), today - timedelta(days=1): _("Yesterday")}
            heading = near.get(day) or format_date(day)
        return {"day": heading, "time": format_time(local), "at": at.astimezone(UTC).isoformat()}


def _same_moment(entry: Entry) -> tuple[Any, ...]:
    """What one person did in one step is told together."""
    return entry.actor, entry.at, entry.request


class Words:
    """Says the entries of one page; what they refer to is looked up once, for all of them."""

    def __init__(self, timeline: Timeline, entries: list[Entry]) -> None:
        self.timeline = timeline
        self.table = timeline.view.model._meta.table_name
        self.parts = timeline.models.keys() - {self.table}
        self.people = names_of(User, {e.actor for e in entries if e.actor is not None})
        self.made = self._made(entries)
        self.names = self._names(entries)

    def _made(self, entries: list[Entry]) -> dict[int, dict[str, Any]]:
        """{id of the entry: {field: value}} of each line whose making is told, as it was then."""
        made = [e for e in entries if e.action == history.CREATE and e.table in self.parts]
        later = self.timeline.later_values({e.record for e in made}) if made else {}
        standing = {
            table: self._standing(table, {e.record for e in made if e.table == table})
            for table in {e.table for e in made}
        }
        found = {}
        for entry in made:
            texts, is_gone = first_texts(later.get((entry.table, entry.record), ()), entry.id)
            row = {} if is_gone else standing[entry.table].get(entry.record, {})
            found[entry.id] = {**row, **self._read(entry.table, texts)}
        return found

    def _standing(self, table: str, ids: set[int]) -> dict[int, dict[str, Any]]:
        model, fields = self.timeline.models[table], self.timeline.fields[table]
        rows = model.select(model.id, *fields.values()).where(model.id.in_(sorted(ids)))
        return {id: dict(zip(fields, values, strict=True)) for id, *values in rows.tuples()}

    def _read(self, table: str, texts: dict[str, str | None]) -> dict[str, Any]:
        fields = self.timeline.fields[table]
        return {name: value_or_text(fields[name], t) for name, t in texts.items() if name in fields}

    def _names(self, entries: list[Entry]) -> dict[type[Model], dict[Any, str]]:
        wanted: dict[type[Model], set[Any]] = defaultdict(set)
        entries = [entry for entry in entries if entry.table != SPOKEN]
        told = [(e.table, name, _both(old, new)) for e in entries for name, old, new, _ in e.values]
        tables = {entry.id: entry.table for entry in entries}
        told += [(tables[id], n, {v}) for id, row in self.made.items() for n, v in row.items()]
        for table, name, values in told:
            column = self.timeline.fields[table].get(name)
            if isinstance(column, ForeignKeyField):
                wanted[column.rel_model] |= values - {None}
        return {model: names_of(model, ids) for model, ids in wanted.items()}

    def who(self, actor: int | None) -> dict[str, Any]:
        reader = current_actor()
        if actor is None:
            name: Any = _("The system")
        elif actor == reader.id:
            name = reader.name
        else:
            name = self.people.get(actor) or _("Somebody")
        return {"who": name, "initials": initials(str(name)), "tone": tone(actor)}

    def lines(self, entry: Entry) -> list[dict[str, Any]]:
        """What an entry says: {text} or {text, old, new} each; nothing where all is hidden."""
        if entry.table == FILES:
            return [{"text": said_of_file(entry.action, entry.values)}]
        is_part = entry.table != self.table
        if is_part and entry.action in (history.CREATE, history.DELETE):
            return [{"text": self._come_or_gone(entry)}]
        if (said := sentences(entry)) is not None:
            return [{"text": text} for text in said]
        is_told = not is_part and entry.action != history.UPDATE
        lines: list[dict[str, Any]] = [{"text": DONE[entry.action]}] if is_told else []
        lines += [
            {
                "text": self._label(entry.table, name),
                "old": self._said(entry, name, old),
                "new": self._said(entry, name, new),
                "restores": id if not is_part and name in self.timeline.restorable else None,
            }
            for name, old, new, id in entry.values
            if name in self.timeline.fields[entry.table]
        ]
        gone = [n for n in entry.erased if n in self.timeline.fields[entry.table]]
        if gone:
            named = ", ".join(self._label(entry.table, name) for name in gone)
            lines.append({"text": _("Erased: %(fields)s", fields=named)})
        return lines

    def _come_or_gone(self, entry: Entry) -> Any:
        fields = self.timeline.fields[entry.table]
        if entry.action == history.CREATE:
            held = self.made[entry.id]
        else:
            held = self._read(entry.table, {name: old for name, old, *_ in entry.values})
        known = {n: amounts.beside(f, held, n) for n, f in fields.items() if n in held}
        said = [str(self._shown(fields[n], v)) for n, v in known.items() if v not in NOTHING]
        what, line = title_of(self.timeline.models[entry.table]), " · ".join(said) or "—"
        if entry.action == history.CREATE:
            return _("%(what)s: added %(line)s", what=what, line=line)
        return _("%(what)s: removed %(line)s", what=what, line=line)

    def _label(self, table: str, name: str) -> str:
        if table == self.table:
            return str(self.timeline.view.label(name))
        label = self.timeline.fields[table][name].verbose_name or name.replace("_", " ")
        return f"{title_of(self.timeline.models[table])} · {label}"

    def _said(self, entry: Entry, name: str, text: str | None) -> str:
        column = self.timeline.fields[entry.table][name]
        value = amounts.of_record(column, value_or_text(column, text), entry.record)
        return "—" if value in NOTHING else self._shown(column, value)

    def _shown(self, column: Field, value: Any) -> str:
        if isinstance(column, ForeignKeyField):
            return self.names[column.rel_model].get(value) or str(_("hidden"))
        if isinstance(value, Translated):
            value = value.all_languages
        said = str(formatter(column, (), {})(value))
        return said if len(said) <= LONGEST else f"{said[:LONGEST]}…"


NOTHING = (None, "")


def _both(old: str | None, new: str | None) -> set[Any]:
    return {json.loads(text) for text in (old, new) if text is not None}
