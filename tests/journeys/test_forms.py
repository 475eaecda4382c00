"""Records are made and changed in a browser: by thumb, by keys, and by two people at once."""

import pytest
from playwright.sync_api import expect

from core.testing.browser import DESKTOP, TELEPHONE
from tests.journeys.test_telephone import SMALLER, THUMB, WIDER

LIST = "/contacts/contact/"
TYPED = "main :is(.form-control, .form-select, .form-check, .btn)"

ZOOMED = "main :is(input:not([type=hidden], [type=checkbox]), select, textarea)"
SMALL_TEXT = """(all) => all
  .filter((e) => e.checkVisibility() && parseFloat(getComputedStyle(e).fontSize) < 16)
  .map((e) => e.outerHTML.slice(0, 120))"""


@pytest.mark.requirement("M1")
@pytest.mark.requirement("S45")
def test_a_customer_with_two_telephones_is_added_by_the_thumb(window, say, axe):
    phone = window(TELEPHONE, has_touch=True, is_mobile=True)
    phone.goto(LIST)
    phone.locator(".kv-head .btn-primary").tap()
    expect(phone.locator("h1")).to_have_text(say("uz", "New contact"))
    assert phone.evaluate(WIDER, TELEPHONE["width"]) == []
    assert phone.evaluate(SMALLER, [TYPED, THUMB]) == []
    small = phone.locator(ZOOMED).evaluate_all(SMALL_TEXT)
    assert small == []
    assert axe(phone) == []

    save = phone.locator("[data-save]")
    save.tap()
    expect(phone.locator("#errors")).to_contain_text(say("uz", "Name"))
    phone.locator("#errors a").tap()
    phone.locator("#f-name").fill("Gʻijduvon choyxonasi")
    first, second = (phone.locator(f"#f-telephones-{number}-number") for number in (0, 1))
    expect(first).to_have_attribute("inputmode", "tel")
    first.fill("+998 90 123 45 67")
    phone.locator("[data-lines=telephones] [data-add-line]").tap()
    expect(second).to_be_focused()
    second.fill("8 71 244 18 30")
    phone.locator("#f-telephones-1-kind").select_option("work")
    assert axe(phone) == []
    save.tap()
    expect(phone.locator("h1")).to_have_text("Gʻijduvon choyxonasi")
    expect(phone.locator(".facts a.num")).to_have_count(2)
    expect(phone.locator(".toastx.is-ok")).to_be_visible()
    phone.reload()
    assert phone.evaluate("localStorage.length") == 0


@pytest.mark.requirement("S45")
@pytest.mark.requirement("M9")
def test_two_windows_change_one_customer_and_nothing_is_lost(window, axe):
    fast, slow = window(), window()
    for each in (fast, slow):
        each.goto(f"{LIST}2")
        each.keyboard.press("e")
        each.locator("#f-name").wait_for()
    fast.fill("#f-name", "Tezkor")
    fast.fill("#f-city", "Nukus")
    fast.keyboard.press("Control+s")
    expect(fast.locator("h1")).to_have_text("Tezkor")
    slow.fill("#f-name", "Sekin")
    slow.fill("#f-job", "Doʻkon")
    slow.click("[data-save]")
    expect(slow.locator("#conflict")).to_be_visible()
    for theme in ("light", "dark"):
        slow.emulate_media(color_scheme=theme)
        for size in (DESKTOP, TELEPHONE):
            slow.set_viewport_size(size)
            assert axe(slow) == []
            assert slow.evaluate(WIDER, size["width"]) == []
    expect(slow.locator("[name=take-city][value=theirs]")).to_be_checked()
    expect(slow.locator("[name=take-job][value=mine]")).to_be_checked()
    slow.locator("[name=take-name][value=theirs]").check()
    slow.click("#conflict [data-save]")
    expect(slow.locator("h1")).to_have_text("Tezkor")
    expect(slow.locator("main")).to_contain_text("Doʻkon")
    expect(slow.locator("main")).to_contain_text("Nukus")


