"""Come in, go out, speak another language, choose light or dark."""

import re

import pytest
from playwright.sync_api import expect

from core.testing.browser import log_in

HEADINGS = {"uz": "Modullar", "ru": "Модули", "uz-Cyrl": "Модуллар", "en": "Apps"}


def test_a_wrong_password_is_answered_by_one_sentence_and_the_name_stays(page, say):
    window = page()
    log_in(window, "dilnoza", "not-her-password")
    expect(window.locator("[role=alert]")).to_have_text(say("uz", "Name or password is not right."))
    expect(window.locator("#name")).to_have_value("dilnoza")
    expect(window.locator("#password")).to_have_value("")
    expect(window.locator("#password")).to_be_focused()


def test_whoever_asks_for_a_page_comes_there_after_the_login(page):
    window = page()
    window.goto("/contacts/contact/?search=otkir")
    expect(window).to_have_url(re.compile("/login"))
    window.fill("#name", "sherzod")
    window.fill("#password", page.password)
    window.keyboard.press("Enter")
    expect(window).to_have_url(f"{page.server.url}/contacts/contact/?search=otkir")


@pytest.mark.requirement("S30")
def test_after_the_logout_the_back_button_shows_nothing_private(page):
    window = page()
    log_in(window, "malika")
    window.goto("/contacts/contact/")
    window.click("header .pop-face")
    window.click("form[action='/logout'] button[type=submit]")
    expect(window.locator("#password")).to_be_visible()
    window.go_back()
    expect(window.locator("#password")).to_be_visible()
    expect(window.locator("tbody")).to_have_count(0)


def test_the_password_can_be_looked_at(page):
    window = page()
    window.goto("/login")
    window.fill("#password", "abc")
    window.click("[data-reveal=password]")
    expect(window.locator("#password")).to_have_attribute("type", "text")
    window.click("[data-reveal=password]")
    expect(window.locator("#password")).to_have_attribute("type", "password")


def test_every_language_can_be_chosen_and_stays_on_the_same_page(page):
    window = page("admin-en", "en")
    window.goto("/apps")
    for language in ("uz", "ru", "uz-Cyrl", "en"):
        window.click("header .pop:has(form[action='/language']) > summary")
        window.click(f"header form[action='/language'] button[name=language][value='{language}']")
        expect(window.locator("html")).to_have_attribute("lang", language)
        expect(window.locator("h1")).to_have_text(HEADINGS[language])
        expect(window).to_have_url(f"{page.server.url}/apps")


def test_the_login_page_speaks_as_the_browser_does_until_a_language_is_chosen(page):
    window = page("", "ru")
    window.goto("/login")
    expect(window.locator("h1")).to_have_text("Войти")
    window.click("button[name=language][value=uz]")
    expect(window.locator("h1")).to_have_text("Kirish")
    window.reload()
    expect(window.locator("html")).to_have_attribute("lang", "uz")


def test_dark_follows_the_system_and_a_choice_of_ones_own_outlives_the_page(page):
    window = page("dilnoza", color_scheme="dark")
    window.goto("/")
    html = window.locator("html")
    expect(html).to_have_attribute("data-bs-theme", "dark")
    window.click("[data-theme-switch]")
    expect(html).to_have_attribute("data-bs-theme", "light")
    window.goto("/contacts/contact/")
    expect(html).to_have_attribute("data-bs-theme", "light")
    window.emulate_media(color_scheme="light")
    window.click("[data-theme-switch]")
    expect(html).to_have_attribute("data-bs-theme", "dark")


@pytest.mark.requirement("S27")
def test_the_first_admin_of_an_empty_instance_is_made_by_the_one_time_code(page, serve, say):
    server = serve()
    window = page(server=server)
    window.goto("/")
    expect(window).to_have_url(f"{server.url}/setup")
    code = re.search(r"once: (\S+)", server.printed()).group(1)

    def fill(code):
        window.fill("#code", code)
        window.fill("#name", "aziza")
        window.fill("#password", "tongda-quyosh-chiqadi")
        window.fill("#again", "tongda-quyosh-chiqadi")
        window.click("main form[action='/setup'] button[type=submit]")

    fill("not-the-code")
    expect(window.locator("[role=alert]")).to_be_visible()
    fill(code)
    expect(window).to_have_url(f"{server.url}/")
    expect(window.locator("#menu a[href='/apps']")).to_be_visible()

    other = page(server=server)
    other.goto("/setup")
    expect(other).to_have_url(f"{server.url}/login")


@pytest.mark.requirement("S30")
def test_a_device_is_remembered_and_opened_again_by_its_pin(page, axe):
    window = page()
    window.goto("/login?next=/notices")
    window.fill("#name", "gulnora")
    window.fill("#password", page.password)
    window.check("[name=remember]")
    window.keyboard.press("Enter")
    expect(window.locator("#pin")).to_be_focused()
    window.fill("#pin", "274951")
    window.fill("#again", "274951")
    window.keyboard.press("Enter")
    expect(window).to_have_url(f"{page.server.url}/notices")
    window.click("header .pop-face")
    window.click("form[action='/logout'] button[type=submit]")
    expect(window.locator("#pin")).to_be_focused()
    window.keyboard.type("999998")
    window.keyboard.press("Enter")
    expect(window.locator("[role=alert]")).to_contain_text("4")
    assert axe(window) == []
    window.fill("#pin", "274951")
    window.keyboard.press("Enter")
    expect(window.locator("header .pop-face")).to_be_visible()
    # What a PIN opened is not enough for what only Gulnora may do.
    window.goto("/account/tokens/new")
    expect(window).to_have_url(re.compile("/account/confirm"))
    window.fill("#password", page.password)
    window.keyboard.press("Enter")
    expect(window).to_have_url(f"{page.server.url}/account/tokens/new")
    window.goto("/account/sessions")
    window.click("form[action$='/forget'] button")
    expect(window.locator("form[action$='/forget']")).to_have_count(0)
