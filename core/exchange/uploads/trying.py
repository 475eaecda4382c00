"""Try every row of an upload without keeping any, and note what each would do."""

from collections.abc import Iterable, Iterator

from core.background.jobs.running import progress
from core.data.database import transaction
from core.exchange.uploads.checking import AT_ONCE, planner_for, settle
from core.exchange.uploads.models import Line, Upload, UploadChunk, chunks_of, keep, lines_in, lock
from core.exchange.uploads.rows import RowsWriter


def check(upload: Upload) -> None:
    """Try all rows that are not written yet, and keep their verdicts; none of them is written."""
    planner, done = planner_for(upload), 0
    rows = RowsWriter(planner)
    results: list[tuple[UploadChunk, list[Line]]] = []
    for chunk in chunks_of(upload):
        lines = lines_in(chunk)
        if chunk.done is None:
            rows.try_out(planner.plan(lines))
            results.append((chunk, lines))
        done += len(lines)
        progress(done, int(upload.rows))
    with transaction():
        lock(upload)
        for chunk, lines in results:
            keep(chunk, lines)  # what was corrected meanwhile is tried by whoever did so
        settle(upload)


def plan_again(upload: Upload, changed: Iterable[int]) -> None:
    """Plan some lines anew, by their numbers; in a short file all of them, for what one row says
    can depend on another.
    """
    if upload.rows <= AT_ONCE:
        check(upload)
        return
    planner, wanted = planner_for(upload, is_whole=False), set(changed)
    rows = RowsWriter(planner)
    for chunk, lines in _holding(upload, wanted):
        rows.try_out(planner.plan(line for line in lines if line.number in wanted))
        keep(chunk, lines)
    settle(upload)


def _holding(upload: Upload, wanted: set[int]) -> Iterator[tuple[UploadChunk, list[Line]]]:
    for chunk in chunks_of(upload):
        lines = lines_in(chunk)
        if chunk.done is None and any(line.number in wanted for line in lines):
            yield chunk, lines
