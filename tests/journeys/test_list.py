"""The list by mouse and by keyboard: it narrows, sorts and turns pages, and back leads back."""

import pytest
from playwright.sync_api import expect

CUSTOMERS = "/contacts/contact/"
NAMES = ".clist tbody .at-name a"


def _query(window):
    return window.evaluate("location.search")


def test_filter_sort_pages_and_the_browsers_own_buttons_keep_the_state(page):
    window = page("otabek")
    window.goto(CUSTOMERS)
    names = window.locator(NAMES)
    foot = window.locator(".list-foot")
    first = names.all_text_contents()

    window.click(".list-foot a[data-to-top]")
    expect(names).to_have_count(21)
    expect(foot).to_contain_text("101–121")
    window.go_back()
    expect(names).to_have_text(first)
    window.go_forward()
    expect(names).to_have_count(21)
    window.click(".list-foot a[data-to-top]")
    expect(names).to_have_text(first)
    expect(foot).to_contain_text("1–100")

    window.click(".filters > summary")
    window.select_option("#filter-status", "lead")
    window.click(".filters-foot button")
    expect(names).to_have_count(12)
    window.click("th a[href*='sort=city']")
    window.locator("th[aria-sort=ascending] a[href*='sort=-city']").click()
    expect(window.locator("th[aria-sort=descending]")).to_be_visible()
    assert _query(window) == "?status=lead&sort=-city"
    sorted_names = names.all_text_contents()

    window.fill("#search", "toshkent")
    expect(names).not_to_have_count(12)
    assert "search=toshkent" in _query(window)
    assert "sort=-city" in _query(window)
    window.go_back()
    expect(names).to_have_text(sorted_names)
    window.reload()
    expect(names).to_have_text(sorted_names)

    names.first.click()
    expect(window.locator("h1")).to_have_text(sorted_names[0])
    window.go_back()
    expect(names).to_have_text(sorted_names)
    window.click("#list-state a.chip.on")
    expect(names).to_have_count(100)


def test_a_search_without_hits_says_so_and_can_be_cleared(page):
    window = page("otabek")
    window.goto(CUSTOMERS)
    window.fill("#search", "qwertyzxc")
    empty = window.locator("#list-body .emp")
    expect(empty).to_contain_text("qwertyzxc")
    empty.locator("a.btn").click()
    expect(window.locator(NAMES)).to_have_count(100)


@pytest.mark.requirement("M1")
def test_a_customer_is_found_however_the_name_or_number_is_typed(page):
    window = page("otabek")
    window.goto(CUSTOMERS)
    for typed in ("O'tkir", "Otkir", "Ўткир", "900000161"):
        window.fill("#search", typed)
        expect(window.locator(NAMES)).to_have_text(["Oʻtkir Ergashev"])
        window.fill("#search", "")
        expect(window.locator(NAMES)).to_have_count(100)


def test_the_list_is_worked_by_keys_alone(page):
    window = page("otabek")
    window.goto(CUSTOMERS)
    names = window.locator(NAMES)
    keys = window.keyboard
    keys.press("/")
    expect(window.locator("#search")).to_be_focused()
    keys.type("market")
    expect(window).to_have_url(f"{page.server.url}{CUSTOMERS}?search=market")
    found = names.all_text_contents()
    keys.press("Escape")
    keys.press("j")
    keys.press("j")
    expect(names.nth(1)).to_be_focused()
    keys.press("k")
    expect(names.nth(0)).to_be_focused()
    keys.press("j")
    keys.press("Enter")
    expect(window.locator("h1")).to_have_text(found[1])
    keys.press("g")
    keys.press("h")
    expect(window).to_have_url(f"{page.server.url}/")
    keys.press("g")
    keys.press("c")
    expect(window).to_have_url(f"{page.server.url}{CUSTOMERS}")
    keys.press("?")
    expect(window.locator("#help")).to_be_visible()
    keys.press("Escape")
    expect(window.locator("#help")).to_be_hidden()


def test_the_search_in_the_top_bar_leads_from_any_page_to_the_customers(page):
    window = page("otabek")
    window.goto("/")
    window.keyboard.press("/")
    window.keyboard.type("otkir")
    window.keyboard.press("Enter")
    expect(window.locator(NAMES)).to_have_text(["Oʻtkir Ergashev"])
    expect(window.locator("#search")).to_have_value("otkir")


def test_every_shortcut_that_the_help_names_leads_to_one_place(page):
    window = page("admin-uz")
    window.goto("/")
    keys = window.locator("[data-shortcut]").evaluate_all("all => all.map(e => e.dataset.shortcut)")
    assert len(keys) == len(set(keys)), keys


def test_without_scripts_search_filter_and_sort_are_plain_forms_and_links(page):
    window = page("otabek", java_script_enabled=False)
    window.goto(CUSTOMERS)
    names = window.locator(NAMES)
    window.fill("#search", "otkir")
    window.press("#search", "Enter")
    expect(names).to_have_text(["Oʻtkir Ergashev"])
    window.goto(CUSTOMERS)
    window.click(".filters > summary")
    window.select_option("#filter-status", "lead")
    window.click(".filters-foot button")
    expect(names).to_have_count(12)
    window.click("th a[href*='sort=city']")
    expect(window.locator("th[aria-sort=ascending] a[href*='sort=-city']")).to_be_visible()
    expect(names).to_have_count(12)
    window.goto(CUSTOMERS)
    window.click(".list-foot a[data-to-top]")
    expect(names).to_have_count(21)


def test_without_scripts_a_module_is_switched_off_and_on_by_plain_forms(page, contacts_stay_on):
    window = page("admin-uz", java_script_enabled=False)
    window.goto("/apps")
    window.click("#switch-contacts")
    expect(window.locator("main form[action='/apps/contacts/disable']")).to_be_visible()
    window.click("main .btn-danger")
    expect(window.locator("#switch-contacts[aria-checked=false]")).to_be_visible()
    assert window.goto(CUSTOMERS).status == 404
    window.goto("/apps")
    window.click("#switch-contacts")
    expect(window.locator("#switch-contacts[aria-checked=true]")).to_be_visible()
    assert window.goto(CUSTOMERS).status == 200
