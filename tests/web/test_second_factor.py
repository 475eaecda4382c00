"""The second factor: enrolled by a code, asked for at the login, each code once."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp
import pytest

from core.access.devices import remember_device
from core.access.factors.codes import begin_authenticator, use_code, waiting_secret
from core.access.factors.models import Authenticator, HalfLogin, RecoveryCode
from core.access.factors.recovery import new_recovery_codes, use_recovery_code
from core.access.factors.second import PER_PAIR
from core.access.login import set_password
from core.access.models import Device, Session
from core.data.actor import system
from core.data.database import release
from core.data.history import History
from core.testing.instances import Browser
from core.testing.ports import HOST
from core.testing.sites import whole_database
from core.web.account.half import HALF_COOKIE
from core.web.requests import LANGUAGE_COOKIE, LOGIN_COOKIE
from tests.web.entering import PASSWORD


@pytest.fixture
def app_of(zafar, clock):
    """The app on the telephone: `app_of()` is the code that it shows now."""
    page = follow(zafar, zafar.post("/account/factor/begin"))
    secret = re.search(r'class="num fw-650 secret">([A-Z2-7 ]+)<', page.text).group(1)
    app = pyotp.TOTP(secret.replace(" ", ""))
    return lambda: app.at(clock.time)


@pytest.fixture
def codes(zafar, app_of, clock):
    """The recovery codes that the page shows when the app is turned on; a minute goes by."""
    page = zafar.post("/account/factor", {"code": app_of()}).text
    clock.forward(minutes=1)
    return re.findall(r"<li>([a-z0-9-]{19})</li>", page)


def follow(browser, answer):
    assert answer.status_code == 303, answer.text
    return browser.get(answer.location)


def visitor(browser, address="10.0.0.1"):
    client = browser.client.application.test_client()
    client.environ_base["REMOTE_ADDR"] = address
    client.set_cookie(LANGUAGE_COOKIE, "en", domain=HOST)
    return Browser(client)


def log_in(browser, **more):
    return browser.post("/login", {"name": "zafar", "password": PASSWORD, **more})


def cookie(browser, name=LOGIN_COOKIE, path="/"):
    found = browser.client.get_cookie(name, domain=HOST, path=path)
    return found and found.value


def is_in(browser):
    browser.user = None
    return browser.get("/").status_code == 200


@pytest.mark.requirement("S30")
@pytest.mark.attack(42)
def test_a_code_opens_the_session_that_the_password_did_not(zafar, codes, app_of):
    browser = visitor(zafar)
    answer = log_in(browser, next="/contacts/contact/")
    assert answer.location == "/login/second?next=/contacts/contact/"
    assert cookie(browser) is None
    page = browser.get(answer.location)
    assert "six digits" in page.text
    answer = browser.post("/login/second", {"code": app_of(), "next": "/contacts/contact/"})
    assert (answer.status_code, answer.location) == (303, "/contacts/contact/")
    assert is_in(browser)
    assert cookie(browser, HALF_COOKIE, "/login") is None


@pytest.mark.attack(42)
def test_the_second_step_cannot_be_skipped_by_an_address(zafar, codes):
    browser = visitor(zafar)
    log_in(browser)
    for path in ("/", "/contacts/contact/", "/account", "/account/factor", "/apps", "/core/user/"):
        answer = browser.get(path)
        assert (answer.status_code, answer.location.split("?")[0]) == (302, "/login"), path
    assert browser.post("/account/factor/off").location == "/login"
    assert Authenticator.select().count() == 1
    as_session = visitor(zafar)
    half = cookie(browser, HALF_COOKIE, "/login")
    as_session.client.set_cookie(LOGIN_COOKIE, half, domain=HOST)
    assert not is_in(as_session)
    assert visitor(zafar).get("/login/second").location == "/login"
    assert visitor(zafar).post("/login/second", {"code": "123456"}).location == "/login"


@pytest.mark.attack(42)
def test_a_code_is_good_once(zafar, codes, app_of):
    code = app_of()
    first, second = visitor(zafar), visitor(zafar, "10.0.0.2")
    for browser in (first, second):
        log_in(browser)
    assert first.post("/login/second", {"code": code}).status_code == 303
    answer = second.post("/login/second", {"code": code})
    assert (answer.status_code, "used already" in answer.text) == (401, True)
    assert not is_in(second)


@pytest.mark.attack(42)
def test_of_many_who_send_a_code_at_once_one_gets_in(zafar, codes, app_of):
    code, user = app_of(), zafar.user.id

    def send(_):
        try:
            return use_code(user, code)
        finally:
            release()

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(send, range(12))) == 1


@pytest.mark.attack(42)
@pytest.mark.parametrize(
    ("seconds", "fits"), [(-61, False), (-30, True), (0, True), (30, True), (61, False)]
)
def test_the_clock_of_a_telephone_may_be_a_step_wrong(zafar, codes, app_of, clock, seconds, fits):
    clock.set(clock.time.replace(second=15) + timedelta(minutes=2))
    here = clock.time
    clock.forward(seconds=seconds)
    code = app_of()
    clock.set(here)
    assert use_code(zafar.user.id, code) == fits


@pytest.mark.attack(38)
def test_the_session_id_changes_and_a_preset_or_half_cookie_is_dead(zafar, codes, app_of):
    browser = visitor(zafar)
    browser.client.set_cookie(LOGIN_COOKIE, "preset", domain=HOST)
    log_in(browser)
    half = cookie(browser, HALF_COOKIE, "/login")
    assert half not in str(whole_database())
    assert browser.post("/login/second", {"code": app_of()}).status_code == 303
    assert cookie(browser) not in ("preset", half)
    again = visitor(zafar)
    again.client.set_cookie(HALF_COOKIE, half, domain=HOST, path="/login")
    assert again.get("/login/second").location == "/login"
    assert HalfLogin.select().count() == 0


def test_a_half_open_login_ends_after_ten_minutes_and_with_the_password(zafar, codes, clock):
    browser = visitor(zafar)
    log_in(browser)
    assert browser.get("/login/second").status_code == 200
    clock.forward(minutes=10, seconds=1)
    assert browser.get("/login/second").status_code == 302
    log_in(browser)
    with system("a test"):
        set_password(zafar.user.id, "tongda-quyosh-chiqadi")
    assert browser.get("/login/second").status_code == 302


@pytest.mark.attack(40)
def test_wrong_codes_are_throttled_for_the_pair_and_not_elsewhere(zafar, codes, app_of):
    guesser = visitor(zafar)
    log_in(guesser)
    for _ in range(PER_PAIR):
        assert guesser.post("/login/second", {"code": "000000"}).status_code == 401
    for _ in range(3):
        assert guesser.post("/login/second", {"code": app_of()}).status_code == 429
    assert not is_in(guesser)
    told = History.select().where(History.action == "fail_log_in")
    assert [row.record for row in told] == [zafar.user.id]
    home = visitor(zafar, "10.0.0.7")
    log_in(home)
    assert home.post("/login/second", {"code": app_of()}).status_code == 303


@pytest.mark.parametrize(
    "code", ["", "0", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "²²²²²²", "x" * 999]
)
def test_what_is_no_code_is_refused(zafar, codes, code):
    browser = visitor(zafar)
    log_in(browser)
    assert browser.post("/login/second", {"code": code}).status_code == 401


def test_a_recovery_code_lets_in_once_and_is_told(zafar, codes):
    assert (len(codes), len(set(codes))) == (10, 10)
    assert not any(code.replace("-", "") in str(whole_database()) for code in codes)
    for typed, status in (
        (codes[0].upper(), 303),
        (codes[0], 401),
        (codes[1].replace("-", " "), 303),
    ):
        browser = visitor(zafar)
        log_in(browser)
        assert browser.post("/login/second", {"code": typed}).status_code == status
        assert is_in(browser) == (status == 303)
    assert RecoveryCode.select().count() == 8
    told = History.select().where(History.action == "use_recovery_code")
    assert [(row.actor, row.record) for row in told] == [(zafar.user.id, zafar.user.id)] * 2


def test_a_recovery_code_is_of_use_to_its_owner_only(zafar, codes, as_role):
    other = as_role("core.staff").user
    new_recovery_codes(other.id)
    assert not use_recovery_code(other.id, codes[0])
    assert use_recovery_code(zafar.user.id, codes[0])


def test_new_recovery_codes_make_the_old_ones_void(zafar, codes):
    page = zafar.post("/account/factor/codes").text
    new = re.findall(r"<li>([a-z0-9-]{19})</li>", page)
    assert (len(new), set(new) & set(codes)) == (10, set())
    assert not use_recovery_code(zafar.user.id, codes[0])
    assert new[0] not in zafar.get("/account/security").text
    assert "10 codes are left" in zafar.get("/account/security").text


@pytest.mark.requirement("S30")
@pytest.mark.attack(39)
def test_the_first_factor_ends_what_a_password_alone_had_opened(zafar, app_of):
    elsewhere = visitor(zafar)
    log_in(elsewhere)
    with system("a test"):
        remember_device(zafar.user.id, "482913", "Firefox", timedelta(days=30))
    assert is_in(elsewhere)
    assert zafar.post("/account/factor", {"code": "000000"}).status_code == 422
    assert is_in(elsewhere)
    assert zafar.post("/account/factor", {"code": app_of()}).status_code == 200
    assert not is_in(elsewhere)
    assert Device.select().count() == 0
    assert is_in(zafar)


def test_the_secret_is_sealed_and_not_shown_after_it_counts(zafar, app_of, clock):
    page = zafar.get("/account/factor").text
    secret = waiting_secret(zafar.user.id)
    assert 'src="data:image/svg+xml' in page
    assert secret not in str(whole_database())
    assert zafar.post("/account/factor", {"code": "000000"}).status_code == 422
    assert "The app" not in zafar.get("/account/security").text
    zafar.post("/account/factor", {"code": app_of()})
    shown = zafar.get("/account/factor").text
    assert waiting_secret(zafar.user.id) is None
    assert "data:image/svg" not in shown
    assert zafar.post("/account/factor/begin").status_code == 400
    log_in(browser := visitor(zafar))
    assert browser.get("/login/second").status_code == 200


def test_an_app_that_was_not_confirmed_is_not_asked_for(zafar):
    begin_authenticator(zafar.user.id)
    browser = visitor(zafar)
    assert log_in(browser).location == "/"
    assert is_in(browser)


@pytest.mark.parametrize("path", ["begin", "off", "codes", ""])
def test_factors_change_only_for_who_proved_lately_who_they_are(zafar, codes, path):
    moment = Session.get(Session.user == zafar.user.id).confirmed_at - timedelta(minutes=20)
    Session.update(confirmed_at=moment).execute()
    before = whole_database()
    answer = zafar.post(f"/account/factor/{path}".rstrip("/"), {"code": "123456"})
    assert answer.location.startswith("/account/confirm")
    assert whole_database() == before


def test_the_app_is_taken_away_with_its_codes_and_it_is_told(zafar, codes):
    assert zafar.post("/account/factor/off").status_code == 303
    assert (Authenticator.select().count(), RecoveryCode.select().count()) == (0, 0)
    browser = visitor(zafar)
    assert log_in(browser).location == "/"
    told = [row.action for row in History.select().where(History.actor == zafar.user.id)]
    assert [each for each in told if each.endswith("factor")] == ["add_factor", "remove_factor"]


def test_the_device_is_remembered_only_after_the_second_step(zafar, codes, app_of):
    browser = visitor(zafar)
    log_in(browser, remember="1")
    answer = browser.post("/login/second", {"code": app_of()})
    assert answer.location == "/account/devices/new?next=/"
