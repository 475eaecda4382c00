"""What is missing in a choice is made from within the form, by whoever may make it."""

import re

import pytest

from core.data.actor import system
from core.modules.registry import using

ITEM, MOVE = "/warehouse/item/", "/warehouse/move/"


@pytest.fixture
def keeper(with_warehouse, browser_of):
    return browser_of(with_warehouse, "warehouse.manager", "contacts.manager")


def asked(page):
    """The names of the fields that a dialog asks for."""
    return re.findall(r'id="quick-(\w+)"', page.text)


def test_a_choice_offers_the_dialog_to_whoever_may_make_such_records(
    with_warehouse, keeper, browser_of
):
    form = keeper.get(f"{MOVE}new").text
    assert re.search(rf'<select[^>]* data-create="{ITEM}quick"[^>]* name="item"', form)
    assert f'<noscript><a class="form-hint" href="{ITEM}new" target="_blank">' in form
    clerk = browser_of(with_warehouse, "warehouse.user")
    assert "data-create=" not in clerk.get(f"{MOVE}new").text
    assert clerk.get(f"{ITEM}quick").status_code == 403
    assert clerk.post(f"{ITEM}quick", {"name": "Tape", "sku": "T"}).status_code == 403


def test_the_dialog_begins_with_what_was_typed_into_the_choice(keeper):
    page = keeper.get(f"{ITEM}quick?search=Tape <b>")
    assert page.status_code == 200
    assert asked(page) == ["name", "sku", "unit"]
    assert 'value="Tape &lt;b&gt;"' in page.text
    assert "<html" not in page.text


def test_the_new_record_is_answered_by_id_and_name(with_warehouse, keeper):
    answer = keeper.post(f"{ITEM}quick", {"name": "Tape", "sku": "T-1", "unit": "piece"})
    assert answer.status_code == 201
    with using(with_warehouse.registry()) as registry, system("a test looks"):
        made = registry.model("warehouse.item").get(sku="T-1")
        assert (made.name, made.created_by_id) == ("Tape", keeper.user.id)
        assert answer.json == {"id": made.id, "name": "Tape"}
    assert made.id > 0
    move = {"item": str(made.id), "direction": "in", "quantity": "2"}
    assert keeper.post(f"{MOVE}new", move).status_code == 303


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_made(with_warehouse, keeper):
    keeper.post(f"{ITEM}quick", {"name": "Tape", "sku": "T-1"})
    for values, field in (
        ({"name": "", "sku": "T-2"}, "name"),
        ({"name": "Tape", "sku": "T-1"}, "sku"),
        ({"name": "Tape", "sku": "x" * 65}, "sku"),
    ):
        page = keeper.post(f"{ITEM}quick", values)
        assert page.status_code == 422
        assert f'id="quick-{field}-said"' in page.text
    with using(with_warehouse.registry()) as registry, system("a test looks"):
        items = registry.model("warehouse.item")
        assert items.select().where(items.name.in_(("Tape", ""))).count() == 1


def test_only_what_the_dialog_asks_for_is_read(with_warehouse, keeper):
    keeper.post(f"{ITEM}quick", {"name": "Tape", "sku": "T-1", "note": "hidden"})
    with using(with_warehouse.registry()) as registry, system("a test looks"):
        assert registry.model("warehouse.item").get(sku="T-1").note == ""


def test_without_a_declaration_what_must_be_given_is_asked_for(keeper):
    assert asked(keeper.get("/contacts/contact/quick?search=Bahor")) == ["name"]
    assert asked(keeper.get("/contacts/tag/quick?search=Yangi")) == ["name"]


def test_what_has_no_form_for_new_records_has_no_dialog(keeper):
    assert keeper.get("/core/user/quick").status_code == 403


def test_a_record_without_a_name_is_not_made_in_a_dialog(keeper):
    assert keeper.get(f"{MOVE}quick").status_code == 403


def test_a_request_of_another_site_makes_nothing(with_warehouse, keeper):
    values = {"name": "Tape", "sku": "T-1", "csrf_token": "wrong"}
    assert keeper.post(f"{ITEM}quick", values).status_code == 400
