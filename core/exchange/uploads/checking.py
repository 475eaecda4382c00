"""What is chosen and corrected in an upload before its rows are written."""

import json
import secrets
from collections import Counter
from typing import Any

from core.data.fields import now
from core.errors import UserError
from core.exchange.uploads.models import (
    CHECKED,
    COLUMNS,
    LEFT_OUT,
    RUNNING,
    UNKNOWN,
    Upload,
    UploadChunk,
    chunks_of,
    keep,
    lines_in,
    lock,
    written,
)
from core.exchange.uploads.others import Others
from core.exchange.uploads.places import Places, places_of
from core.exchange.uploads.planning import Planner
from core.i18n import _
from core.modules.registry import current_registry

AT_ONCE = 1_000  # rows that a page waits for; more of them are a job


def places_for(upload: Upload) -> Places:
    return places_of(current_registry().model(str(upload.model)))


def chosen(upload: Upload, places: Places, names: list[str], key: str) -> dict[str, Any]:
    """The mapping that somebody chose, if it can be used; else a `UserError`."""
    if len(names) != len(upload.columns):
        raise UserError(_("Say for each column what it holds, or leave it out."))
    used = [name for name in names if name]
    if unknown := [name for name in used if name not in places.by_name]:
        raise UserError(_("There is no field %(name)s: choose another.", name=unknown[0]))
    if twice := [name for name, times in Counter(used).items() if times > 1]:
        title = places.by_name[twice[0]].title
        raise UserError(_("Two columns go into “%(title)s”: leave one out.", title=title))
    if not used:
        raise UserError(_("Choose at least one column to be imported."))
    if key and key not in {name.replace(".1.", ".") for name in used}:
        raise UserError(_("Records can only be found by a column that is imported."))
    if key and key not in places.key_titles():
        raise UserError(_("Records cannot be found by this field: choose another."))
    return {"places": names, "key": key}


def planner_for(upload: Upload, is_whole: bool = True) -> Planner:
    """What plans the rows of an upload; without the whole of it, rows are not compared with each
    other.
    """
    places, mapping = places_for(upload), upload.map
    # What was chosen may be hidden from its owner since.
    names = [name if name in places.by_name else "" for name in mapping["places"]]
    others = Others(places, names, mapping["key"])
    if is_whole:
        for chunk in chunks_of(upload):
            others.add(lines_in(chunk))
    return Planner(places, names, mapping["key"], others)


def settle(upload: Upload) -> None:
    """Count the verdicts as they stand now; the upload is checked."""
    counts: Counter[str] = Counter()
    query = UploadChunk.select(UploadChunk.verdicts).where(UploadChunk.upload == upload.id)
    for (verdicts,) in query.tuples():
        counts.update(verdicts)
    state = CHECKED if upload.state in (COLUMNS, CHECKED) else upload.state
    upload.counts, upload.state = json.dumps(counts), state
    values = {"counts": upload.counts, "state": state, "mapping": upload.mapping}
    Upload.update(**values).where(Upload.id == upload.id).execute()


def correct(upload: Upload, column: int, was: str | None, new: str, number: int | None) -> set[int]:
    """Write `new` into a cell of one line, or into all cells of a column that hold `was`; answers
    the numbers of the lines.
    """
    require_open(upload)
    lock(upload)
    changed: set[int] = set()
    for chunk in chunks_of(upload):
        lines, before = lines_in(chunk), len(changed)
        for line in lines:
            is_meant = line.number == number if number is not None else not line.is_left_out
            is_here = chunk.done is None and is_meant and column < len(line.cells)
            if is_here and (was is None or line.cells[column] == was):
                line.cells[column] = new
                line.verdict = UNKNOWN
                changed.add(line.number)
        if len(changed) > before:
            keep(chunk, lines)
    return changed


def leave_out(upload: Upload, numbers: set[int] | None, is_left_out: bool = True) -> None:
    """Leave rows out, or take them in again: those with the numbers, or all with problems."""
    require_open(upload)
    lock(upload)
    for chunk in chunks_of(upload):
        lines = lines_in(chunk)
        meant = [
            line
            for line in lines
            if (line.number in numbers if numbers is not None else line.problems)
            and (numbers is not None or any(bad for _c, _t, bad in line.problems))
        ]
        for line in meant if chunk.done is None else ():
            line.is_left_out = is_left_out
            line.verdict = LEFT_OUT if is_left_out else UNKNOWN
        if meant and chunk.done is None:
            keep(chunk, lines)


def require_open(upload: Upload) -> None:
    """Raise `UserError` unless the rows of an upload can still be changed."""
    if upload.state not in (COLUMNS, CHECKED, RUNNING):
        raise UserError(_("This import has ended: send the file again to import it anew."))


def is_written(upload: Upload) -> bool:
    """Whether some of the rows are records already."""
    return any(written(chunk) for chunk in chunks_of(upload))


def _new_tag() -> str:
    """A name that no import had before: SQLite gives the number of a forgotten one again."""
    return f"i{secrets.token_urlsafe(5)}"


def begin(upload: Upload) -> None:
    """Take an upload for writing; `UserError` where somebody else has it, or it is not ready."""
    counts = upload.tally
    if upload.state not in (CHECKED, RUNNING):
        raise UserError(_("This import has ended: send the file again to import it anew."))
    if counts.get("!", 0) or counts.get(UNKNOWN, 0):
        raise UserError(_("Some rows have errors: correct them or leave them out, then import."))
    if not counts.get("c", 0) + counts.get("u", 0):
        raise UserError(_("No row would make or change a record: there is nothing to import."))
    mine = (Upload.id == upload.id) & (Upload.state == upload.state)
    values = {"state": RUNNING, "tag": upload.tag or _new_tag(), "started_at": now()}
    if not Upload.update(**values).where(mine).execute():
        raise UserError(_("This import is being written already: look at it again."))
    for name, value in values.items():
        setattr(upload, name, value)
