"""What the writers of CSV and Excel files make of odd values, as other programs read it."""

import csv
import io
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.utils.escape import unescape

from core.exchange.exports.gathering import Batch
from core.exchange.exports.tables import Table, csv_texts
from core.exchange.exports.workbook import LONGEST_CELL, letters_of, write_xlsx

TEXTS = [
    "Bahor",
    "a,b",
    'the "best"',
    "two\nlines",
    "carriage\rreturn",
    " spaced ",
    "<b>&amp;</b>",
    "nul\0bell\x07",
    "_x0041_",
    "Oʻktam маъно 😀",
    "]]>",
    "=1+1",
    "+998",
    "'=1",
    "",
]


def as_they_are(values):
    return values


def table(*columns):
    batch = Batch(list(range(len(columns[0]))), dict(enumerate(columns)))
    cells = dict.fromkeys(range(len(columns)), as_they_are)
    return Table([f"column {place}" for place in cells], cells), [batch, batch]


def csv_rows(*columns):
    text = b"".join(csv_texts(*table(*columns))).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def sheet(*columns):
    file = io.BytesIO()
    write_xlsx(*table(*columns), file)
    return [list(row) for row in openpyxl.load_workbook(file).active.iter_rows()]


@pytest.mark.requirement("S8")
def test_csv_holds_any_text_and_no_formula():
    header, *lines = csv_rows(TEXTS)
    assert header == ["column 0"]
    wanted = [f"'{text}" if text[:1] in ("=", "+", "'") and text else text for text in TEXTS]
    assert [cell for line in lines for cell in line or [""]] == wanted * 2


def test_csv_leaves_numbers_and_days_as_they_are():
    moment = datetime.fromisoformat("2026-05-31T09:05:00")
    _, line, *_ = csv_rows([-5], [Decimal("-1.500")], [date(2026, 5, 31)], [moment], [None])
    assert line == ["-5", "-1.500", "2026-05-31", "2026-05-31 09:05:00", ""]


@pytest.mark.attack(31)
@pytest.mark.parametrize("text", TEXTS)
def test_excel_holds_any_text_as_a_text(text):
    _, (cell, last), _ = sheet([text], ["last"])
    assert last.value == "last"
    assert unescape(cell.value or "") == text
    assert cell.data_type == "s" or not text


def test_excel_holds_numbers_days_and_moments_as_such():
    moment = datetime.fromisoformat("2026-05-31T09:05:30")
    _, line, _ = sheet([-5], [Decimal("-1.500")], [date(2026, 5, 31)], [moment], [None])
    day = datetime.fromisoformat("2026-05-31")
    assert [cell.value for cell in line] == [-5, -1.5, day, moment, None]
    assert [cell.number_format for cell in line[2:4]] == ["yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"]


def test_a_day_that_excel_does_not_know_is_a_text():
    _, (cell,), _ = sheet([date(1899, 5, 31)])
    assert cell.value == "1899-05-31"


def test_excel_takes_no_longer_text_than_it_can():
    _, (cell,), _ = sheet(["a" * (LONGEST_CELL + 1)])
    assert cell.value == "a" * LONGEST_CELL


def test_the_header_is_bold_and_stays_in_sight():
    file = io.BytesIO()
    write_xlsx(*table(["Bahor"]), file)
    found = openpyxl.load_workbook(file).active
    assert found["A1"].font.bold
    assert not found["A2"].font.bold
    assert found.freeze_panes == "A2"


@pytest.mark.parametrize("place", [0, 25, 26, 701, 702, 16_383])
def test_columns_are_called_as_excel_does(place):
    assert letters_of(place) == get_column_letter(place + 1)
