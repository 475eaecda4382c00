"""Coming in and staying in: sessions, guesses, second factors, links, and a fresh install."""

import logging
import re
from statistics import median
from time import process_time

import pyotp
import pytest

from core.access.accounts import create_user, disable_user
from core.access.factors.models import OneTimeLink
from core.access.links import RESET, new_link
from core.access.login import PER_ADDRESS, set_password, try_login
from core.access.models import Attempt, Credential, Session, User, UserRole
from core.access.secrets import password_fits
from core.data.actor import system
from core.modules.registry import using
from core.testing.instances import Browser
from core.testing.ports import HOST
from core.testing.sites import whole_database
from core.web.app import create_app
from core.web.requests import LANGUAGE_COOKIE, LOGIN_COOKIE
from tests.attacks.answers import masked

PASSWORD = "toʻgʻri-kalit-soʻz"
NEW = "qirmizi olma daraxti"
EVIL = (
    *("//evil", "https:evil", "https://evil", "/\\evil", "\\\\evil", "javascript:alert(1)"),
    *("///evil", "/\tevil", "//[", "http://[", " //evil", "/\r\nSet-Cookie: a=b", "evil", ""),
)
WORKERS = 4
# What coming in writes: sessions, attempts, and what the history tells of both.
ENTERING = {"core_session", "core_attempt", "core_history", "core_history_value"}


@pytest.fixture
def person(target):
    """Somebody who works here and whom each test has for itself."""
    with system("a test makes a user"):
        number = User.select().count()
        made = create_user(f"hodim-{number}", PASSWORD, name="Xodim", roles=("attack.tied",))
        User.update(email=f"hodim-{number}@example.uz").where(User.id == made.id).execute()
        return User.get_by_id(made.id)


@pytest.fixture
def visitor(target):
    """Make `visitor("10.0.0.1")`: a browser at that address, of one of several workers."""

    def make(address="10.0.0.1", app=target.site.app):
        client = app.test_client()
        client.environ_base["REMOTE_ADDR"] = address
        client.set_cookie(LANGUAGE_COOKIE, "en", domain=HOST)
        return Browser(client)

    return make


def log_in(browser, person, password=PASSWORD, **more):
    return browser.post("/login", {"name": person.login, "password": password, **more})


def cookie(browser):
    found = browser.client.get_cookie(LOGIN_COOKIE, domain=HOST)
    return found and found.value


def is_in(browser):
    return browser.get("/").status_code == 200


def changed(before):
    after = whole_database()
    return {name for name in before if before[name] != after[name]} - ENTERING


def test_attack_38_the_session_of_before_is_dead_after_the_login(person, visitor):
    browser, thief = visitor(), visitor()
    browser.client.set_cookie(LOGIN_COOKIE, "preset", domain=HOST)
    before = whole_database()
    assert not is_in(browser)
    assert log_in(browser, person).status_code == 303
    first = cookie(browser)
    assert first != "preset"
    thief.client.set_cookie(LOGIN_COOKIE, first, domain=HOST)
    browser.user = person
    assert is_in(thief)
    assert log_in(browser, person).status_code == 303
    assert cookie(browser) != first
    assert not is_in(thief)
    for name in changed(before):
        assert first not in str(whole_database()[name])
    assert first not in str([row.digest for row in Session.select()])


@pytest.mark.parametrize("change", ["logout", "password", "disabled", "role"])
def test_attack_39_what_is_taken_away_is_gone_with_the_next_request(person, visitor, change):
    browser, other = visitor(), visitor()
    for each in (browser, other):
        log_in(each, person)
        each.user = person
        assert each.get("/contacts/contact/").status_code == 200
    if change == "logout":
        assert browser.post("/logout").status_code == 303
        assert not is_in(browser)
        other = browser
    with system("an admin"):
        if change == "password":
            set_password(person.id, NEW)
        elif change == "disabled":
            disable_user(person)
        elif change == "role":
            UserRole.delete().where(UserRole.user == person.id).execute()
    before = whole_database()
    assert other.get("/contacts/contact/").status_code == (403 if change == "role" else 302)
    assert changed(before) == set()


def test_attack_40_guesses_over_many_workers_are_stopped_and_the_user_gets_in(
    target, person, visitor
):
    workers = [create_app(target.registry, target.settings) for _ in range(WORKERS)]
    before = whole_database()
    guessers = [visitor("10.6.6.6", app) for app in workers]
    statuses = [log_in(guessers[n % WORKERS], person, f"wrong-{n}").status_code for n in range(10)]
    assert statuses[0] == 401
    assert statuses[-1] == 429
    assert {log_in(each, person).status_code for each in guessers} == {429}
    for number in range(2 * PER_ADDRESS):
        stranger = type(person)(login=f"nobody-{number}")
        log_in(guessers[number % WORKERS], stranger, "wrong")
    assert Attempt.select().where(Attempt.key.contains("10.6.6.6")).count() <= 2 * PER_ADDRESS
    assert changed(before) == set()
    home = visitor("10.0.0.7", workers[0])
    assert log_in(home, person).status_code == 303
    assert is_in(home)


