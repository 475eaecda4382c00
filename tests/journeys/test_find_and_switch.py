"""The main journey: a customer is found, and the module is switched off and on meanwhile."""

import pytest
from playwright.sync_api import expect

from core.testing.browser import log_in

CUSTOMERS = "/contacts/contact/"
NAMES = ".clist tbody .at-name a"


def _switch_off(window):
    window.goto("/apps")
    window.click("#switch-contacts")
    dialog = window.locator("#dialog[open]")
    dialog.locator("button.btn-danger").click()
    window.locator("#switch-contacts[aria-checked=false]").wait_for()


@pytest.mark.requirement("S5")
@pytest.mark.requirement("S19")
@pytest.mark.requirement("S25")
@pytest.mark.requirement("S45")
@pytest.mark.requirement("M1")
def test_a_customer_is_found_and_the_module_goes_and_comes_back_with_all_rows(
    page, say, contacts_stay_on
):
    window = page()
    log_in(window, "admin-uz")
    expect(window).to_have_url(f"{page.server.url}/")

    window.click(f"#menu a[href='{CUSTOMERS}']")
    rows = window.locator(NAMES)
    before = rows.all_text_contents()
    assert len(before) == 100
    window.locator("#search").press_sequentially("otkir")
    expect(rows).to_have_text(["Oʻtkir Ergashev"])
    expect(window).to_have_url(f"{page.server.url}{CUSTOMERS}?search=otkir")

    rows.click()
    expect(window.locator("h1")).to_have_text("Oʻtkir Ergashev")
    expect(window.locator("#main")).to_contain_text("+998 90 000 01 61")
    customer = window.url

    window.click("#menu a[href='/apps']")
    window.click("#switch-contacts")
    dialog = window.locator("#dialog[open]")
    expect(dialog).to_contain_text("121")
    dialog.locator("button.btn-danger").click()
    window.locator("#switch-contacts[aria-checked=false]").wait_for()
    expect(window.locator(f"#menu a[href='{CUSTOMERS}']")).to_have_count(0)
    expect(window.locator("#dialog[open]")).to_have_count(0)

    for address in (CUSTOMERS, customer):
        assert window.goto(address).status == 404
        expect(window.locator("[data-said]")).to_have_text(
            say(
                "uz",
                "The app %(title)s is switched off. All its data is kept.",
                title=say("uz", "Contacts"),
            )
        )

    window.goto("/apps")
    window.click("#switch-contacts")
    window.locator("#switch-contacts[aria-checked=true]").wait_for()
    window.click(f"#menu a[href='{CUSTOMERS}']")
    assert rows.all_text_contents() == before


def test_closing_the_dialog_leaves_the_module_on_and_gives_the_focus_back(page):
    window = page("admin-uz")
    window.goto("/apps")
    window.focus("#switch-contacts")
    window.keyboard.press("Enter")
    expect(window.locator("#dialog")).to_be_visible()
    window.keyboard.press("Escape")
    expect(window.locator("#dialog")).to_be_hidden()
    expect(window.locator("#switch-contacts")).to_be_focused()
    assert window.goto(CUSTOMERS).status == 200


@pytest.mark.requirement("S19")
def test_whoever_works_in_a_module_meanwhile_reads_that_it_is_off_and_its_data_kept(
    page, say, contacts_stay_on
):
    working = page("dilnoza")
    working.goto(CUSTOMERS)
    _switch_off(page("admin-uz"))
    working.locator(NAMES).first.click()
    said = say(
        "uz",
        "The app %(title)s is switched off. All its data is kept.",
        title=say("uz", "Contacts"),
    )
    expect(working.locator("[data-said]")).to_have_text(said)
    expect(working.locator(f"#menu a[href='{CUSTOMERS}']")).to_have_count(0)


@pytest.mark.requirement("S27")
@pytest.mark.requirement("S28")
@pytest.mark.requirement("S29")
def test_an_employee_with_own_customers_sees_only_those_in_list_search_count_and_page(page):
    everybody = page("admin-uz")
    everybody.goto(CUSTOMERS)
    everybody.click(".filters > summary")
    everybody.select_option("#filter-owner", label="Nigora Sodiqova")
    everybody.click(".filters-foot button")
    expect(everybody.locator("#list-state .chip.on")).to_have_count(1)
    hers = everybody.locator(NAMES).all_text_contents()
    own = page("nigora")
    own.goto(CUSTOMERS)
    rows = own.locator(NAMES)
    assert rows.all_text_contents() == hers
    assert 0 < len(hers) < 60
    expect(own.locator(".list-foot b")).to_have_text(str(len(hers)))

    own.fill("#search", "otkir")
    expect(own.locator("#list-body .emp")).to_be_visible()

    everybody.goto(f"{CUSTOMERS}?search=otkir")
    foreign = everybody.locator(NAMES).get_attribute("href")
    assert own.goto(foreign).status == 404
    expect(own.locator("#main")).not_to_contain_text("Ergashev")
    expect(own.locator("#menu a[href='/apps']")).to_have_count(0)
    assert own.goto("/apps").status == 403
