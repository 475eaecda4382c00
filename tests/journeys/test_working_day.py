"""A customer is kept for a day, in Uzbek, at a desk and by thumb: nothing of it is lost."""

import pytest
from PIL import Image
from playwright.sync_api import expect

from core.testing.browser import DESKTOP, TELEPHONE

LIST = "/contacts/contact/"
NAME = "Gʻijduvon choyxonasi"
NUMBERS = ("+998 90 123 45 67", "+998 91 244 18 30", "+998 71 200 11 22")


@pytest.fixture(params=[DESKTOP, TELEPHONE], ids=["desktop", "telephone"])
def employee(request, window):
    """Make `employee(login)`: a window of somebody, a desk's or a telephone's."""
    touch = {"has_touch": True, "is_mobile": True} if request.param is TELEPHONE else {}
    return lambda login="otabek": window(request.param, login, **touch)


@pytest.mark.requirement("S45")
@pytest.mark.requirement("M9")
@pytest.mark.requirement("M11")
def test_a_customer_is_added_talked_about_changed_by_two_and_put_right(employee, tmp_path):
    one, two = employee(), employee()
    address = add_customer(one)
    attach_picture(one, tmp_path)
    mention(one, "shahlo")
    told(employee("shahlo"), address)
    change_at_once(one, two, address)
    restore(one, address)


def add_customer(window):
    """A customer with three telephones; answers its address."""
    window.goto(f"{LIST}new")
    window.fill("#f-name", NAME)
    for place, number in enumerate(NUMBERS):
        if place:
            window.click("[data-lines=telephones] [data-add-line]")
        window.fill(f"#f-telephones-{place}-number", number)
    window.click("[data-save]")
    expect(window.locator("h1")).to_have_text(NAME)
    expect(window.locator(".facts a.num")).to_have_count(3)
    return window.url


def attach_picture(window, folder):
    picture = folder / "dokon.png"
    Image.new("RGB", (640, 480), "#2746c8").save(picture)
    with window.expect_file_chooser() as chooser:
        window.click("[data-choose]")
    chooser.value.set_files(picture)
    expect(window.locator(".file a.t")).to_have_text("dokon.png")
    shown = window.locator(".file img")
    shown.scroll_into_view_if_needed()
    expect(shown).to_have_js_property("complete", True)
    assert shown.evaluate("(image) => image.naturalWidth") > 0


def mention(window, login):
    window.locator("textarea[name=text]").fill(f"@{login} ertaga qoʻngʻiroq qiling")
    window.locator("form:has(textarea[name=text]) button[type=submit]").click()
    expect(window.locator(".tl-said").first).to_contain_text("ertaga qoʻngʻiroq qiling")


def told(colleague, address):
    """The bell of the colleague counts one, and leads to the customer."""
    expect(colleague.locator(".kv-bell .kv-count")).to_have_text("1")
    colleague.click(".kv-bell")
    colleague.locator("main .notice-open", has_text=NAME).first.click()
    expect(colleague.locator("h1")).to_have_text(NAME)
    expect(colleague).to_have_url(address)


def change_at_once(one, two, address):
    """Who saves second sees both versions, and keeps of each what is right."""
    for each in (one, two):
        each.goto(f"{address}/edit")
    one.fill("#f-city", "Buxoro")
    one.click("[data-save]")
    expect(one.locator("h1")).to_have_text(NAME)
    two.fill("#f-city", "Gʻijduvon")
    two.fill("#f-job", "Choyxona")
    two.click("[data-save]")
    expect(two.locator("#conflict")).to_be_visible()
    two.locator("[name=take-city][value=mine]").check()
    two.click("#conflict [data-save]")
    expect(two.locator("h1")).to_have_text(NAME)
    expect(two.locator("main .facts").first).to_be_visible()
    expect(two.locator("main")).to_contain_text("Choyxona")


def restore(window, address):
    """The older city comes back from the history."""
    window.goto(address)
    window.locator(".tl-line", has_text="Buxoro").locator("form button").first.click()
    expect(window.locator(".facts", has_text="Buxoro")).to_be_visible()
