"""A filter is saved above the list and stands there as a tab, and its number comes by itself."""

import pytest
from playwright.sync_api import expect

from core.testing.browser import DESKTOP, TELEPHONE

LIST = "/contacts/contact/"
WIDE = "document.documentElement.scrollWidth"


@pytest.mark.parametrize("size", [DESKTOP, TELEPHONE], ids=["desktop", "telephone"])
def test_a_filter_is_saved_counted_and_renamed(page, axe, size):
    window = page("admin-uz")
    window.set_viewport_size(size)
    window.goto(f"{LIST}?status=quiet")
    title = f"Jim turganlar {size['width']}"
    window.locator(".save > summary").click()
    window.locator("#save-title").fill(title)
    window.locator("#save-title").press("Enter")
    tab = window.locator(".views a[aria-current]")
    expect(tab).to_contain_text(title)
    expect(tab.locator(".n")).to_have_text("9")
    assert axe(window) == []
    window.emulate_media(color_scheme="dark")
    assert axe(window) == []
    assert window.evaluate(WIDE) == size["width"]

    window.goto(f"{LIST}saved")
    assert axe(window) == []
    assert window.evaluate(WIDE) == size["width"]
    row = window.locator(".saved-row").filter(has=window.locator(f"input[value='{title}']"))
    row.locator("[name=title]").fill(f"{title}, eski")
    row.locator(".saved-form button").click()
    expect(window.locator(f"input[value='{title}, eski']")).to_be_visible()
    window.locator(f"input[value='{title}, eski']").press("Tab")
    window.locator(".saved-row form:last-child button").first.click()
    expect(window.locator(f"input[value='{title}, eski']")).to_have_count(0)
