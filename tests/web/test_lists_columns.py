"""Each reader chooses the columns of a list; files and saved filters follow."""

import re

import pytest

from core.exchange.list_columns import ListColumns
from core.exchange.saved_filters import SavedFilter

LIST = "/contacts/contact/"
MANAGER = "contacts.manager"
USUAL = ["Name", "Telephone", "City", "Status", "Works at", "Responsible"]


@pytest.fixture
def contacts(working):
    model = working.model("contacts.contact")
    model.create(name="Bahor", city="Buxoro", region="Buxoro viloyati", tax_id="301234567")
    return model


def heads(page):
    texts = re.findall(r'<th scope="col".*?</th>', page.text, re.S)
    return [" ".join(re.sub("<[^>]+>", "", text).split()) for text in texts]


def chosen(browser, order, shown, **more):
    form = {"order": order, "shown": shown, **more}
    return browser.post(f"{LIST}columns", form)


def test_a_reader_sees_the_columns_they_chose_in_their_order(contacts, as_role):
    browser, other = as_role(MANAGER), as_role(MANAGER)
    assert heads(browser.get(LIST)) == USUAL
    answer = chosen(browser, ["tax_id", "city", "region"], ["region", "tax_id"])
    assert (answer.status_code, answer.location) == (303, LIST)
    page = browser.get(LIST)
    assert heads(page) == ["Name", "Tax id (STIR)", "Region"]
    assert "Buxoro viloyati" in page.text
    assert heads(other.get(LIST)) == USUAL
    assert chosen(browser, ["tax_id"], ["tax_id"], reset="1").status_code == 303
    assert heads(browser.get(LIST)) == USUAL
    assert ListColumns.select().count() == 0


def test_files_hold_the_columns_that_are_seen(contacts, as_role):
    browser = as_role(MANAGER)
    chosen(browser, ["tax_id"], ["tax_id"])
    text = browser.get(f"{LIST}export.csv").data.decode("utf-8-sig")
    assert text.splitlines()[0].count(",") + text.splitlines()[0].count(";") == 1
    assert "301234567" in text
    assert "Buxoro" not in text
    text = browser.get(f"{LIST}export.csv?columns=name,city").data.decode("utf-8-sig")
    assert "Buxoro" in text


def test_a_saved_filter_carries_columns_when_asked_to(contacts, as_role):
    browser = as_role(MANAGER)
    form = {"asked": "status=active", "title": "Faol", "columns": "name,region"}
    browser.post(f"{LIST}saved", form)
    one = SavedFilter.get()
    assert heads(browser.get(f"{LIST}?saved={one.id}")) == ["Name", "Region"]
    assert heads(browser.get(LIST)) == USUAL


def test_the_page_of_columns_begins_with_what_is_shown(contacts, as_role):
    browser = as_role(MANAGER)
    page = browser.get(f"{LIST}columns?status=lead&columns=name,region")
    names = re.findall(r'name="order" value="(\w+)"', page.text)
    assert names[:2] == ["region", "telephone"]
    assert "id" not in names
    assert re.findall(r'name="shown" value="(\w+)" checked', page.text) == ["region"]
    assert f'href="{LIST}?status=lead"' in page.text


def test_without_scripts_a_column_goes_a_step_by_a_button(contacts, as_role):
    browser = as_role(MANAGER)
    form = {"order": ["city", "region", "status"], "shown": ["city"], "asked": ""}
    page = browser.post(f"{LIST}columns", {**form, "up": "status"})
    assert page.status_code == 200
    assert re.findall(r'name="order" value="(\w+)"', page.text)[:3] == ["city", "status", "region"]
    page = browser.post(f"{LIST}columns", {**form, "down": "city"})
    assert re.findall(r'name="order" value="(\w+)"', page.text)[:2] == ["region", "city"]
    assert re.findall(r'name="shown" value="(\w+)" checked', page.text) == ["city"]
    assert ListColumns.select().count() == 0


def test_columns_that_are_gone_are_left_out(contacts, as_role):
    browser = as_role(MANAGER)
    assert heads(browser.get(f"{LIST}?columns=secret,city,nothing")) == ["Name", "City"]
    ListColumns.create(user=browser.user, model="contacts.contact", names="name,warehouse_hours")
    assert heads(browser.get(LIST)) == ["Name"]


def test_the_columns_cost_a_list_one_question(contacts, as_role, query_count):
    browser = as_role(MANAGER)
    browser.get(LIST)
    with query_count:
        browser.get(LIST)
    assert len(query_count) <= 10
    assert sum("core_list_columns" in text for text in query_count.statements) == 1


def test_who_may_not_see_the_list_chooses_no_columns(contacts, as_role):
    browser = as_role("core.staff")
    assert browser.get(f"{LIST}columns").status_code == 403
    assert chosen(browser, ["city"], ["city"]).status_code == 403
    assert ListColumns.select().count() == 0
