"""Cards go from lane to lane: by the mouse, by the keyboard and without scripts."""

import pytest
from playwright.sync_api import expect

from core.testing.browser import DESKTOP, TELEPHONE

BOARD = "/contacts/contact/?view=board&city=Nukus"
WIDE = "document.documentElement.scrollWidth"


def lane(window, word):
    return window.locator(f"[data-lane={word}]")


def sent(window, name, word):
    """Choose another lane in the menu of a card."""
    card = window.locator(".bcard", has=window.locator("a", has_text=name))
    card.locator("summary").press("Enter")
    card.locator(f"[name=to][value={word}]").press("Enter")


def test_a_card_is_dragged_to_another_lane_and_sent_back_by_the_keyboard(page, axe):
    window = page("admin-uz")
    window.goto("/contacts/contact/")
    window.locator(".ways a", has_text="Doska").click()
    window.goto(BOARD)
    card = lane(window, "lead").locator(".bcard").first
    name = card.locator("a").inner_text()
    card.drag_to(lane(window, "quiet"))
    expect(lane(window, "quiet")).to_contain_text(name)
    expect(window.locator(".lane", has=lane(window, "quiet")).locator(".n")).not_to_have_text("0")
    assert axe(window) == []
    window.locator("#toasts form button").click()
    expect(lane(window, "lead")).to_contain_text(name)
    sent(window, name, "quiet")
    expect(lane(window, "quiet")).to_contain_text(name)
    sent(window, name, "lead")
    expect(lane(window, "lead")).to_contain_text(name)
    expect(lane(window, "lead").locator("a", has_text=name)).to_be_focused()
    expect(lane(window, "quiet")).not_to_contain_text(name)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_board_is_swiped_and_used_on_a_telephone(page, axe, scheme):
    window = page.telephone("admin-uz", color_scheme=scheme)
    window.goto(BOARD)
    assert axe(window) == []
    assert window.evaluate(WIDE) == TELEPHONE["width"]
    name = lane(window, "lead").locator(".bcard a").first.inner_text()
    sent(window, name, "regular")
    expect(lane(window, "regular")).to_contain_text(name)
    sent(window, name, "lead")
    expect(lane(window, "lead")).to_contain_text(name)


def test_a_board_works_without_scripts(page):
    window = page("admin-uz", java_script_enabled=False, viewport=DESKTOP)
    window.goto(BOARD)
    name = lane(window, "lead").locator(".bcard a").first.inner_text()
    sent(window, name, "quiet")
    expect(lane(window, "quiet")).to_contain_text(name)
    assert "city=Nukus" in window.url
    sent(window, name, "lead")
    expect(lane(window, "lead")).to_contain_text(name)