def test_attack_41_no_answer_tells_who_has_a_login(target, person, visitor):
    nobody = type(person)(login="nobody-here")
    before = whole_database()
    for path, form in (("/login", {"password": "wrong-password"}), ("/forgot", {})):
        bodies = []
        for number, who in enumerate((person, nobody)):
            browser = visitor(f"10.1.{len(path)}.{number}")
            answer = browser.post(path, {"name": who.login, **form})
            bodies.append((answer.status_code, masked(answer.text, who.login)))
        assert bodies[0] == bodies[1], path
    assert changed(before) <= {"core_job"}  # that a reset was asked for, by whom it may be

    def spent(login, place):
        costs = []
        for number in range(3):
            begun = process_time()
            try_login(login, "wrong-password", f"10.{place}.0.{number}")
            costs.append(process_time() - begun)
        return median(costs)

    spent("warm", 9)
    assert 0.4 < spent(person.login, 1) / spent("nobody-here", 2) < 2.5


def test_attack_42_a_code_is_good_once_and_the_second_step_cannot_be_skipped(
    person, visitor, clock
):
    owner = visitor()
    log_in(owner, person)
    owner.user = person
    page = owner.get(owner.post("/account/factor/begin").location)
    secret = re.search(r'class="num fw-650 secret">([A-Z2-7 ]+)<', page.text).group(1)
    app = pyotp.TOTP(secret.replace(" ", ""))
    assert owner.post("/account/factor", {"code": app.at(clock.time)}).status_code == 200
    clock.forward(minutes=1)
    first, second = visitor("10.0.1.1"), visitor("10.0.1.2")
    for browser in (first, second):
        assert log_in(browser, person).location.startswith("/login/second")
        before = whole_database()
        for path in ("/", "/contacts/contact/", "/account", "/account/factor", "/core/user/"):
            assert browser.get(path).location.split("?")[0] == "/login"
        assert changed(before) == set()
    code = app.at(clock.time)
    assert first.post("/login/second", {"code": code}).status_code == 303
    assert is_in(first)
    assert second.post("/login/second", {"code": code}).status_code == 401
    assert not is_in(second)
    assert visitor("10.0.1.3").post("/login/second", {"code": code}).location == "/login"


def test_attack_43_a_reset_link_is_good_once_for_half_an_hour_and_kept_as_a_hash(
    person, visitor, clock, caplog
):
    def choose(path):
        return visitor().post(path, {"password": NEW, "again": NEW}).status_code

    def link():
        with system("a test hands out a link"):
            return f"/link/{new_link(User.get_by_id(person.id), RESET)}"

    with caplog.at_level(logging.DEBUG):
        path = link()
        assert path.removeprefix("/link/") not in str(whole_database())
        assert OneTimeLink.select().where(OneTimeLink.user == person.id).count() == 1
        before = whole_database()
        assert visitor().get(path).status_code == 200
        clock.forward(minutes=31)
        assert (visitor().get(path).status_code, choose(path)) == (404, 404)
        assert changed(before) == set()
        path = link()
        with system("somebody changes their address"):
            User.update(email="other@example.uz").where(User.id == person.id).execute()
        before = whole_database()
        assert choose(path) == 404
        assert changed(before) == set()
        kept = Credential.get(Credential.user == person.id).password_hash
        assert password_fits(PASSWORD, kept)
        path = link()
        assert (choose(path), choose(path)) == (303, 404)
    assert path.removeprefix("/link/") not in caplog.text


def test_attack_45_a_login_leads_to_a_page_of_ours(person, visitor):
    before = whole_database()
    for wanted in EVIL:
        assert log_in(visitor(), person, next=wanted).headers["Location"] == "/", wanted
    good = "/contacts/contact/?search=a"
    assert log_in(visitor(), person, next=good).headers["Location"] == good
    for wanted in EVIL[:-1]:
        form = {"language": "ru", "next": wanted}
        answer = visitor().post("/language", form, headers={"Referer": "https://evil/x"})
        assert answer.headers["Location"].startswith("/"), wanted
        assert "evil" not in answer.headers["Location"], wanted
    assert changed(before) == set()


def test_attack_48_a_fresh_install_has_no_password_and_its_demo_is_for_admins(
    registry, app, visitor, as_role
):
    with using(registry), system("a test looks"):
        assert (User.select().count(), Credential.select().count()) == (0, 0)
    browser = visitor("10.0.0.1", app)
    before = whole_database()
    for name, password in (("admin", "admin"), ("admin", ""), ("root", "root"), ("demo", "demo")):
        answer = browser.post("/login", {"name": name, "password": password})
        assert answer.status_code in (302, 303, 401)
        assert cookie(browser) is None
    for code in ("", "0", "setup", "admin"):
        form = {"code": code, "name": "boss", "password": NEW, "again": NEW}
        assert browser.post("/setup", form).status_code in (400, 401, 403, 422, 429)
    assert changed(before) == set()
    for roles in (("contacts.manager",), ("core.staff",), ()):
        other = as_role(*roles)
        other.csrf_token()
        before = whole_database()
        assert other.get("/apps/demo").status_code == 403
        assert other.post("/apps/demo", {"sure": "yes"}).status_code == 403
        assert changed(before) == set()
    stranger = visitor("10.0.0.2", app).post("/apps/demo", {"sure": "yes"})
    assert stranger.location.startswith(("/login", "/setup"))
    assert changed(before) == set()
