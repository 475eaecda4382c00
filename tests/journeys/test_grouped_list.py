"""A list is put into groups that open in place, and its columns are chosen and ordered."""

import pytest
from playwright.sync_api import expect

from core.testing.browser import DESKTOP, TELEPHONE

LIST = "/contacts/contact/"
WIDE = "document.documentElement.scrollWidth"
SIZES = pytest.mark.parametrize("size", [DESKTOP, TELEPHONE], ids=["desktop", "telephone"])


def is_sound(window, axe, size):
    for scheme in ("light", "dark"):
        window.emulate_media(color_scheme=scheme)
        assert axe(window) == []
    assert window.evaluate(WIDE) == size["width"]


@SIZES
def test_groups_open_beside_each_other_by_mouse_and_keyboard(page, axe, size):
    window = page("admin-uz")
    window.set_viewport_size(size)
    window.goto(LIST)
    window.locator(".grouping > summary").click()
    window.locator("#list-group").select_option("status")
    window.locator(".grouping button").click()
    lead = window.locator("a.group-name").filter(has_text="Lid")
    expect(lead).to_have_attribute("aria-expanded", "false")
    lead.click()
    expect(lead).to_have_attribute("aria-expanded", "true")
    quiet = window.locator("a.group-name").filter(has_text="Jim")
    quiet.focus()
    quiet.press("Enter")
    expect(window.locator(".group-name[aria-expanded=true]")).to_have_count(2)
    expect(window.locator(".at-name a")).to_have_count(12 + 9)
    is_sound(window, axe, size)
    lead.click()
    expect(window.locator(".at-name a")).to_have_count(9)


@SIZES
def test_columns_are_chosen_and_moved_by_keyboard_and_mouse(page, axe, size):
    window = page("admin-uz")
    window.set_viewport_size(size)
    window.goto(f"{LIST}?status=lead")
    window.locator("#list-tools a[href*=columns]").click()
    window.locator("[name=shown][value=region]").check()
    up = window.locator("[data-column]:has([value=region]) [name=up]")
    for _step in range(3):
        up.focus()
        up.press("Enter")
    expect(up).to_be_focused()
    is_sound(window, axe, size)
    rows = window.locator("[data-column]")
    order = rows.locator("[name=order]")
    first = order.first.get_attribute("value")
    rows.nth(0).locator("[data-handle]").drag_to(rows.nth(2).locator("[data-handle]"))
    expect(order.first).not_to_have_value(first)
    window.locator(".columns-foot .btn-primary").click()
    expect(window.locator("th[scope=col]", has_text="Viloyat")).to_have_count(1)
    assert window.url.endswith("?status=lead")
    window.goto(f"{LIST}columns")
    window.locator("[name=reset]").click()
    expect(window.locator("th[scope=col]", has_text="Viloyat")).to_have_count(0)


def test_groups_and_columns_work_without_scripts(page):
    window = page("admin-uz", java_script_enabled=False)
    window.goto(f"{LIST}?group=status")
    window.locator("a.group-name").filter(has_text="Jim").click()
    expect(window.locator(".at-name a")).to_have_count(9)
    window.goto(f"{LIST}columns")
    order = window.locator("[data-column] [name=order]")
    second = order.nth(1).get_attribute("value")
    window.locator("[data-column]").nth(1).locator("[name=up]").click()
    expect(order.first).to_have_value(second)
