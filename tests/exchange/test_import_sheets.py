"""Workbooks and vCards are read like tables, and those made to do harm are refused."""

import zipfile
from datetime import date, datetime
from io import BytesIO

import openpyxl
import pytest

from core.exchange.importing import import_file
from core.exchange.problems import Problems
from core.exchange.sheets.opening import open_sheet
from core.exchange.sheets.rows import MOST_COLUMNS

CARDS = """BEGIN:VCARD
VERSION:3.0
FN:Dilnoza Rahimova
ORG:Bahor
TEL;TYPE=CELL:+998 90 123 45 67
TEL;TYPE=WORK:71 244 18 30
EMAIL:dilnoza@example.uz
ADR;TYPE=WORK:;;Navoiy 1;Toshkent;;100011;Oʻzbekiston
BDAY:19900531
END:VCARD
BEGIN:VCARD
VERSION:3.0
FN:Jasur
END:VCARD
"""
BILLION = """<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2
"&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">]><worksheet>&lol2;</worksheet>"""


def workbook(*rows) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def repacked(content: bytes, change) -> bytes:
    """The archive with its first sheet changed."""
    result = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(result, "w", 8) as new:
        for entry in old.infolist():
            data = old.read(entry)
            new.writestr(entry.filename, change(data) if "sheet1" in entry.filename else data)
    return result.getvalue()


@pytest.fixture
def read(tmp_path):
    """The rows of a file with this content, and the problems that it has."""

    def rows_of(content: bytes | str):
        path = tmp_path / "file"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        problems = Problems()
        sheet = open_sheet(path, "file", problems)
        return (sheet.header, list(sheet.rows(problems))) if sheet else None, problems

    return rows_of


def test_cells_of_a_workbook_read_as_they_would_stand_in_a_table(read):
    content = workbook(
        ("id", "phone", "born", "buys", "at", "rate"),
        (7, 998901234567, date(1990, 5, 31), True, datetime(2024, 5, 31, 14, 30), 0.1),  # noqa: DTZ001
        (None, None, None, None, None, None),
        (8.0, "071", None, False, None, 1250.5),
    )
    (header, rows), problems = read(content)
    assert header == ("id", "phone", "born", "buys", "at", "rate")
    assert rows == [
        (2, ["7", "998901234567", "1990-05-31", "true", "2024-05-31 14:30:00", "0.1"]),
        (4, ["8", "071", "", "false", "", "1250.5"]),
    ]
    assert not problems


def test_a_card_is_a_row(read):
    (header, rows), problems = read(CARDS)
    assert [line for line, _cells in rows] == [1, 11]
    card = dict(zip(header, rows[0][1], strict=True))
    assert card["Name"] == "Dilnoza Rahimova"
    assert card["Organization"] == "Bahor"
    assert card["Telephone 1"] == "+998 90 123 45 67"
    assert card["Telephone 2"] == "71 244 18 30"
    assert card["City"] == "Toshkent"
    assert card["Birthday"] == "1990-05-31"
    assert not problems


@pytest.mark.parametrize("name", ["contacts.xlsx", "anything.csv"])
def test_a_workbook_is_imported_whatever_its_name_says(files, contact, name):
    content = workbook(("reference", "name", "birthday"), ("c-1", "Bahor", date(1990, 5, 31)))
    outcome = import_file("contacts.contact", files.write(name, content))
    assert outcome.is_kept
    assert contact.get(reference="c-1").birthday == date(1990, 5, 31)


@pytest.mark.attack(23)
def test_a_workbook_that_unpacks_to_gigabytes_is_refused(read):
    bomb = repacked(workbook(("id",)), lambda sheet: sheet + b" " * 100_000_000)
    assert len(bomb) < 200_000
    sheet, problems = read(bomb)
    assert sheet is None
    assert "far too large" in str(problems.shown[0])


@pytest.mark.attack(32)
@pytest.mark.parametrize("xml", [BILLION, BILLION.replace("&lol2;", "&xxe;")])
def test_a_workbook_with_entities_is_refused(read, xml):
    sheet, problems = read(repacked(workbook(("id",)), lambda old: xml.encode()))
    assert sheet is None
    assert "no spreadsheet, or a damaged one" in str(problems.shown[0])


@pytest.mark.parametrize(
    "content",
    [bytes(range(256)) * 40, b"\0" * 5000, b"PK\x03", b"%PDF-1.7\na,b\nc,d"],
)
def test_what_is_no_text_is_told_to_be_no_spreadsheet(read, content):
    sheet, problems = read(content)
    assert sheet is None
    assert "no spreadsheet, or a damaged one" in str(problems.shown[0])


@pytest.mark.parametrize("make", [lambda names: ",".join(names) + "\nx\n", workbook])
def test_a_table_with_too_many_columns_is_refused(read, make):
    names = [f"c{number}" for number in range(MOST_COLUMNS)]
    assert read(make(names))[0] is not None
    sheet, problems = read(make([*names, "one more"]))
    assert sheet is None
    assert "more than 500 columns" in str(problems.shown[0])


def test_a_strange_card_is_told_and_the_others_are_read(read):
    (_header, rows), problems = read("BEGIN:VCARD\nN\nEND:VCARD\n" + CARDS)
    assert len(rows) >= 2
    assert problems.count <= 1
