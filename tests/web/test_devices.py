"""A browser that is remembered: its PIN takes the place of the password, for some things."""

import re
from datetime import timedelta

import pytest

from core.access.models import Device, Session
from core.data.fields import now
from core.testing.instances import Browser
from core.web.requests import DEVICE_COOKIE, LANGUAGE_COOKIE, LOGIN_COOKIE
from tests.web.entering import FIREFOX, PASSWORD

PIN = "274951"
NEW = "/account/devices/new"


@pytest.fixture
def zafar(zafar):
    """A browser of the employee in which nobody is logged in."""
    client = zafar.client.application.test_client()
    client.environ_base["HTTP_USER_AGENT"] = FIREFOX
    client.set_cookie(LANGUAGE_COOKIE, "en", domain="127.0.0.1")
    return Browser(client)


def log_in(browser, **more):
    return browser.post("/login", {"name": "zafar", "password": PASSWORD, **more})


def remember(browser, pin=PIN, **more):
    return browser.post(NEW, {"pin": pin, "again": pin, **more})


@pytest.fixture
def remembered(zafar):
    """A browser whose session has ended, and that is remembered."""
    assert log_in(zafar, remember="1", next="/core/user/").headers["Location"].startswith(NEW)
    assert remember(zafar).status_code == 303
    zafar.post("/logout")
    return zafar


def cookie(browser, name):
    found = browser.client.get_cookie(name, domain="127.0.0.1")
    return found and found.value


@pytest.mark.requirement("S30")
def test_a_device_is_remembered_at_the_login_and_opened_by_its_pin(zafar):
    answer = log_in(zafar, remember="1", next="/core/user/")
    assert answer.headers["Location"] == f"{NEW}?next=/core/user/"
    assert 'name="next" value="/core/user/"' in zafar.get(f"{NEW}?next=/core/user/").text
    assert remember(zafar, next="/core/user/").headers["Location"] == "/core/user/"
    page = zafar.get("/account/sessions").text
    assert page.count("This browser") == 2
    assert page.count("Firefox, Linux") >= 2
    first = cookie(zafar, LOGIN_COOKIE)
    Session.update(seen_at=now() - timedelta(hours=9)).execute()
    assert zafar.get("/core/user/").headers["Location"] == "/login?next=/core/user/"
    page = zafar.get("/login?next=/core/user/").text
    assert "Continue as zafar" in page
    assert 'id="password"' not in page
    answer = zafar.post("/login/pin", {"pin": PIN, "next": "/core/user/"})
    assert answer.headers["Location"] == "/core/user/"
    second = cookie(zafar, LOGIN_COOKIE)
    assert second != first
    assert zafar.get("/core/user/").status_code == 200
    zafar.post("/logout")
    zafar.post("/login/pin", {"pin": PIN})
    assert cookie(zafar, LOGIN_COOKIE) not in (first, second)


@pytest.mark.requirement("S30")
def test_a_pin_does_not_stand_for_the_password(remembered):
    remembered.post("/login/pin", {"pin": PIN})
    assert remembered.get("/account").status_code == 200
    for path in ("/account/email", NEW):
        assert remembered.get(path).headers["Location"].startswith("/account/confirm")
        assert remembered.post(path).headers["Location"].startswith("/account/confirm")
    assert remembered.post("/account/confirm", {"password": PIN}).status_code == 401
    remembered.post("/account/confirm", {"password": PASSWORD})
    assert remembered.get("/account/email").status_code == 200


@pytest.mark.requirement("S30")
@pytest.mark.attack(40)
def test_wrong_pins_are_counted_aloud_and_the_fifth_forgets(remembered):
    for left in ("4 tries", "3 tries", "2 tries", "1 try"):
        answer = remembered.post("/login/pin", {"pin": "111111"})
        assert answer.status_code == 401
        assert left in answer.text
    answer = remembered.post("/login/pin", {"pin": "111111"})
    assert answer.status_code == 401
    assert "not remembered any more" in answer.text
    assert 'id="password"' in answer.text
    assert cookie(remembered, DEVICE_COOKIE) is None
    assert remembered.post("/login/pin", {"pin": PIN}).status_code == 401
    assert Device.select().count() == 0


@pytest.mark.parametrize("pin", ["123456", "000000", "12345", "abcdef", ""])
def test_a_weak_pin_is_refused_on_the_page(zafar, pin):
    log_in(zafar)
    answer = remember(zafar, pin)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert zafar.post(NEW, {"pin": PIN, "again": "274952"}).status_code == 422
    assert Device.select().count() == 0


@pytest.mark.requirement("S30")
@pytest.mark.attack(39)
def test_a_device_that_is_forgotten_elsewhere_ends_what_it_opened(remembered):
    other = Browser(remembered.client.application.test_client())
    log_in(other)
    remembered.post("/login/pin", {"pin": PIN})
    (path,) = re.findall(r"/account/devices/\d+/forget", other.get("/account/sessions").text)
    assert other.post(path).status_code == 303
    assert remembered.get("/").status_code == 302
    assert "Continue as" not in remembered.get("/login").text
    assert remembered.post("/login/pin", {"pin": PIN}).status_code == 401
    assert other.get("/").status_code == 200


def test_whoever_forgets_this_device_goes_on_working(remembered):
    remembered.post("/login/pin", {"pin": PIN})
    (path,) = re.findall(r"/account/devices/\d+/forget", remembered.get("/account/sessions").text)
    assert remembered.post(path).status_code == 303
    assert cookie(remembered, DEVICE_COOKIE) is None
    assert remembered.get("/").status_code == 200


@pytest.mark.attack(1)
def test_the_device_of_somebody_else_is_not_there(remembered, as_role):
    thief = as_role("admin")
    for id in (Device.get().id, 999999, 2**70):
        assert thief.post(f"/account/devices/{id}/forget").status_code == 404
    assert Device.select().count() == 1


@pytest.mark.attack(45)
def test_a_pin_leads_to_a_page_of_ours(remembered):
    for evil in ("//evil", "https:evil", "/\\evil", "javascript:alert(1)"):
        answer = remembered.post("/login/pin", {"pin": PIN, "next": evil})
        assert answer.headers["Location"] == "/", evil
        remembered.post("/logout")


def test_where_none_are_remembered_nothing_is_asked_and_nothing_opens(remembered):
    app = remembered.client.application
    settings = app.config["KARVON"]
    app.config["KARVON"] = type(settings)(
        **{**vars(settings), "sessions": type(settings.sessions)(remember_days=0)}
    )
    page = remembered.get("/login").text
    assert "Continue as" not in page
    assert "Remember this device" not in page
    assert remembered.post("/login/pin", {"pin": PIN}).status_code == 401
    assert log_in(remembered, remember="1").headers["Location"] == "/"
    assert remembered.get(NEW).status_code == 404
    assert "Remembered devices" not in remembered.get("/account/sessions").text
