"""Texts with a value for each language: each reader has their own, and all are kept."""

import re

import pytest

from core.access.models import User
from core.data.actor import system
from core.data.database import db
from core.data.translated import Translated, read_stored, said
from core.errors import UserError
from core.exchange.exports.gathering import Gathering
from core.exchange.exports.tables import table_for_programs
from core.exchange.names import choices_of
from core.exchange.problems import Problems
from core.exchange.selection import Ask, Selection
from core.exchange.sheets.opening import open_sheet
from core.i18n import speaking
from core.modules.registry import using

CATEGORY = "/warehouse/category/"
FOOD = {"uz": "Oziq-ovqat", "ru": "Продукты", "en": "Food"}


@pytest.fixture
def categories(with_warehouse):
    with using(with_warehouse.registry()) as registry, system("a test"):
        yield registry.model("warehouse.category")


@pytest.fixture
def reader(with_warehouse, browser_of):
    """Make `reader("ru")`: a manager who reads in a language."""

    def make(language):
        browser = browser_of(with_warehouse, "warehouse.manager")
        with using(with_warehouse.registry()), system("a test"):
            User.update(language=language).where(User.id == browser.user.id).execute()
        return browser

    return make


def test_each_reader_sees_their_own_language(categories, reader):
    made = categories.create(name=FOOD)
    for language, text in FOOD.items():
        browser = reader(language)
        assert f">{text}</a>" in browser.get(CATEGORY).text
        assert text in browser.get(f"{CATEGORY}{made.id}").text
    assert "Озиқ-овқат" in reader("uz-Cyrl").get(CATEGORY).text


def test_what_lacks_speaks_as_the_first_language_that_has_a_text(categories):
    made = categories.create(name={"uz": " ", "ru": "Продукты"})
    for language in ("uz", "uz-Cyrl", "ru", "en"):
        with speaking(language):
            assert categories.get_by_id(made.id).name == "Продукты"


def test_a_form_has_an_input_for_each_language(categories, reader):
    browser = reader("en")
    page = browser.get(f"{CATEGORY}new").text
    assert re.findall(r'name="(name@\w+)"', page) == ["name@uz", "name@ru", "name@en"]
    sent = {f"name@{language}": text for language, text in FOOD.items()}
    made = browser.post(f"{CATEGORY}new", sent)
    assert made.status_code == 303
    record = categories.get_by_id(int(made.location.rsplit("/", 1)[1]))
    assert record.name.by_language == FOOD
    page = browser.get(f"{made.location}/edit").text
    assert 'value="Продукты"' in page
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    browser.post(f"{made.location}/edit", {"version": version, **sent})
    assert categories.get_by_id(record.id).version == 1
    changed = {**sent, "name@ru": "Еда", "version": version}
    assert browser.post(f"{made.location}/edit", changed).status_code == 303
    assert categories.get_by_id(record.id).name.by_language == {**FOOD, "ru": "Еда"}
    assert "ru: Еда" in browser.get(made.location).text


def test_a_name_without_any_text_is_refused_beside_its_field(categories, reader):
    page = reader("en").post(f"{CATEGORY}new", {"name@uz": " ", "name@ru": "", "name@en": ""})
    assert page.status_code == 422
    assert 'id="f-name-said"' in page.text
    page = reader("en").post(f"{CATEGORY}new", {"name@uz": "x" * 256})
    assert page.status_code == 422


def test_filters_ask_in_the_language_of_the_reader_and_a_search_in_all(categories, reader):
    categories.create(name=FOOD)
    categories.create(name={"uz": "Qurilish", "ru": "Стройка"})
    browser = reader("en")
    assert "Food" in browser.get(f"{CATEGORY}?name=Foo").text
    assert "Food" not in browser.get(f"{CATEGORY}?name=Oziq").text
    assert "Qurilish" in browser.get(f"{CATEGORY}?name=Quril").text
    for text in ("Продукты", "oziq", "food"):
        assert "Food" in browser.get(f"{CATEGORY}?search={text}").text
    with speaking("ru"):
        found = categories.select().order_by(said(categories.name).desc())
        assert [str(each.name) for each in found][:2] == ["Упаковка", "Стройка"]


def test_choices_are_named_and_ordered_for_their_reader(categories, reader):
    categories.create(name={"uz": "Anor", "ru": "Яблоко"})
    categories.create(name={"uz": "Olma", "ru": "Абрикос"})
    names = [each["name"] for each in reader("ru").get(f"{CATEGORY}choices").json]
    assert names == ["Абрикос", "Упаковка", "Яблоко"]
    found = reader("ru").get(f"{CATEGORY}choices?search=Абри").json
    assert [each["name"] for each in found] == ["Абрикос"]


def test_an_addon_ships_all_languages(categories):
    shipped = [each.name.by_language for each in categories.select()]
    assert {"uz": "Qadoq", "ru": "Упаковка", "en": "Packing"} in shipped


def test_a_language_that_is_none_is_refused(categories):
    with pytest.raises((UserError, ValueError), match="no language"):
        categories.create(name={"fr": "Nourriture"})


def test_a_column_that_was_a_plain_text_reads_in_every_language():
    assert read_stored("Food").by_language == dict.fromkeys(("uz", "ru", "en"), "Food")
    assert read_stored("[1]").by_language["en"] == "[1]"
    assert Translated({"en": " two  words "}) == "two words"


def test_a_file_has_a_column_for_each_language_and_is_read_again(categories, reader):
    categories.create(name=FOOD)
    browser = reader("ru")
    people = browser.get(f"{CATEGORY}export.csv").text.splitlines()
    assert people[0].endswith("(Oʻzbekcha),Название (Русский),Название (English)")
    assert "Oziq-ovqat,Продукты,Food" in people
    gathering = Gathering(Selection(categories, Ask(sort="id")), ["name"])
    assert table_for_programs(gathering).header == ["name@uz", "name@ru", "name@en"]


def test_columns_of_languages_are_read_as_one(tmp_path):
    file = tmp_path / "categories.csv"
    file.write_text("code,name@uz,name@en\nA,Quti,Box\nB,,\n", "utf-8")
    problems = Problems()
    sheet = open_sheet(file, "categories.csv", problems)
    assert sheet.header == ("code", "name")
    rows = [cells for _line, cells in sheet.rows(problems)]
    assert rows == [["A", '{"uz": "Quti", "en": "Box"}'], ["B", ""]]


def test_few_choices_stand_in_the_order_of_each_reader(categories):
    categories.create(name={"uz": "Anor", "ru": "Яблоко"})
    categories.create(name={"uz": "Olma", "ru": "Абрикос"})
    for language, names in (
        ("uz", ["Anor", "Olma", "Qadoq"]),
        ("ru", ["Абрикос", "Упаковка", "Яблоко"]),
    ):
        with speaking(language):
            assert [str(name) for _id, name in choices_of(categories, 9)] == names


def test_a_column_that_was_a_plain_text_is_sorted_and_filtered(categories):
    made = categories.create(name=FOOD)
    db.execute_sql(f"UPDATE warehouse_category SET name = 'Food' WHERE id = {made.id}")
    names = [str(each.name) for each in categories.select().order_by(said(categories.name))]
    assert "Food" in names
    assert Selection(categories, Ask(where=(["name", "=", "Food"],))).count() == (1, False)
