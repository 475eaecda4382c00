"""Take a file in: keep it, read its rows into the books, and let the content go."""

import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import peewee

from core.background.files.kept import open_kept
from core.background.jobs.running import progress
from core.data.actor import current_actor
from core.errors import UserError
from core.exchange.drafts import sentence
from core.exchange.problems import Problem, Problems
from core.exchange.sheets.opening import open_sheet
from core.exchange.sheets.rows import Sheet
from core.exchange.uploads.models import CHUNK, COLUMNS, Line, Upload, UploadChunk, stored
from core.formats import format_integer
from core.i18n import _

MOST_ROWS = 200_000
MOST_TEXT = 100_000_000  # characters of all cells
AT_ONCE_ROWS, AT_ONCE_TEXT = 1_000, 2_000_000  # what a page reads while somebody waits
AT_ONCE_BYTES = 20_000_000  # unpacked
LONGEST_NAME = 120


class Faults(Problems):
    """Every fault of a file, in the order in which they are met."""

    def add(self, problem: Problem) -> None:
        self.count += 1
        self.shown.append(problem)

    def take(self) -> list[Problem]:
        found, self.shown = self.shown, []
        return found


class TooLong(Exception):
    """The file has more rows than a page reads while somebody waits."""


@dataclass(frozen=True)
class Taken:
    """The rows of a file, in memory."""

    header: tuple[str, ...]
    lines: list[Line]


def taken(hash: str, name: str, at_once: bool = False) -> Taken:
    """The rows of the content that was kept under `hash`. Raises `UserError` for one that cannot
    be read, and with `at_once` `TooLong` for one that takes long. Call it outside of a transaction.
    """
    with _content(hash) as path:
        if at_once and _weight(path) > AT_ONCE_BYTES:
            raise TooLong
        faults = Faults()
        sheet = open_sheet(path, name, faults)
        if sheet is None:
            raise _unreadable(faults.take())
        lines = list(_lines(sheet, faults, at_once))
    if not lines:
        raise UserError(_("The file holds no rows below its header: choose another."))
    return Taken(sheet.header, lines)


def clean_name(name: str) -> str:
    """What a file is called, without the folders that its sender had it in."""
    name = name.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in name if sign.isprintable())[:LONGEST_NAME].strip() or "?"


def begun(model: str, name: str, hash: str) -> Upload:
    """A new upload, whose content is yet to be read."""
    values = {"owner": current_actor().id, "model": model, "name": name, "content": hash}
    made: Upload = Upload.create(**values)
    return made


def fill(upload: Upload, rows: Taken) -> None:
    """Write the rows of an upload into the books; its content may go."""
    UploadChunk.delete().where(UploadChunk.upload == upload.id).execute()
    for batch in peewee.chunked(_chunks(upload, rows.lines), 20):
        UploadChunk.insert_many(batch).execute()
    values = {
        "header": json.dumps(rows.header, ensure_ascii=False),
        "rows": len(rows.lines),
        "content": None,
        "state": COLUMNS,
    }
    Upload.update(**values).where(Upload.id == upload.id).execute()


def _chunks(upload: Upload, lines: list[Line]) -> Iterator[dict[str, object]]:
    for number, batch in enumerate(peewee.chunked(lines, CHUNK)):
        yield {"upload": upload.id, "number": number, **stored(list(batch))}


def _lines(sheet: Sheet, faults: Faults, at_once: bool) -> Iterator[Line]:
    """The rows of a sheet, and in their places those that cannot be read."""
    text = 0
    most_rows, most_text = (AT_ONCE_ROWS, AT_ONCE_TEXT) if at_once else (MOST_ROWS, MOST_TEXT)
    for rows, (number, cells) in enumerate(sheet.rows(faults), 1):
        yield from _faulty(faults)
        yield Line(number, cells)
        text += sum(map(len, cells))
        if rows > most_rows or text > most_text:
            if at_once:
                raise TooLong
            raise UserError(
                _("A file may hold %(most)s rows: split it.", most=format_integer(MOST_ROWS))
            )
        progress(rows)
    yield from _faulty(faults)


def _faulty(faults: Faults) -> Iterator[Line]:
    found = faults.take()
    for problem in found:
        if not problem.line:
            raise _unreadable(found)
        yield Line(problem.line, [], sentence(problem.reason, problem.cure))


def _unreadable(problems: list[Problem]) -> UserError:
    first = problems[0]
    where = _("line %(number)s", number=first.line) if first.line else ""
    column = f" “{first.column}”" if first.column else ""
    text = sentence(first.reason, first.cure)
    return UserError(f"{where}{column}: {text}" if where else text)


@contextmanager
def _content(hash: str) -> Iterator[Path]:
    """The content as a file of this machine, wherever it is kept."""
    with tempfile.TemporaryDirectory(prefix="karvon-import-") as folder:
        path = Path(folder) / "content"
        try:
            with open_kept(hash) as source, path.open("wb") as target:
                shutil.copyfileobj(source, target)
        except FileNotFoundError:
            raise UserError(_("The file is not here any more: send it again.")) from None
        yield path


def _weight(path: Path) -> int:
    """Bytes of the file, of an archive unpacked."""
    size = path.stat().st_size
    with suppress(zipfile.BadZipFile), zipfile.ZipFile(path) as archive:
        size = max(size, sum(entry.file_size for entry in archive.infolist()))
    return size
