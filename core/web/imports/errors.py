"""The rows of an upload that cannot be imported, as a file to be corrected and sent again."""

import csv
import io
from collections.abc import Iterator

from core.exchange.exports.cells import plain_text
from core.exchange.uploads.models import Upload, chunks_of, lines_in
from core.i18n import _

MARK = "\ufeff"  # by which spreadsheet programs know UTF-8


def error_lines(upload: Upload) -> bytes:
    """CSV of the rows with problems that stand in the way: what is wrong, then all cells."""
    stream = io.StringIO()
    write = csv.writer(stream).writerow
    titles = [str(_("Row")), str(_("What is wrong")), *upload.columns]
    write([plain_text(title) for title in titles])
    for number, said, cells in _wrong(upload):
        write([number, said, *map(plain_text, cells)])
    return (MARK + stream.getvalue()).encode()


def _wrong(upload: Upload) -> Iterator[tuple[int, str, list[str]]]:
    columns = upload.columns
    for chunk in chunks_of(upload):
        for line in lines_in(chunk) if "!" in chunk.verdicts else ():
            said = [
                f"{columns[column]}: {text}" if column >= 0 else text
                for column, text, bad in line.problems
                if bad
            ]
            if said and not line.is_left_out:
                yield line.number, " ".join(said), line.cells
