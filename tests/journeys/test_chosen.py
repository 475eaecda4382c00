"""Rows are chosen by thumb or mouse, archived, and brought back by the message."""

import pytest
from playwright.sync_api import expect

from core.testing.browser import DESKTOP, TELEPHONE

LIST = "/contacts/contact/?status=quiet"
WIDE = "document.documentElement.scrollWidth"


def test_the_box_in_the_head_chooses_every_row_of_the_page(page, axe):
    window = page("admin-uz")
    window.goto(LIST)
    window.locator("[data-choose-all] > input").check()
    expect(window.locator(".clist tbody :checked")).to_have_count(9)
    assert axe(window) == []
    window.locator("[data-choose-all] > input").uncheck()
    expect(window.locator(".chosen")).to_be_hidden()


@pytest.mark.parametrize("size", [DESKTOP, TELEPHONE], ids=["desktop", "telephone"])
def test_rows_are_chosen_archived_and_brought_back(page, axe, size):
    small = size is TELEPHONE
    window = page.telephone("admin-uz") if small else page("admin-uz")
    window.goto(LIST)
    boxes = window.locator(".clist tbody .form-check-input")
    for n in range(2):
        boxes.nth(n).tap() if small else boxes.nth(n).click()
    expect(window.locator(".chosen")).to_be_visible()
    for scheme in ("light", "dark"):
        window.emulate_media(color_scheme=scheme)
        assert axe(window) == []
    assert window.evaluate(WIDE) == size["width"]
    window.locator(".take-out > summary").click()
    with window.expect_download() as taken:
        window.locator(".take-out [value=csv]").click()
    text = taken.value.path().read_text("utf-8-sig")
    assert len(text.splitlines()) == 3
    window.locator(".chosen > button").first.click()
    expect(window.locator(".clist tbody tr")).to_have_count(7)
    assert axe(window) == []
    window.locator(".toastx form button").click()
    window.goto(LIST)
    expect(window.locator(".clist tbody tr")).to_have_count(9)
