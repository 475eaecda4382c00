"""Read the first sheet of an XLSX workbook row by row, as the text that a CSV file would hold."""

import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from defusedxml.common import DefusedXmlException
from openpyxl.utils.exceptions import InvalidFileException

from core.exchange.problems import Problem, Problems
from core.exchange.sheets.rows import MOST_COLUMNS, Row, Sheet, damaged, is_sound
from core.i18n import _

MOST_FILES = 2_000
MOST_BYTES = 600_000_000  # unpacked: about a million rows
HIGHEST_RATIO = 300  # XML packs well: a sheet of one value a thousandfold
SMALL = 20_000_000  # bytes unpacked that are harmless at any ratio
HEAD, DOCTYPE = 65_536, "<!DOCTYPE"  # expat itself bounds what comes after so much else
FAULTS = (
    *(zipfile.BadZipFile, InvalidFileException, ParseError, DefusedXmlException),
    *(KeyError, ValueError, TypeError, AttributeError, IndexError, OSError, EOFError),
)


@dataclass(frozen=True)
class Workbook(Sheet):
    """An XLSX file whose header could be read."""

    def rows(self, problems: Problems) -> Iterator[Row]:
        """The rows below the header, empty ones left out; what is damaged is told."""
        width = len(self.header)
        try:
            for line, cells in _cells(self):
                if problems.is_full:
                    return
                if line == 1 or not any(cells):
                    continue
                if any(cells[width:]):
                    problems.add(
                        Problem(self.name, _("a cell stands outside the columns of the header"),
                                _("Name its column in the first line, or empty it"), line)
                    )  # fmt: skip
                    continue
                yield line, [*cells[:width], *[""] * (width - len(cells))]
        except FAULTS:
            problems.add(damaged(self.name))


def open_workbook(sheet: Sheet, problems: Problems) -> Workbook | None:
    """The workbook in a file, or None when it is none, or one that would fill the memory."""
    try:
        if not _is_modest(sheet):
            problems.add(
                Problem(sheet.name, _("unpacked, the file would be far too large"),
                        _("Split it, or save it as CSV in UTF-8"))
            )  # fmt: skip
            return None
        line, cells = next(_cells(sheet), (1, []))
    except FAULTS:
        problems.add(damaged(sheet.name))
        return None
    header = [cell.strip() for cell in cells]
    while header and not header[-1]:
        header.pop()
    if not header:
        problems.add(
            Problem(sheet.name, _("the first sheet holds no header"),
                    _("Write the names of the columns into its first line"), 1)
        )  # fmt: skip
        return None
    if not is_sound(tuple(header), line, sheet.name, problems):
        return None
    return Workbook(sheet.path, sheet.name, tuple(header))


def _is_modest(sheet: Sheet) -> bool:
    """Whether the archive unpacks to what a machine can hold."""
    with zipfile.ZipFile(sheet.path) as archive:
        entries = archive.infolist()
        if len(entries) <= MOST_FILES and any(_declares(archive, entry) for entry in entries):
            raise zipfile.BadZipFile("entities are declared, as no spreadsheet program does")
    size = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    if len(entries) > MOST_FILES or size > MOST_BYTES:
        return False
    return size <= SMALL or size / packed <= HIGHEST_RATIO


def _declares(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    """Whether a file of the archive begins with a document type, in which entities stand."""
    with archive.open(entry) as file:
        start = file.read(HEAD)
    return any(DOCTYPE.encode(code) in start for code in ("ascii", "utf-16-le", "utf-16-be"))


def _cells(sheet: Sheet) -> Iterator[Row]:
    """Every row of the first sheet from its first line on, as texts."""
    with (
        sheet.path.open("rb") as file,  # of a path openpyxl would ask what it is called
        closing(openpyxl.load_workbook(file, read_only=True, data_only=True)) as book,
    ):
        first = book.worksheets[0]
        first.reset_dimensions()  # what the file says of its size is often wrong
        for line, row in enumerate(first.iter_rows(values_only=True, max_col=MOST_COLUMNS + 1), 1):
            yield line, [_text(value) for value in islice(row, MOST_COLUMNS + 1)]


def _text(value: Any) -> str:
    """A value as it would stand in a CSV file."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        # 998901234567.0 is a telephone; 0.1 + 0.2 was typed as 0.3
        return f"{Decimal(format(value, '.15g')):f}" if value == value else ""
    if isinstance(value, datetime):
        midnight = value.time() == time(0)
        return f"{value:%Y-%m-%d}" if midnight else f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
