"""Take back all that an import wrote, but for what somebody else has worked on since."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import peewee
from peewee import ForeignKeyField

from core.access.decisions import can
from core.access.lines import part_of
from core.attached.models import Comment
from core.background.jobs.running import progress
from core.data import history
from core.data.actor import current_actor, system
from core.data.audit import note
from core.data.database import transaction
from core.data.fields import now
from core.data.history import History, HistoryValue, tagged, value_of
from core.data.rows import among
from core.data.scope import in_reach
from core.data.search import indexing_once
from core.errors import UserError
from core.exchange.uploads.models import (
    CREATE,
    DONE,
    RUNNING,
    SAME,
    UNDOING,
    UNDONE,
    Upload,
    UploadChunk,
    Written,
    chunks_of,
    written,
)
from core.i18n import Text, _
from core.modules.registry import current_registry


@dataclass(frozen=True)
class Obstacle:
    """What stands in the way of undoing one record: who did what, and when."""

    record: int
    who: str
    at: datetime | None
    what: Text


@dataclass
class Trace:
    """What the import did to one record: the fields it changed, with their old values, and the
    lines that it added to its parts.
    """

    since: int = 0
    old: dict[str, str | None] = field(default_factory=dict)
    lines: set[tuple[str, int]] = field(default_factory=set)


class Undoing:
    """Undoes one import for the current actor."""

    def __init__(self, upload: Upload) -> None:
        self.upload = upload
        self.tag = str(upload.tag)
        self.model = current_registry().model(str(upload.model))
        self.table = self.model._meta.table_name

    def obstacles(self) -> list[Obstacle]:
        """All that stands in the way, record by record."""
        found: list[Obstacle] = []
        for chunk in chunks_of(self.upload):
            found += self._obstacles(_wrote(chunk))
        return found

    def undo(self) -> int:
        """Undo what nothing stands in the way of, a chunk at a time; answers what is left."""
        left = done = 0
        for chunk in reversed(list(chunks_of(self.upload))):
            wrote = _wrote(chunk)
            with transaction(), tagged(f"u{self.tag[1:]}"), indexing_once():
                stuck = {each.record for each in self._obstacles(wrote)}
                self._undo([each for each in wrote if each.record not in stuck])
                rest = [each for each in wrote if each.record in stuck]
                values = {"done": json.dumps(rest)}
                UploadChunk.update(**values).where(UploadChunk.id == chunk.id).execute()
            left += len(rest)
            done += len(chunk.verdicts)
            progress(done, int(self.upload.rows))
        end = {"state": UNDONE, "ended_at": now()}
        with transaction():
            Upload.update(**end).where(Upload.id == self.upload.id).execute()
            told = [("file", None, self.upload.name), ("left", None, left)]
            about = (Upload._meta.table_name, self.upload.id)
            note("undo_import", about, told, under=(self.table, 0))
        return left

    def _obstacles(self, wrote: list[Written]) -> list[Obstacle]:
        ids = [each.record for each in wrote]
        if not ids:
            return []
        created = {each.record for each in wrote if each.verdict == CREATE}
        traces = self._traces(ids)
        found: dict[int, Obstacle] = {}
        for row, fields in self._later(traces):
            if self._is_in_the_way(row, fields, row.root_record in created, traces):
                what = _COMMENTED if row.model in _TALK else _ACTIONS.get(row.action, _CHANGED)
                found[row.root_record] = Obstacle(row.root_record, row.actor_name, row.at, what)
        changed = {each.record for each in wrote if each.verdict != CREATE}
        reach = self._reached(created, changed)
        for id in ids:
            if id not in reach and self._is_there(id):  # of such a one nothing else is told
                found[id] = Obstacle(id, "", None, _("out of your reach"))
        return [found[id] for id in sorted(found)]

    def _reached(self, created: Iterable[int], changed: Iterable[int]) -> set[int]:
        """Those that may be undone: who may change none takes back what they made all the same."""
        if can(current_actor(), "u", self.model):
            return in_reach(self.model, {*created, *changed}, "u")
        return in_reach(self.model, created, "r")

    def _is_there(self, id: int) -> bool:
        with system("an undo asks whether a record is gone"):
            return bool(self.model.select().where(self.model.id == id).exists())

    def _traces(self, ids: list[int]) -> dict[int, Trace]:
        found: dict[int, Trace] = defaultdict(Trace)
        query = History.select(History, HistoryValue).join(
            HistoryValue, peewee.JOIN.LEFT_OUTER, on=(HistoryValue.history == History.id)
        )
        mine = query.where(
            History.root_model == self.table, among(History.root_record, ids),
            History.request == self.tag,
        ).order_by(History.id)  # fmt: skip
        for row in mine.objects():
            trace = found[row.root_record]
            trace.since = trace.since or row.id
            if row.model != self.table:
                trace.lines.add((row.model, row.record))
            elif row.action == history.UPDATE and row.field:
                trace.old.setdefault(row.field, row.old)
        return found

    def _later(self, traces: dict[int, Trace]) -> list[tuple[Any, set[str]]]:
        """(row, fields) of what others did to the records after the import."""
        if not traces:
            return []
        query = History.select().where(
            History.root_model == self.table, among(History.root_record, traces),
            History.id > min(trace.since for trace in traces.values()),
            History.request != self.tag,
        ).order_by(History.id)  # fmt: skip
        rows = [row for row in query if row.id > traces[row.root_record].since]
        fields: dict[int, set[str]] = defaultdict(set)
        values = HistoryValue.select(HistoryValue.history, HistoryValue.field)
        for id, name in values.where(among(HistoryValue.history, [r.id for r in rows])).tuples():
            fields[id].add(name)
        return [(row, fields[row.id]) for row in rows]

    def _is_in_the_way(
        self, row: Any, fields: set[str], is_created: bool, traces: dict[int, Trace]
    ) -> bool:
        if row.request == f"u{self.tag[1:]}":
            return False
        trace = traces[row.root_record]
        if row.model == self.table:
            return is_created or row.action != history.UPDATE or bool(fields & trace.old.keys())
        return is_created or (row.model, row.record) in trace.lines

    def _undo(self, wrote: list[Written]) -> None:
        created = sorted(each.record for each in wrote if each.verdict == CREATE)
        changed = [each.record for each in wrote if each.verdict != CREATE]
        with system("an import is undone, by whoever may change its records"):
            if changed:
                self._give_back(changed)
            if created:
                self._remove(created)

    def _give_back(self, ids: list[int]) -> None:
        traces, parts = self._traces(ids), current_registry().parts(self.model)
        lines: dict[str, list[int]] = defaultdict(list)
        for trace in traces.values():
            for table, id in trace.lines:
                lines[table].append(id)
        for part in parts.values():
            if gone := lines.get(part._meta.table_name):
                part.delete().where(among(part.id, gone)).execute()
        fields = self.model._meta.fields
        for record in self.model.select().where(among(self.model.id, ids)):
            old = traces[record.id].old
            record.change({n: value_of(fields[n], text) for n, text in old.items() if n in fields})

    def _remove(self, ids: list[int]) -> None:
        """Delete what the import made; what others refer to is archived."""
        for column in self.model._meta.sorted_fields:
            if isinstance(column, ForeignKeyField) and column.rel_model is self.model:
                held = among(self.model.id, ids) & column.is_null(False)
                if column.null:
                    self.model.update(**{column.name: None}).where(held).execute()
        if not self._deleted(ids):
            for id in reversed(ids):
                if not self._deleted([id]) and (record := self.model.get_or_none(id)) is not None:
                    record.archive()

    def _deleted(self, ids: list[int]) -> bool:
        try:
            with transaction():
                for part in current_registry().parts(self.model).values():
                    key = part._meta.fields[part_of(part)]
                    part.delete().where(among(key, ids)).execute()
                self.model.delete().where(among(self.model.id, ids)).execute()
        except peewee.IntegrityError:
            return False
        return True


_TALK = (Comment._meta.table_name,)
_COMMENTED, _CHANGED = _("commented"), _("changed")
_ACTIONS: dict[str, Text] = {
    history.ARCHIVE: _("archived"),
    history.RESTORE: _("restored"),
    history.DELETE: _("deleted"),
}


def _wrote(chunk: UploadChunk) -> list[Written]:
    return [each for each in written(chunk) if each.verdict != SAME]


def begin_undo(upload: Upload) -> None:
    """Take an upload for undoing; `UserError` where there is nothing to undo or somebody has it."""
    if upload.state not in (DONE, RUNNING, UNDONE, UNDOING):
        raise UserError(_("Nothing of this file was imported: there is nothing to undo."))
    mine = (Upload.id == upload.id) & (Upload.state == upload.state)
    if not Upload.update(state=UNDOING).where(mine).execute():
        raise UserError(_("This import is being written already: look at it again."))
    upload.state = UNDOING
