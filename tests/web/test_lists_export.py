"""What a list shows is taken out as a file: by whom it may be, and nothing else."""

import csv
import io
from urllib.parse import quote

import openpyxl
import pytest

from core.exchange.exports.book import Export
from core.exchange.exports.cells import as_written, plain_text

LIST = "/contacts/contact/"
SIGNS = ("=1+1", "+998", "-5", "@sum", "\t=1", "\r=1", "'=1", "''+1")


def rows(answer):
    assert answer.status_code == 200, answer.text
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


def sheet(answer):
    assert answer.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    return [list(row) for row in book.active.iter_rows()]


@pytest.fixture
def contacts(working):
    model = working.model("contacts.contact")
    for name, city in (("Bahor", "Buxoro"), ("Anor", "Toshkent"), ("Chinor", "Buxoro")):
        model.create(name=name, city=city, status="lead")
    return model


@pytest.mark.requirement("S8")
def test_a_list_is_exported_as_it_is_filtered_and_sorted(contacts, as_role):
    answer = as_role("contacts.manager").get(f"{LIST}export.csv?city=Buxoro&city.op=%3D&sort=-name")
    header, *lines = rows(answer)
    assert header[:4] == ["Name", "Telephone", "City", "Status"]
    assert [line[0] for line in lines] == ["Chinor", "Bahor"]
    assert lines[0][3] == "Lead"
    named = "attachment; filename=\"contact.csv\"; filename*=UTF-8''Contacts.csv"
    assert answer.headers["Content-Disposition"] == named


@pytest.mark.parametrize(("language", "word"), [("uz", "Kontaktlar"), ("ru", "Контакты")])
def test_a_file_is_called_in_the_words_of_its_reader(contacts, as_role, language, word):
    browser = as_role("contacts.manager", language=language)
    for format in ("csv", "xlsx", "vcf", "ics"):
        named = browser.get(f"{LIST}export.{format}").headers["Content-Disposition"]
        assert named.endswith(f"filename*=UTF-8''{quote(word)}.{format}")


@pytest.mark.requirement("S8")
def test_an_excel_file_holds_the_same(contacts, as_role):
    browser = as_role("contacts.manager")
    wanted = rows(browser.get(f"{LIST}export.csv?search=Bahor"))
    found = sheet(browser.get(f"{LIST}export.xlsx?search=Bahor"))
    assert [[cell.value or "" for cell in row] for row in found] == wanted


@pytest.mark.attack(6)
def test_who_may_not_export_gets_no_button_and_is_refused(contacts, as_role):
    browser = as_role("contacts.user")
    assert "export.csv" not in browser.get(LIST).text
    for format in ("csv", "xlsx"):
        assert browser.get(f"{LIST}export.{format}").status_code == 403
    assert Export.select().count() == 0
    assert "export.csv" in as_role("contacts.manager").get(LIST).text


@pytest.mark.attack(8)
def test_an_export_refuses_what_the_list_refuses(contacts, as_role):
    browser = as_role("contacts.manager")
    assert browser.get(f"{LIST}export.csv?sort=secret").status_code == 400
    assert browser.get(f"{LIST}export.csv?birthday.op=x&status.op=like").status_code == 400
    assert Export.select().count() == 0


@pytest.mark.attack(31)
@pytest.mark.parametrize("text", SIGNS)
def test_no_cell_is_a_formula(working, as_role, text):
    working.model("contacts.contact").create(name="Bahor", city=text)
    browser = as_role("contacts.manager")
    ((_, _, cell, *_),) = rows(browser.get(f"{LIST}export.csv"))[1:]
    assert cell.startswith("'")
    assert as_written(cell) == text
    (_, line) = sheet(browser.get(f"{LIST}export.xlsx"))
    assert line[2].data_type == "s"


@pytest.mark.parametrize("text", ["", "'", "Oʻktam", "'plain", "a=b", *SIGNS])
def test_a_text_is_read_back_as_it_was(text):
    assert as_written(plain_text(text)) == text


def test_every_export_is_told_to_the_administrator_alone(contacts, as_role):
    manager = as_role("contacts.manager", login="dilnoza")
    rows(manager.get(f"{LIST}export.csv?city=Buxoro"))
    told = Export.get()
    assert (told.model, told.format, told.rows) == ("contacts.contact", "csv", 2)
    assert (told.actor, told.asked) == (manager.user.id, "city=Buxoro")
    page = as_role("admin").get("/exports")
    assert f"{LIST}?city=Buxoro" in page.text
    assert "<td>City: Buxoro</td>" in page.text
    assert manager.user.name in page.text
    assert manager.get("/exports").status_code == 403


def test_an_export_by_a_filter_that_is_gone_is_told_as_it_was_asked(contacts, as_role):
    as_role("contacts.manager").get(f"{LIST}export.csv?city=Buxoro").get_data()
    Export.update(asked="city=Buxoro&city.op=like").execute()
    assert "<td>city=Buxoro&amp;city.op=like</td>" in as_role("admin").get("/exports").text


def test_an_export_asks_no_more_for_more_rows(contacts, as_role, query_count):
    browser = as_role("contacts.manager")
    browser.get(f"{LIST}export.csv").get_data()
    taken = []
    for _ in range(2):
        with query_count:
            browser.get(f"{LIST}export.csv").get_data()
        taken.append(len(query_count))
        contacts.create_many({"name": f"Mijoz {number}"} for number in range(50))
    assert taken[0] == taken[1]
