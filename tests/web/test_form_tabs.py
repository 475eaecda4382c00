"""A long form in tabs: those of its screen and those that other addons give it."""

import re

import pytest

from core.modules import lifecycle
from core.web.extensions import After, ViewExtension, extend_view
from core.web.forms.tabs import FormTab, names_for_programs

ITEM = "/warehouse/item/"
VIEWS = """
from addons.contacts.models import Contact
from core.web.extensions import After, ViewExtension
from core.web.forms.tabs import FormTab

class Papers(ViewExtension):
    model = Contact
    form_tabs = (FormTab("papers", "Papers there", ("tax_id",), (("Bank", "", ("bank_code",)),)),)
"""


def panels(page):
    """{name of a tab: names of the inputs that stand in it}."""
    found = re.split(r'<div id="tab-(\w+)" data-panel>', page.text)[1:]
    return {
        name: re.findall(r' name="(\w+)"(?! value="0")', text.split('class="actbar"')[0])
        for name, text in zip(found[::2], found[1::2], strict=True)
    }


@pytest.fixture
def keeper(with_warehouse, browser_of):
    return browser_of(with_warehouse, "warehouse.manager")


def test_the_form_of_an_item_has_its_fields_in_tabs(keeper):
    page = keeper.get(f"{ITEM}new")
    found = panels(page)
    assert list(found) == ["facts", "stock", "description"]
    assert found["facts"][:3] == ["name", "sku", "unit"]
    assert found["stock"][:2] == ["reorder_level", "note"]
    assert re.findall(r'href="#tab-(\w+)"', page.text) == list(found)


def test_what_stands_in_another_tab_is_saved_with_the_rest(keeper):
    values = {"name": "Box", "sku": "B-9", "unit": "piece", "reorder_level": "5", "note": "dry"}
    made = keeper.post(f"{ITEM}new", values)
    assert made.status_code == 303
    assert "dry" in keeper.get(made.location).text


def test_a_tab_says_how_many_of_its_fields_are_wrong(keeper):
    page = keeper.post(f"{ITEM}new", {"name": "", "sku": "", "unit": "piece", "reorder_level": "x"})
    assert page.status_code == 422
    wrong = dict(re.findall(r'id="to-(\w+)" data-wrong>.*?(\d) fields? to mend', page.text))
    assert wrong == {"facts": "2", "stock": "1"}


def test_a_form_without_tabs_shows_none(with_warehouse, browser_of):
    clerk = browser_of(with_warehouse, "contacts.manager")
    assert "data-tabs" not in clerk.get("/contacts/contact/new").text


@pytest.fixture
def clerk(instance, open_at, write_addon, addon_folder, migrated_url, browser_of):
    """Somebody before an instance where an addon gives the form of a contact a tab."""
    name = write_addon("papers", depends=("contacts",), views=VIEWS)
    opened = open_at(migrated_url, KARVON_ADDONS__PATH=str(addon_folder))
    lifecycle.enable(opened.found(), name)
    return browser_of(opened, "contacts.manager")


def test_an_addon_adds_a_tab_to_the_form_of_another(clerk):
    found = panels(clerk.get("/contacts/contact/new"))
    assert list(found) == ["facts", "papers"]
    assert found["papers"][:2] == ["tax_id", "bank_code"]
    assert not {"tax_id", "bank_code"} & set(found["facts"])
    assert "name" in found["facts"]
    made = clerk.post("/contacts/contact/new", {"name": "Bahor", "tax_id": "301234567"})
    assert "301234567" in clerk.get(made.location).text


class Screen:
    model = None
    column_list = column_filters = board_fields = scripts = tabs = ()
    details_sections = form_sections = ()
    form_columns = ("name",)
    form_tabs = (FormTab("more", "More", ("a",), (("Deep", "", ("b",)),)),)


class Others:
    """What an addon adds, in the place of a registry that knows nothing else."""

    def __init__(self, *extensions):
        self.extensions = extensions

    def classes_of(self, kind):
        return self.extensions


def test_a_name_goes_into_the_tab_of_its_anchor():
    class More(ViewExtension):
        model = None
        form_columns = (After("a", "x"), After("b", "y"), After("name", "z"), After("gone", "w"))

    view = Screen()
    extend_view(view, Others(More))
    (tab,) = view.form_tabs
    assert tab.columns == ("a", "x")
    assert tab.sections == (("Deep", "", ("b", "y")),)
    assert view.form_columns == ("name", "z", "w")


def test_programs_write_what_stands_in_any_tab():
    assert names_for_programs(Screen()) == ["name", "a", "b"]
