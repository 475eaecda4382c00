"""Write the rows of an upload: short ones all or none, long ones chunk by chunk."""

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import peewee

from core.background.jobs.running import progress
from core.data.audit import note
from core.data.database import transaction
from core.data.fields import now
from core.data.history import tagged
from core.data.rows import among
from core.data.search import indexing_once
from core.errors import UserError
from core.exchange.uploads.checking import planner_for, settle
from core.exchange.uploads.models import (
    CHECKED,
    DONE,
    Upload,
    UploadChunk,
    Written,
    chunks_of,
    keep,
    lines_in,
    written,
)
from core.exchange.uploads.rows import REFUSALS, RowsWriter
from core.i18n import _

ROWS_AT_ONCE = 500


class Refused(Exception):
    """Takes back what was written: rows that the database or a rule refused, told in `plans`."""

    def __init__(self, chunk: UploadChunk, lines: Any) -> None:
        super().__init__()
        self.chunk, self.lines = chunk, lines


class Writer:
    """Writes one upload, whose rows were checked and which was begun."""

    def __init__(self, upload: Upload) -> None:
        self.upload = upload
        self.planner = planner_for(upload)
        self.planner.doubtful = set()  # said when the rows were checked
        self.model = self.planner.model
        self.rows_writer = RowsWriter(self.planner)
        self.rows = 0

    def prepared(self) -> list[Callable[[], None]]:
        """What writes each chunk that is not written yet: planned now, outside of a transaction."""
        return [self._prepare(chunk) for chunk in chunks_of(self.upload) if chunk.done is None]

    def write_all(self, steps: list[Callable[[], None]]) -> bool:
        """Write the chunks within the caller's transaction, all or none; whether they stand."""
        try:
            with transaction(), tagged(str(self.upload.tag)), indexing_once():
                for step in steps:
                    step()
                self._finish()
        except Refused as refused:
            self._tell(refused)
            Upload.update(state=CHECKED).where(Upload.id == self.upload.id).execute()
            return False
        return True

    def write_long(self) -> bool:
        """Write chunk by chunk, each with its own end: whoever is stopped goes on where it was."""
        for chunk in chunks_of(self.upload):
            if chunk.done is None:
                step = self._prepare(chunk)
                try:
                    with transaction(), tagged(str(self.upload.tag)), indexing_once():
                        step()
                except Refused as refused:
                    with transaction():
                        self._tell(refused)
                    return False
            self.rows += len(chunk.verdicts)
            progress(self.rows, int(self.upload.rows))
        with transaction(), tagged(str(self.upload.tag)), indexing_once():
            self._finish()
        return True

    def _prepare(self, chunk: UploadChunk) -> Callable[[], None]:
        lines = lines_in(chunk)
        plans = self.planner.plan(lines)

        def step() -> None:
            if any(plan.is_bad for plan in plans):
                raise Refused(chunk, lines)
            self._claim(chunk)
            try:
                with transaction():
                    done = self.rows_writer.write(plans)
            except REFUSALS:
                self.rows_writer.blame(plans)
                raise Refused(chunk, lines) from None
            verdicts = "".join(line.verdict for line in lines)
            values = {"done": json.dumps(done), "verdicts": verdicts}
            UploadChunk.update(**values).where(UploadChunk.id == chunk.id).execute()

        return step

    def _claim(self, chunk: UploadChunk) -> None:
        """Take a chunk that is as it was read; who comes second waits here and is refused."""
        mine = (UploadChunk.id == chunk.id) & (UploadChunk.lines == chunk.lines)
        query = UploadChunk.update(done="[]").where(mine, UploadChunk.done.is_null())
        if not query.execute():
            raise UserError(_("This import is being written already: look at it again."))

    def _tell(self, refused: Refused) -> None:
        """Keep what the rows of a chunk were refused for; the caller's transaction was left."""
        keep(refused.chunk, refused.lines)
        settle(self.upload)

    def _finish(self) -> None:
        """Set the references between rows of the file, and close the import."""
        done, counts = [], Counter[str]()
        for chunk in chunks_of(self.upload):
            done += written(chunk)
            counts.update(str(chunk.verdicts))
        self._link(done)
        values = {"state": DONE, "ended_at": now(), "counts": json.dumps(counts)}
        Upload.update(**values).where(Upload.id == self.upload.id).execute()
        told = [("file", None, self.upload.name), ("rows", None, len(done))]
        under = (self.model._meta.table_name, 0)
        note("import", (Upload._meta.table_name, self.upload.id), told, under=under)

    def _link(self, done: list[Written]) -> None:
        records = {each.line: each.record for each in done}
        waiting = {each.record: each.later for each in done if each.later}
        for batch in peewee.chunked(sorted(waiting), ROWS_AT_ONCE):
            for record in self.model.select().where(among(self.model.id, batch)):
                later = waiting[record.id]
                record.change({n: records[line] for n, line in later.items() if line in records})
