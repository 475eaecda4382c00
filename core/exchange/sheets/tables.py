"""Read a CSV file row by row, whatever is in it: each row with its line, each fault as a problem.

Comma, semicolon or tab, as the first line has more of; UTF-8 with or without its mark; either
kind of line end. The file is never held in memory as a whole.
"""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from core.exchange.exports.cells import as_written
from core.exchange.problems import Problem, Problems
from core.exchange.sheets.rows import Row, Sheet, damaged, is_sound, unreadable
from core.formats import format_integer
from core.i18n import Text, _

DELIMITERS = (",", ";", "\t")
LONGEST_LINE = 4_000_000  # bytes
MARK = b"\xef\xbb\xbf"
STRANGERS = {
    b"\xff\xfe": _("this is text in UTF-16, no CSV file"),
    b"\xfe\xff": _("this is text in UTF-16, no CSV file"),
    b"\xd0\xcf\x11\xe0": _(
        "this is a spreadsheet of the old kind (xls) or one with a password, no CSV file"
    ),
}
CONTROL = bytes(sign for sign in range(32) if sign not in b"\t\n\v\f\r\x1b\x1f")
PDF = b"%PDF-"
SAVE_AS = _("Save it as CSV in UTF-8")


@dataclass(frozen=True)
class Table(Sheet):
    """A CSV file whose header could be read."""

    delimiter: str = ","

    def rows(self, problems: Problems) -> Iterator[Row]:
        """The rows below the header that are whole; empty ones are left out."""
        try:
            with self.path.open("rb") as file:
                for line, cells in _Reader(file, self.name, self.delimiter, problems).rows():
                    if line == 1 or problems.is_full:
                        continue
                    if len(cells) == len(self.header):
                        yield line, cells
                    else:
                        problems.add(self._uneven(line, cells))
        except OSError as error:
            problems.add(unreadable(self.name, error))

    def _uneven(self, line: int, cells: list[str]) -> Problem:
        counts = {"count": len(cells), "wanted": len(self.header)}
        if counts["count"] < counts["wanted"]:
            reason = _(
                "the row is too short: it has %(count)s cells where the header has %(wanted)s",
                **counts,
            )
        else:
            reason = _(
                "the row is too long: it has %(count)s cells where the header has %(wanted)s",
                **counts,
            )
        cure = _(
            "Give it a cell for each column, and put a cell that holds the delimiter into quotes"
        )
        return Problem(self.name, reason, cure, line)


def open_table(file: BinaryIO, sheet: Sheet, problems: Problems) -> Table | None:
    """The table in a file that was opened, or None when not even its header can be read."""
    name = sheet.name
    start = file.readline(LONGEST_LINE)
    for sign, what in STRANGERS.items():
        if start.startswith(sign):
            problems.add(Problem(name, what, SAVE_AS))
            return None
    if start.startswith(PDF) or start.translate(None, CONTROL) != start:
        problems.add(damaged(name))
        return None
    delimiter = delimiter_of(start.decode(errors="replace"))
    file.seek(0)
    faults = Problems()
    found = next(_Reader(file, name, delimiter, faults).rows(), None)
    if found is None or faults:
        faults.add(Problem(name, _("the file is empty"), _("Export it again, with a header")))
        problems.add(faults.shown[0])
        return None
    line, cells = found
    header = tuple(cell.strip() for cell in cells)
    if not is_sound(header, line, name, problems):
        return None
    return Table(sheet.path, name, header, delimiter)


def delimiter_of(first_line: str) -> str:
    """What separates the cells: of comma, semicolon and tab the most frequent outside quotes."""
    outside = "".join(first_line.split('"')[::2])
    return max(DELIMITERS, key=outside.count)


class _Lines:
    """The lines of a file as text; `number` counts them, `is_damaged` is set by one that is not
    UTF-8, `is_cut` by one that is too long to be read.
    """

    def __init__(self, file: BinaryIO, name: str, report: Callable[[Problem], None]) -> None:
        self.file = file
        self.name = name
        self.report = report
        self.number = 0
        self.is_damaged = self.is_cut = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        raw = self.file.readline(LONGEST_LINE + 1)
        if not raw:
            raise StopIteration
        self.number += 1
        if len(raw) > LONGEST_LINE:
            self.is_cut = True
            self._tell(
                _("the line is longer than %(most)s MB", most=LONGEST_LINE // 1_000_000),
                _("Check the quotes and the line ends of the file"),
            )  # fmt: skip
            raise StopIteration
        if self.number == 1:
            raw = raw.removeprefix(MARK)
        try:
            return raw.decode()
        except UnicodeDecodeError as error:
            self.is_damaged = True
            self._tell(
                _(
                    "the line is not UTF-8 (its byte %(place)s is %(byte)s)",
                    place=error.start + 1,
                    byte=f"0x{raw[error.start]:02X}",
                ),
                _("Save the file as UTF-8"),
            )
            return raw.decode(errors="replace")

    def _tell(self, reason: Text, cure: Text) -> None:
        self.report(Problem(self.name, reason, cure, self.number))


class _Reader:
    """Rows of cells from lines, going on after a fault where it can be told how."""

    def __init__(self, file: BinaryIO, name: str, delimiter: str, problems: Problems) -> None:
        self.name = name
        self.problems = problems
        self.delimiter = delimiter
        self.lines = _Lines(file, name, problems.add)

    def rows(self) -> Iterator[Row]:
        reader = csv.reader(self.lines, delimiter=self.delimiter, strict=True)
        while not self.lines.is_cut:
            line = self.lines.number + 1
            self.lines.is_damaged = False
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                if not self._goes_on(line, str(error)):
                    return
                continue
            if any(cells) and not self.lines.is_damaged:
                yield line, [as_written(cell) for cell in cells]

    def _goes_on(self, line: int, error: str) -> bool:
        """Report what the csv module found; whether the next row can be told from this one."""
        if self.lines.is_cut:
            return False
        for words, reason, cure, goes_on in FAULTS:
            if words in error:
                said = str(reason) % {"limit": format_integer(csv.field_size_limit())}
                self.problems.add(Problem(self.name, said, cure, line))
                return goes_on
        self.problems.add(
            Problem(self.name, _("the row cannot be read: %(reason)s", reason=error), SAVE_AS, line)
        )
        return False


# What the csv module says; what we say; whether the rows after it can still be told apart.
FAULTS = (
    ("unexpected end of data", _("a quote is opened here and never closed"),
     _("Close it, and write a quote inside a cell twice; the rows after it were not read"), False),
    ("expected after", _("text follows a closing quote"),
     _("Write a quote inside a cell twice"), True),
    ("field larger than", _("a cell is longer than %(limit)s characters"),
     _("Shorten it, or close a quote that was left open; the rows after it were not read"), False),
    ("new-line character", _("the line holds a bare carriage return"),
     _("Save the file with usual line ends, or put that cell into quotes"), True),
)  # fmt: skip
