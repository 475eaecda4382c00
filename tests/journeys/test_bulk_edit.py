"""Many customers are changed at once in a browser, and it is taken back."""

import pytest
from playwright.sync_api import expect

from core.i18n import _
from core.testing.browser import TELEPHONE
from tests.journeys.test_telephone import SMALLER, THUMB, WIDER

LIST = "/contacts/contact/"


@pytest.mark.requirement("S45")
def test_customers_of_a_city_are_changed_and_changed_back(window, say, axe):
    desk = window()
    desk.goto(f"{LIST}?city=Samarqand")
    desk.locator(".clist [name=id]").first.check()
    desk.click("[formaction$='/bulk']")
    expect(desk.locator("h1")).to_have_text(say("uz", "Change many records"))
    assert axe(desk) == []
    desk.locator("[name=which][value=all]").check()
    desk.fill("#quick-city", "Kattaqoʻrgʻon")
    expect(desk.locator("[name=set][value=city]")).to_be_checked()
    desk.click("[value=preview]")
    expect(desk.get_by_role("status").filter(has_text="ta yozuv")).to_be_visible()
    assert axe(desk) == []
    desk.click("[value=do]")
    expect(desk.locator("h1")).to_have_text(say("uz", "Change of many records"))
    assert axe(desk) == []
    done = desk.url
    desk.goto(f"{LIST}?city=Samarqand")
    expect(desk.locator(".clist tbody tr")).to_have_count(0)
    desk.goto(done)
    desk.get_by_role("button", name=say("uz", "Undo this change")).click()
    expect(desk.locator(".note.is-info")).to_be_visible()
    desk.goto(f"{LIST}?city=Samarqand")
    expect(desk.locator(".clist tbody tr").first).to_be_visible()


@pytest.mark.requirement("S45")
def test_nothing_is_wider_than_a_telephone_in_the_dark(window, say, axe):
    phone = window(TELEPHONE, has_touch=True, is_mobile=True, color_scheme="dark")
    phone.goto(LIST)
    phone.locator(".clist [name=id]").first.evaluate("(box) => { box.checked = true; }")
    phone.locator("[formaction$='/bulk']").evaluate("(button) => button.click()")
    title = phone.locator("h1")
    expect(title).to_have_text(say("uz", _("Change many records")))
    assert phone.evaluate(WIDER, TELEPHONE["width"]) == []
    assert phone.evaluate(SMALLER, ["main :is(.form-control, .form-check, .btn)", THUMB]) == []
    assert axe(phone) == []
    phone.locator("#quick-job").fill("Direktor")
    phone.locator("[value=preview]").tap()
    expect(phone.locator("[value=do]")).to_be_visible()
    assert phone.evaluate(WIDER, TELEPHONE["width"]) == []
    assert axe(phone) == []