def test_what_was_typed_and_not_saved_comes_back(window):
    one = window()
    one.goto(f"{LIST}3/edit")
    name = one.input_value("#f-name")
    one.fill("#f-name", "Yozilgan nom")
    one.click("[data-lines=telephones] [data-add-line]")
    one.locator("[data-lines=telephones] tbody [data-line] input[type=tel]").last.fill(
        "+998901112233"
    )
    expect(one.locator("#unsaved")).to_be_visible()
    asked = []
    one.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    one.reload()
    assert asked == ["beforeunload"]
    expect(one.locator("#draft-note")).to_be_visible()
    expect(one.locator("#f-name")).to_have_value("Yozilgan nom")
    last = one.locator("[data-lines=telephones] tbody [data-line] input[type=tel]").last
    expect(last).to_have_value("+998901112233")
    one.click("[data-drop-draft]")
    expect(one.locator("#f-name")).to_have_value(name)
    expect(one.locator("#draft-note")).to_be_hidden()


def test_a_choice_that_was_searched_for_comes_back_with_the_draft(window):
    one = window()
    one.goto(f"{LIST}new")
    first = one.locator("#f-parent option").all_inner_texts()
    one.click("#f-parent + .ts-wrapper .ts-control")
    one.keyboard.type("Oʻtkir", delay=20)
    found = one.locator(".ts-dropdown:visible .option").filter(has_text="Oʻtkir").first
    found.click()
    chosen = one.input_value("#f-parent")
    title = one.locator("#f-parent + .ts-wrapper .item").inner_text()
    assert chosen
    assert title not in first
    one.on("dialog", lambda dialog: dialog.accept())
    one.reload()
    expect(one.locator("#draft-note")).to_be_visible()
    expect(one.locator("#f-parent + .ts-wrapper .item")).to_have_text(title)
    assert one.input_value("#f-parent") == chosen


def test_a_company_is_found_among_many_by_its_name(window, own_server, axe):
    one = window()
    one.goto(LIST)
    one.keyboard.press("n")
    one.fill("#f-name", "Sevara")
    one.click("#f-parent + .ts-wrapper .ts-control")
    # The box takes the keys a moment after the click: sooner than a hand, later than a program.
    expect(one.locator("#f-parent + .ts-wrapper.focus input")).to_be_focused()
    one.keyboard.type("otkir")
    one.locator(".ts-dropdown .option", has_text="Oʻtkir Ergashev").click()
    one.click("#f-tags + .ts-wrapper .ts-control")
    assert axe(one) == []
    one.locator("#f-tags + .ts-wrapper .ts-dropdown .option").first.click()
    one.keyboard.press("Control+Enter")
    expect(one).to_have_url(f"{own_server.url}{LIST}new")
    expect(one.locator("#f-name")).to_have_value("")
    one.goto(f"{LIST}?search=Sevara&sort=-id")
    one.locator(".clist tbody .at-name a").first.click()
    expect(one.locator("main")).to_contain_text("Oʻtkir Ergashev")


def test_without_scripts_lines_come_and_a_customer_is_saved(window):
    plain = window(java_script_enabled=False)
    plain.goto(f"{LIST}new")
    plain.fill("#f-name", "Oddiy mijoz")
    plain.fill("#f-telephones-0-number", "+998901112233")
    plain.click("[data-lines=telephones] [data-add-line]")
    plain.fill("#f-telephones-1-number", "+998901112234")
    plain.press("#f-name", "Enter")
    expect(plain.locator("h1")).to_have_text("Oddiy mijoz")
    expect(plain.locator(".facts a.num")).to_have_count(2)
    plain.click(".more > summary")
    plain.click("form[action$='/archive'] button")
    expect(plain.locator("form[action$='/restore'] button")).to_be_visible()
