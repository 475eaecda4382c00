"""A second factor and a passkey in a real browser, whose own authenticator signs."""

import re
import shutil
from dataclasses import dataclass

import pyotp
import pytest
from playwright.sync_api import expect

from core.testing.browser import DESKTOP, TELEPHONE, log_in
from core.testing.ports import free_port
from core.testing.servers import shell_in

TOUCHED = {
    **{"protocol": "ctap2", "transport": "internal", "hasResidentKey": True},
    **{"hasUserVerification": True, "isUserVerified": True},
    "automaticPresenceSimulation": True,
}


@dataclass(frozen=True)
class Named:
    """A server by the name under which passkeys know it."""

    url: str


@pytest.fixture
def by_name(demo_file, tmp_path):
    """The demo company at a name, for no browser has passkeys for a bare number."""
    with shell_in(tmp_path) as shell:
        shell.var.mkdir()
        shutil.copy(demo_file, shell.var / "karvon.db")
        port = free_port()
        url = f"http://localhost:{port}"
        environ = {"KARVON_SERVER__PORT": str(port), "KARVON_SERVER__BASE_URL": url}
        shell.start("serve", port=port, **environ).wait_until_ready()
        yield Named(url)


@pytest.fixture
def window(page, by_name):
    """A window of malika, logged in by her password, with a device that makes passkeys."""
    opened = page(server=by_name, language="uz")
    debugger = opened.context.new_cdp_session(opened)
    debugger.send("WebAuthn.enable")
    debugger.send("WebAuthn.addVirtualAuthenticator", {"options": TOUCHED})
    log_in(opened, "malika")
    return opened


def log_out(window):
    window.click("header .pop-face")
    window.click("form[action='/logout'] button[type=submit]")
    expect(window.locator("#password")).to_be_visible()


def in_all_lights(window, axe):
    found = []
    for scheme in ("light", "dark"):
        window.emulate_media(color_scheme=scheme)
        found += axe(window)
    window.emulate_media(color_scheme="light")
    return found


@pytest.mark.requirement("S30")
def test_a_passkey_is_added_and_logs_in_without_a_password(window, axe, by_name):
    window.goto("/account/security")
    window.fill("#passkey-title", "Telefonim")
    window.click("form[action='/account/passkeys'] button")
    removal = window.locator("form[action$='/remove'] button")
    expect(removal).to_be_visible()

    log_out(window)
    window.goto("/login?next=/contacts/contact/")
    window.click("form[action='/login/passkey'] button")
    expect(window).to_have_url(f"{by_name.url}/contacts/contact/")
    window.goto("/account/security")
    assert in_all_lights(window, axe) == []


@pytest.mark.requirement("S30")
@pytest.mark.attack(42)
def test_an_app_is_set_up_by_its_code_and_asked_for_at_the_login(window, axe, by_name):
    window.goto("/account/factor")
    window.click("form[action='/account/factor/begin'] button")
    secret = window.inner_text(".secret").replace(" ", "")
    expect(window.locator(".qr")).to_have_js_property("complete", value=True)
    assert window.evaluate("document.querySelector('.qr').naturalWidth") > 100
    assert in_all_lights(window, axe) == []
    window.set_viewport_size(TELEPHONE)
    assert window.evaluate("document.documentElement.scrollWidth") <= TELEPHONE["width"]
    window.set_viewport_size(DESKTOP)
    window.fill("#code", pyotp.TOTP(secret).now())
    window.click("form[action='/account/factor'] .btn-primary")
    expect(window.locator(".codes li")).to_have_count(10)
    codes = window.locator(".codes li").all_inner_texts()
    assert in_all_lights(window, axe) == []
    with window.expect_download() as saved:
        window.click("a[download]")
    kept = saved.value.path().read_text()
    assert all(code in kept for code in codes)
    log_out(window)
    log_in(window, "malika")
    expect(window).to_have_url(re.compile("/login/second"))
    assert in_all_lights(window, axe) == []
    window.click("a[href*='recovery=1']")
    window.fill("#code", codes[3])
    window.keyboard.press("Enter")
    expect(window).to_have_url(f"{by_name.url}/")


def test_a_device_that_refuses_says_so_in_a_sentence(window, by_name):
    log_out(window)
    window.click("form[action='/login/passkey'] button")
    expect(window.locator("form[action='/login/passkey'] [role=alert]")).to_be_visible()
    expect(window).to_have_url(re.compile("/login"))
