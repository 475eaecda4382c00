"""Karvon under a thumb: 360 pixels wide, touched and not pointed at."""

import pytest
from playwright.sync_api import expect

from core.testing.browser import TELEPHONE
from tests.journeys.screens import SCREENS

CUSTOMERS = "/contacts/contact/"
THUMB = 44  # pixels, the least that a thumb hits
# A telephone zooms out of a page that is too wide, so innerWidth would grow with it.
WIDER = """(width) => document.documentElement.scrollWidth <= width ? [] :
  [...document.querySelectorAll("body *")]
  .filter((e) => e.getBoundingClientRect().right > width + 1 && e.checkVisibility())
  .slice(0, 3).map((e) => e.outerHTML.slice(0, 120))"""
TAPPED = "header :is(button, summary, a), #tabs a, main :is(.btn, .chip, .row-i, tr, a.num)"
SMALLER = """([tapped, least]) => [...document.querySelectorAll(tapped)]
  .map((e) => [e, e.getBoundingClientRect()])
  .filter(([e, box]) => e.checkVisibility() && box.width > 1 && box.height < least - 1)
  .map(([e, box]) => `${Math.round(box.height)}: ${e.outerHTML.slice(0, 90)}`)"""


@pytest.mark.requirement("M11")
@pytest.mark.parametrize("language", ["uz", "ru"])
def test_no_screen_is_wider_than_a_telephone_in_its_longest_words(page, language):
    logins = {"admin": f"admin-{language}", "employee": "sardor", "": ""}
    wide = {}
    windows = {login: page.telephone(name, language) for login, name in logins.items()}
    for name, screen in SCREENS.items():
        window = windows[screen.login]
        screen.show(window)
        if found := window.evaluate(WIDER, TELEPHONE["width"]):
            wide[name] = found
    assert wide == {}


@pytest.mark.requirement("M11")
def test_a_customer_is_found_and_called_by_the_thumb(page):
    window = page.telephone("otabek")
    window.goto("/")
    window.locator(f"#tabs a[href='{CUSTOMERS}']").tap()
    window.locator("#search").tap()
    window.keyboard.type("otkir")
    names = window.locator(".clist tbody .at-name a")
    expect(names).to_have_text(["Oʻtkir Ergashev"])
    # Anywhere on the card, for the whole of it is the link.
    box = window.locator(".clist tbody tr").bounding_box()
    assert box["height"] >= THUMB
    window.touchscreen.tap(box["x"] + box["width"] - 12, box["y"] + box["height"] - 8)
    expect(window.locator("h1")).to_have_text("Oʻtkir Ergashev")
    call = window.locator(".chead .btn-primary")
    expect(call).to_have_attribute("href", "tel:+998900000161")
    assert call.bounding_box()["height"] >= THUMB


@pytest.mark.requirement("M11")
def test_the_menu_slides_in_from_the_tabs_and_leads_on(page):
    window = page.telephone("admin-uz")
    window.goto("/")
    menu = window.locator("#menu")
    expect(menu).to_be_hidden()
    window.locator("#tabs a").last.tap()
    expect(menu).to_be_visible()
    window.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    window.locator("#tabs a").last.tap()
    menu.locator("a[href='/apps']").tap()
    expect(window.locator("#switch-contacts")).to_be_visible()


@pytest.mark.requirement("M11")
def test_everything_to_tap_on_a_list_and_a_customer_is_as_large_as_a_thumb(page):
    window = page.telephone("admin-uz")
    small = {}
    for address in ("/", CUSTOMERS, f"{CUSTOMERS}1"):
        window.goto(address)
        if found := window.evaluate(SMALLER, [TAPPED, THUMB]):
            small[address] = found
    assert small == {}
