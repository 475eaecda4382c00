"""Tabs of a form, and what is made from within one, by mouse, keys and thumb."""

import pytest
from playwright.sync_api import expect

from core.i18n import _
from core.testing.browser import TELEPHONE
from tests.journeys.test_telephone import SMALLER, THUMB, WIDER

ITEM, MOVE = "/warehouse/item/", "/warehouse/move/"


@pytest.mark.requirement("S45")
def test_a_form_is_filled_in_tab_by_tab(in_warehouse, axe):
    window = in_warehouse(color_scheme="dark")
    window.goto(f"{ITEM}new")
    first, second, _third = window.locator("[role=tab]").all()
    expect(first).to_have_attribute("aria-selected", "true")
    expect(window.locator("#f-reorder_level")).to_be_hidden()
    assert axe(window) == []
    first.focus()
    window.keyboard.press("ArrowRight")
    expect(second).to_be_focused()
    expect(window.locator("#f-name")).to_be_hidden()
    window.locator("#f-reorder_level").fill("many")
    window.keyboard.press("Control+s")

    # Both tabs have something to mend; the first of them is open, a link opens the other one.
    expect(window.locator("[role=tab][data-wrong]")).to_have_count(2)
    expect(window.locator("#f-name")).to_be_visible()
    assert axe(window) == []
    window.fill("#f-name", "Quti")
    window.fill("#f-sku", "Q-1")
    window.click("#errors a[href='#f-reorder_level']")
    expect(window.locator("#f-reorder_level")).to_be_focused()
    window.keyboard.press("Control+a")
    window.keyboard.type("7")
    window.click("[data-save]")
    expect(window.locator("h1")).to_have_text("Quti")


@pytest.mark.requirement("S45")
def test_without_scripts_the_tabs_stand_one_below_the_other(in_warehouse):
    window = in_warehouse(java_script_enabled=False)
    window.goto(f"{ITEM}new")
    for name in ("name", "sku", "reorder_level", "note"):
        expect(window.locator(f"#f-{name}")).to_be_visible()
    window.click("#to-stock")
    assert window.url.endswith("#tab-stock")
    window.goto(f"{MOVE}new")
    expect(window.locator(f"noscript a[href='{ITEM}new']")).to_be_visible()


@pytest.mark.requirement("S45")
def test_an_item_that_is_missing_is_made_by_the_thumb(in_warehouse, say, axe):
    phone = in_warehouse(viewport=TELEPHONE, has_touch=True, is_mobile=True)
    phone.goto(f"{MOVE}new")
    phone.locator("#f-quantity").fill("3")
    phone.locator("#f-item-ts-control").tap()
    phone.keyboard.type("Lenta")
    offer = phone.locator(".ts-dropdown .create")
    expect(offer).to_have_text(say("uz", _("Create “%(text)s”", text="Lenta")))
    offer.tap()

    dialog = phone.locator("#dialog")
    expect(dialog.locator("#quick-name")).to_have_value("Lenta")
    assert dialog.evaluate("(box) => box.getBoundingClientRect().width") == TELEPHONE["width"]
    assert phone.evaluate(WIDER, TELEPHONE["width"]) == []
    assert phone.evaluate(SMALLER, ["#dialog :is(.form-control, .form-select, .btn)", THUMB]) == []
    assert axe(phone) == []
    dialog.locator("[type=submit]").tap()
    expect(dialog.locator("#quick-sku-said")).to_be_visible()
    dialog.locator("#quick-sku").fill("L-1")
    dialog.locator("[type=submit]").tap()
    expect(dialog).to_be_hidden()
    expect(phone.locator(".ts-control .item").first).to_have_text("Lenta")
    phone.locator("[data-save]").tap()
    expect(phone.locator("h1")).to_contain_text("Lenta")


def test_a_dialog_that_is_closed_leaves_the_choice_as_it_was(in_warehouse):
    window = in_warehouse()
    window.goto(f"{MOVE}new")
    window.click("#f-item-ts-control")
    window.keyboard.type("Lenta")
    window.click(".ts-dropdown .create")
    window.locator("#quick-name").wait_for()
    window.keyboard.press("Escape")
    expect(window.locator("#dialog")).to_be_hidden()
    assert window.locator("#f-item").input_value() == ""
    expect(window.locator("#f-item-ts-control")).to_be_focused()


@pytest.mark.requirement("S45")
def test_a_description_is_formatted_and_read(in_warehouse, axe):
    window = in_warehouse(color_scheme="dark")
    window.goto(f"{ITEM}new#tab-description")
    editor = window.locator("trix-editor")
    editor.click()
    window.keyboard.type("Quruq joyda saqlang. ")
    window.locator("[data-trix-attribute=bold]").click()
    window.keyboard.type("Muhim")
    expect(window.locator("#unsaved")).to_be_visible()
    assert axe(window) == []
    window.click("#to-facts")
    window.fill("#f-name", "Quti")
    window.fill("#f-sku", "Q-1")
    window.click("[data-save]")
    expect(window.locator(".rich strong")).to_have_text("Muhim")
    assert axe(window) == []

    # Opened and saved untouched, it stays as it was.
    window.goto(f"{window.url}/edit#tab-description")
    expect(editor).to_contain_text("Quruq joyda")
    expect(window.locator("#unsaved")).to_be_hidden()


@pytest.mark.requirement("S45")
def test_a_description_is_formatted_by_the_thumb(in_warehouse, axe):
    phone = in_warehouse(viewport=TELEPHONE, has_touch=True, is_mobile=True)
    phone.goto(f"{ITEM}new#tab-description")
    phone.locator("trix-editor").tap()
    phone.locator("[data-trix-attribute=bullet]").tap()
    phone.keyboard.type("Sinuvchan")
    assert phone.evaluate(WIDER, TELEPHONE["width"]) == []
    assert phone.evaluate(SMALLER, ["trix-toolbar .trix-button--icon", THUMB]) == []
    assert axe(phone) == []


@pytest.mark.requirement("S45")
def test_a_category_is_named_in_three_languages(in_warehouse, axe):
    window = in_warehouse()
    window.goto("/warehouse/category/new")
    uzbek, russian, _english = window.locator(".words-line input").all()
    expect(russian).to_be_hidden()
    uzbek.fill("Idishlar")
    window.locator(".words-switch [lang=ru]").click()
    expect(russian).to_be_focused()
    russian.fill("Посуда")
    expect(uzbek).to_be_hidden()
    assert axe(window) == []
    window.click("[data-save]")
    expect(window.locator("h1")).to_have_text("Idishlar")
    plain = in_warehouse(java_script_enabled=False)
    plain.goto("/warehouse/category/new")
    for line in plain.locator(".words-line input").all():
        expect(line).to_be_visible()
