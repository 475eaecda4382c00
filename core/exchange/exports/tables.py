"""Tables of records as CSV, sent while it is made, and as Excel files."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

from peewee import Field, ForeignKeyField

from core.exchange.exports.cells import (
    Cells,
    as_text,
    cells_for_people,
    cells_for_programs,
    plain_text,
    plain_texts,
)
from core.exchange.exports.gathering import Batch, Gathering
from core.exchange.plan import key_of
from core.exchange.shapes import can_be_typed
from core.modules.registry import current_registry

MARK = "\ufeff"  # by which Excel knows that a CSV file is UTF-8
LONGEST_CELL = 32_767  # characters that Excel takes
DAY, MOMENT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"


@dataclass(frozen=True)
class Table:
    """A header, and what turns the values of each column into its cells."""

    header: list[str]
    cells: dict[str, Cells]

    def lines(self, batch: Batch) -> Iterator[Sequence[Any]]:
        columns = [cells(batch.values[name]) for name, cells in self.cells.items()]
        return zip(*columns, strict=True)


def table_for_people(gathering: Gathering, titles: dict[str, Any]) -> Table:
    """The columns as the list shows them: `titles` above, states and references by their names."""
    cells: dict[str, Cells] = {
        name: cells_for_people(gathering.fields[name]) if name in gathering.fields else plain_texts
        for name in gathering.names
    }
    return Table([plain_text(str(titles[name])) for name in gathering.names], cells)


def names_for_programs(model: Any) -> list[str]:
    """The fields of a model that an import reads, those that name the record first."""
    fields = current_registry().open_fields(model)
    names = [name for name, field in fields.items() if _can_be_read_again(field)]
    key = key_of(model)
    return sorted(names, key=lambda name: key is None or name != key.name)


def _can_be_read_again(field: Field) -> bool:
    if isinstance(field, ForeignKeyField):
        return key_of(field.rel_model) is not None
    return can_be_typed(field)


def table_for_programs(gathering: Gathering) -> Table:
    """The columns as an import without a map reads them: fields by their names, references by the
    keys of their records.
    """
    cells = {
        name: cells_for_programs(field, key_of(field.rel_model))
        if isinstance(field, ForeignKeyField)
        else cells_for_programs(field)
        for name, field in gathering.fields.items()
    }
    return Table(list(gathering.fields), cells)


def csv_texts(table: Table, batches: Iterable[Batch]) -> Iterator[bytes]:
    """The pieces of a CSV file in UTF-8."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    buffer.write(MARK)
    writer.writerow(table.header)
    for batch in batches:
        writer.writerows(_as_texts(table, batch))
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()
    if rest := buffer.getvalue():
        yield rest.encode()


def _as_texts(table: Table, batch: Batch) -> Iterator[Sequence[Any]]:
    columns = []
    for name, cells in table.cells.items():
        values = cells(batch.values[name])
        kept = next((value for value in values if value is not None), None)
        columns.append([as_text(v) for v in values] if isinstance(kept, date) else values)
    return zip(*columns, strict=True)


def write_xlsx(table: Table, batches: Iterable[Batch], file: BinaryIO) -> None:
    """Write an Excel file: numbers, days and moments as such, all else as text."""
    from xlsxwriter import Workbook  # 40 ms, so not at start

    options = {"constant_memory": True}
    with Workbook(file, options) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        write = _writers(sheet, book)
        sheet.freeze_panes(1, 0)
        for column, title in enumerate(table.header):
            sheet.write_string(0, column, title[:LONGEST_CELL], bold)
        lines = (line for batch in batches for line in table.lines(batch))
        for row, line in enumerate(lines, 1):
            for column, value in enumerate(line):
                if value not in (None, ""):
                    write[type(value)](row, column, value)


def _writers(sheet: Any, book: Any) -> dict[type, Callable[[int, int, Any], Any]]:
    """What writes a cell, by the type of its value."""
    day = book.add_format({"num_format": DAY})
    moment = book.add_format({"num_format": MOMENT})
    return {
        str: lambda row, column, text: sheet.write_string(row, column, text[:LONGEST_CELL]),
        int: sheet.write_number,
        Decimal: sheet.write_number,
        date: lambda row, column, value: sheet.write_datetime(row, column, value, day),
        datetime: lambda row, column, value: sheet.write_datetime(row, column, value, moment),
    }
