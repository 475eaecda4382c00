"""A file that cannot be imported is answered with sentences, and nothing is changed."""

import csv
from pathlib import Path

import pytest

from core.exchange.importing import import_file
from core.exchange.problems import COUNTED, SHOWN

HEADER = b"id,name,phone\n"

# What stands in the file, and the one sentence that answers it.
FAULTS = {
    "an empty file": (
        b"",
        "contacts.csv: the file is empty. Export it again, with a header.",
    ),
    "an empty first line": (
        b"\n1,Bahor,2\n",
        "contacts.csv, line 1: there is no header: the first line is empty."
        " Write the names of the columns into the first line.",
    ),
    "rows without a header": (
        b"1,Bahor,+998 71 000 00 01\n",
        "contacts.csv, line 1: the first line holds none of the columns that are wanted."
        " Write the names of the columns there: id, name, phone.",
    ),
    "a column with another name": (
        b"id,nam,phone\n1,Bahor,2\n",
        "contacts.csv, line 1, column “name”: there is no such column."
        " Write “nam”; there are id, nam, phone.",
    ),
    "a column twice": (
        b"id,name,phone,name\n1,Bahor,2,3\n",
        "contacts.csv, line 1, column “name”: two columns of the header have the same name."
        " Rename or remove one of them.",
    ),
    "a short row": (
        HEADER + b"1,Bahor,2\n2,Zilol\n",
        "contacts.csv, line 3: the row is too short: it has 2 cells where the header has 3."
        " Give it a cell for each column, and put a cell that holds the delimiter into quotes.",
    ),
    "a long row": (
        HEADER + b"1,Bahor, Market,2\n",
        "contacts.csv, line 2: the row is too long: it has 4 cells where the header has 3."
        " Give it a cell for each column, and put a cell that holds the delimiter into quotes.",
    ),
    "Latin-1": (
        HEADER + b"1,Bahor,2\n2,K\xf6niglich,3\n",
        "contacts.csv, line 3: the line is not UTF-8 (its byte 4 is 0xF6). Save the file as UTF-8.",
    ),
    "Latin-1 in the header": (
        b"id,name,t\xe9l\n1,Bahor,2\n",
        "contacts.csv, line 1: the line is not UTF-8 (its byte 10 is 0xE9)."
        " Save the file as UTF-8.",
    ),
    "UTF-16": (
        "id,name,phone\n1,Bahor,2\n".encode("utf-16"),
        "contacts.csv: this is text in UTF-16, no CSV file. Save it as CSV in UTF-8.",
    ),
    "a spreadsheet": (
        b"PK\x03\x04\x14\x00\x06\x00",
        "contacts.csv: this is no spreadsheet, or a damaged one. Open it in a spreadsheet program"
        " and save it anew, as xlsx or as CSV in UTF-8.",
    ),
    "a NUL": (
        HEADER + b"1,Bah\0or,2\n",
        "contacts.csv, line 2, column “name”, cell “Bah\\x00or”: it holds a NUL character."
        " Remove the character.",
    ),
    "a quote that stays open": (
        HEADER + b'1,Bahor,2\n2,"Zilol,3\n3,Nur,4\n',
        "contacts.csv, line 3: a quote is opened here and never closed. Close it, and write a"
        " quote inside a cell twice; the rows after it were not read.",
    ),
    "text behind a closing quote": (
        HEADER + b'1,"Bahor" Market,2\n',
        "contacts.csv, line 2: text follows a closing quote. Write a quote inside a cell twice.",
    ),
    "line ends of an old Macintosh": (
        b"id,name,phone\r1,Bahor,2\r",
        "contacts.csv, line 1: the line holds a bare carriage return."
        " Save the file with usual line ends, or put that cell into quotes.",
    ),
    "a cell that is too long to be one": (
        HEADER + b'1,"' + b"x" * 200_000 + b'",2\n',
        "contacts.csv, line 2: a cell is longer than 131,072 characters."
        " Shorten it, or close a quote that was left open; the rows after it were not read.",
    ),
    "a reference twice": (
        HEADER + b"1,Bahor,2\n2,Zilol,3\n1,Nur,4\n",
        "contacts.csv, line 4, column “id”, cell “1”: line 2 has the same reference."
        " Keep one of them, or give them different ones.",
    ),
    "no reference": (
        HEADER + b" ,Bahor,2\n",
        "contacts.csv, line 2, column “id”, cell “ ”: it is empty, and records are found by it."
        " Fill it in.",
    ),
    "no name": (
        HEADER + b"1,,2\n",
        "contacts.csv, line 2, column “name”, cell “”: it is empty. Fill it in.",
    ),
    "a text that is too long": (
        HEADER + b"1," + b"x" * 256 + b",2\n",
        f"contacts.csv, line 2, column “name”, cell “{'x' * 59}…”:"
        " it has 256 characters where 255 fit. Shorten it.",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_fault_is_told_in_a_sentence_and_nothing_is_changed(files, fault):
    data, sentence = FAULTS[fault]
    assert files.refused(files.by_map, data) == [sentence]


def test_a_cell_of_100_mb_is_refused_without_being_held(files):
    path = files.write("contacts.csv", HEADER + b"1,")
    with path.open("ab") as file:
        for _ in range(100):
            file.write(b"x" * 1_000_000)
    map_file = files.write("map.toml", '[fields]\nreference = "id"\nname = "name"\n')
    assert files.refused(import_file, "contacts.contact", path, map_file) == [
        "contacts.csv, line 2: the line is longer than 4 MB."
        " Check the quotes and the line ends of the file."
    ]


def test_a_file_that_is_not_there_is_named(files):
    assert files.refused(import_file, "contacts.contact", files.folder / "contact.csv") == [
        "contact.csv: there is no such file. Check the name and the folder."
    ]


def test_a_folder_in_place_of_a_file_is_no_file(files):
    assert files.refused(import_file, "contacts.contact", files.folder) == [
        "files: there is no such file. Check the name and the folder."
    ]


def test_a_file_behind_a_symbolic_link_is_read(files, contact):
    path = files.write("contacts.csv", "reference,name\n1,Bahor\n")
    (files.folder / "link.csv").symlink_to(path)
    assert import_file("contacts.contact", files.folder / "link.csv").is_kept
    assert contact.get().name == "Bahor"


def test_every_fault_of_a_file_is_told_in_one_run(files):
    data = HEADER + b"1,,2\n2,Zilol\n1,Bahor,3\n4,N\xe9,3\n5,\0,3\n6,Nur,7\n"
    told = " ".join(files.refused(files.by_map, data))
    assert [f"line {line}" in told for line in range(2, 8)] == [True] * 5 + [False]


def test_a_hundred_faults_are_shown_and_all_are_counted(files):
    rows = b"".join(b"%d,,2\n" % number for number in range(130))
    outcome = files.by_map(HEADER + rows)
    assert len(outcome.problems.shown) == SHOWN == 100
    assert outcome.problems.count == 130


def test_a_file_of_nothing_but_faults_is_not_read_to_its_end(files):
    rows = b"".join(b"%d,,2\n" % number for number in range(COUNTED + 500))
    assert files.by_map(HEADER + rows).problems.count == COUNTED


def test_signs_that_steer_a_terminal_are_not_shown(files):
    told = files.refused(files.by_map, HEADER + "1,\x1b[2J\0\u202e,2\n".encode())
    assert told[0].isprintable()


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbfreference,name,note\n1,Bahor,a\n2,Zilol,b\n",
        b"reference,name,note\r\n1,Bahor,a\r\n2,Zilol,b\r\n",
        b"reference;name;note\n1;Bahor;a\n2;Zilol;b\n",
        b"reference\tname\tnote\n1\tBahor\ta\n2\tZilol\tb\n",
        b'"reference","name","note"\n"1","Bahor","a"\n\n"2","Zilol","b"\n,,\n',
        b" reference , name , note \n1,Bahor,a\n2,Zilol,b",
    ],
    ids=["UTF-8 mark", "CRLF", "semicolon", "tab", "quotes and empty rows", "blanks in the header"],
)
def test_the_usual_kinds_of_csv_are_read(files, contact, data):
    assert files.plain(data).done[0].created == 2
    rows = contact.select(contact.reference, contact.name, contact.note).order_by(contact.id)
    assert list(rows.tuples()) == [("1", "Bahor", "a"), ("2", "Zilol", "b")]


def test_a_cell_may_hold_line_ends_and_the_next_row_still_knows_its_line(files):
    told = files.refused(files.by_map, HEADER + b'1,"Bahor\nMarket",2\n2,,3\n')
    assert told[0].startswith("contacts.csv, line 4, column “name”")


def test_telephones_and_emails_are_kept_as_typed_and_never_refused(files, contact):
    typed = ["(5) 555-4729 ", "yoʻq", "12", "+998 90 123-45-67 (ichki 3)", "@"]
    path = files.folder / "typed.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([["id", "phone"], *enumerate(typed)])
    map_file = files.write(
        "map.toml",
        '[fields]\nreference = "id"\nname = "id"\n[parts]\n'
        'telephones = [{ number = "phone" }]\nemails = [{ address = "phone" }]\n',
    )
    assert import_file("contacts.contact", Path(path), map_file).is_kept
    parts = files.registry.parts(contact)
    assert [line.number for line in parts["telephones"].select().order_by("id")] == typed
    assert [line.address for line in parts["emails"].select().order_by("id")] == typed
