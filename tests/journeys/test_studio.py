"""In Uzbek: a field is added, filled in and filtered by, and a rule tells its author."""

import pytest
from playwright.sync_api import expect

from core.testing.browser import DESKTOP, TELEPHONE
from core.testing.servers import shell_in

LIST = "/contacts/contact/"
WIDE = "document.documentElement.scrollWidth"


@pytest.mark.parametrize("size", [DESKTOP, TELEPHONE], ids=["desktop", "telephone"])
def test_a_field_and_a_rule_are_made_without_code(window, own_server, axe, size):
    page = window(size)
    page.goto("/studio/custom_field/new")
    assert axe(page) == []
    page.locator("#f-name").fill("Mijoz kodi")
    expect(page.locator("#f-choices")).to_be_hidden()
    page.locator("#f-kind").select_option("choice")
    expect(page.locator("#f-choices")).to_be_visible()
    page.locator("#f-kind").select_option("text")
    page.locator("#f-records").select_option("contacts.contact")
    page.locator("#f-in_list").check()
    page.locator("[data-save]").click()
    expect(page.locator("h1")).to_contain_text("Mijoz kodi")

    page.goto("/studio/rule/new")
    assert axe(page) == []
    assert page.evaluate(WIDE) == size["width"]
    page.locator("#f-name").fill("Yangi mijoz keldi")
    fields = page.locator("[name=conditions-0-field] option:not([hidden])")
    page.locator("#f-records").select_option("contacts.tag")
    expect(fields.and_(page.locator("[value='contacts.tag.name']"))).to_have_count(1)
    expect(fields.and_(page.locator("[value='contacts.contact.city']"))).to_have_count(0)
    page.locator("#f-records").select_option("contacts.contact")
    expect(fields.and_(page.locator("[value='contacts.tag.name']"))).to_have_count(0)
    expect(page.locator("#f-day_field")).to_be_hidden()
    page.locator("#f-event").select_option("date")
    expect(page.locator("#f-day_field")).to_be_visible()
    page.locator("#f-event").select_option("created")
    page.locator("[name=actions-0-kind]").select_option("webhook")
    expect(page.locator("[name=actions-0-to]")).to_be_hidden()
    page.locator("[name=actions-0-kind]").select_option("notice")
    expect(page.locator("[name=actions-0-subject]")).to_be_hidden()
    page.locator("[name=conditions-0-field]").select_option("contacts.contact.x_mijoz_kodi")
    page.locator("[name=conditions-0-operator]").select_option("starts")
    page.locator("[name=conditions-0-value]").fill("B-")
    page.locator("[name=actions-0-to]").select_option("author")
    page.locator("[name=actions-0-text]").fill("{{ record.name }}: {{ record.x_mijoz_kodi }}")
    page.locator("[data-save]").click()
    expect(page.locator("h1").first).to_contain_text("Yangi mijoz keldi")
    assert axe(page) == []

    page.goto(f"{LIST}new")
    page.locator("#f-name").fill("Bahor savdo")
    page.get_by_label("Mijoz kodi").fill("B-7")
    page.locator("[data-save]").click()
    expect(page.get_by_text("B-7").first).to_be_visible()
    page.goto(f"{LIST}?x_mijoz_kodi=B-7")
    expect(page.get_by_text("Bahor savdo").first).to_be_visible()

    with shell_in(own_server.out.parent) as shell:
        assert shell.run("worker", "--once").returncode == 0
    page.goto("/notices")
    expect(page.get_by_text("Bahor savdo: B-7").first).to_be_visible()
    page.goto("/studio/rule/1/tabs/try")
    expect(page.get_by_text("Bahor savdo").first).to_be_visible()
    assert axe(page) == []
    page.emulate_media(color_scheme="dark")
    assert axe(page) == []
    assert page.evaluate(WIDE) == size["width"]
    page.goto("/studio/run/")
    expect(page.get_by_text("Bahor savdo").first).to_be_visible()
