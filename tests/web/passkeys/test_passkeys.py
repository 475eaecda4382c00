"""Passkeys: made, used instead of the password and after it, removed; and what a thief tries."""

import pytest

from core.access.accounts import create_user, disable_user
from core.access.factors.models import Passkey
from core.access.factors.passkeys import MOST, place_of
from core.access.login import set_password
from core.access.models import Session
from core.data.actor import system
from core.data.history import History
from core.modules.registry import using
from core.testing.instances import Browser, browser_for
from core.testing.ports import HOST
from core.testing.sites import whole_database
from core.web.requests import LOGIN_COOKIE
from tests.web.passkeys.authenticator import PASSWORD, add, ask, encoded, is_in, log_in


@pytest.mark.requirement("S30")
def test_a_passkey_logs_in_without_a_password(zafar, user, visitor):
    device, answer = add(zafar)
    assert (answer.status_code, answer.location) == (303, "/account/security")
    page = zafar.get("/account/security").text
    assert "Telephone" in page
    assert "never used" in page
    browser = visitor()
    browser.client.set_cookie(LOGIN_COOKIE, "preset", domain=HOST)
    answer = log_in(browser, device, next="/contacts/contact/")
    assert (answer.status_code, answer.location) == (303, "/contacts/contact/")
    assert is_in(browser)
    assert Session.select().where(Session.user == user.id).count() == 2
    assert "last used" in zafar.get("/account/security").text
    assert browser.post("/account/passkeys/options").status_code == 200


def test_the_browser_is_asked_for_a_passkey_that_knows_its_user(zafar, user, visitor):
    options = zafar.post("/account/passkeys/options").json
    chosen = options["authenticatorSelection"]
    assert (chosen["residentKey"], chosen["userVerification"]) == ("required", "required")
    assert (options["attestation"], options["rp"]["id"]) == ("none", "localhost")
    assert options["user"]["name"] == "zafar"
    device, _answer = add(zafar)
    again = zafar.post("/account/passkeys/options").json
    assert [each["id"] for each in again["excludeCredentials"]] == [encoded(device.id)]
    asked = ask(visitor())
    assert (asked["userVerification"], asked["rpId"]) == ("required", "localhost")
    assert not asked.get("allowCredentials")


@pytest.mark.attack(42)
def test_after_the_password_a_passkey_of_the_same_user_is_the_second_step(
    zafar, visitor, app, registry
):
    device, _answer = add(zafar)
    with using(registry), system("a test"):
        other = browser_for(app, create_user("other", roles=("core.staff",)))
    foreign, _answer = add(other)
    browser = visitor()
    answer = browser.post("/login", {"name": "zafar", "password": PASSWORD})
    assert answer.location == "/login/second?next=/"
    assert not is_in(browser)
    assert "six digits" not in browser.get("/login/second").text
    asked = ask(browser, "?second=1")
    assert [each["id"] for each in asked["allowCredentials"]] == [encoded(device.id)]
    refused = browser.post("/login/passkey", {"answer": foreign.signed(asked), "second": "1"})
    assert refused.status_code == 401
    assert not is_in(browser)
    asked = ask(browser, "?second=1")
    answer = browser.post("/login/passkey", {"answer": device.signed(asked), "second": "1"})
    assert (answer.status_code, answer.location) == (303, "/")
    assert is_in(browser)
    late = visitor().post("/login/passkey", {"answer": device.signed(asked), "second": "1"})
    assert late.location == "/login"


def test_passkeys_are_several_and_each_can_be_removed_by_its_owner_only(
    zafar, visitor, app, registry
):
    first, _answer = add(zafar, title="Telephone")
    second, _answer = add(zafar, title="  Key\0 on my ring ")
    assert [each.title for each in Passkey.select().order_by(Passkey.id)] == [
        "Telephone",
        "Key on my ring",
    ]
    ids = [each.id for each in Passkey.select().order_by(Passkey.id)]
    with using(registry), system("a test"):
        other = browser_for(app, create_user("other", roles=("core.staff",)))
    for id in (ids[0], 999, 2**40):
        assert other.post(f"/account/passkeys/{id}/remove").status_code == 404
    assert zafar.post(f"/account/passkeys/{ids[0]}/remove").status_code == 303
    assert log_in(visitor(), first).status_code == 401
    assert log_in(visitor(), second).status_code == 303
    told = [row.action for row in History.select().where(History.actor == zafar.user.id)]
    assert [each for each in told if "factor" in each] == [
        "add_factor",
        "add_factor",
        "remove_factor",
    ]


def test_the_same_passkey_is_added_once_whoever_adds_it(zafar, app, registry):
    device, _answer = add(zafar)
    with using(registry), system("a test"):
        other = browser_for(app, create_user("other", roles=("core.staff",)))
    _device, answer = add(other, device)
    assert answer.status_code == 400
    assert Passkey.get().user_id == zafar.user.id


def test_a_user_who_is_disabled_is_let_in_by_no_passkey(zafar, user, visitor, registry):
    device, _answer = add(zafar)
    with using(registry), system("a test"):
        create_user("boss", roles=("admin",))
        disable_user(user)
    assert log_in(visitor(), device).status_code == 401


def test_passkeys_change_only_for_who_proved_lately_who_they_are(zafar):
    add(zafar)
    Session.update(confirmed_at=None).execute()
    before = whole_database()
    for path in ("", "/options", f"/{Passkey.get().id}/remove"):
        answer = zafar.post(f"/account/passkeys{path}", {"answer": "{}"})
        assert answer.location.startswith("/account/confirm"), path
    assert whole_database() == before


@pytest.mark.requirement("S30")
def test_a_passkey_of_ones_own_proves_anew_who_one_is(zafar, app, registry):
    device, _answer = add(zafar)
    with using(registry), system("a test"):
        other = browser_for(app, create_user("other", roles=("core.staff",)))
    foreign, _answer = add(other)
    Session.update(confirmed_at=None).execute()
    before = zafar.client.get_cookie(LOGIN_COOKIE, domain=HOST).value
    assert "data-passkey" in zafar.get("/account/confirm").text
    for signer, status in ((foreign, 401), (device, 303)):
        asked = zafar.post("/account/confirm/passkey/options").json
        form = {"answer": signer.signed(asked), "next": "/account/factor"}
        answer = zafar.post("/account/confirm/passkey", form)
        assert answer.status_code == status
        is_fresh = zafar.get("/account/factor").status_code == 200
        assert is_fresh == (status == 303)
    assert answer.location == "/account/factor"
    assert zafar.client.get_cookie(LOGIN_COOKIE, domain=HOST).value != before


def test_the_first_passkey_ends_what_a_password_alone_had_opened(zafar, visitor):
    log_in_by_password = {"name": "zafar", "password": PASSWORD}
    visitor_in = visitor()
    visitor_in.post("/login", log_in_by_password)
    assert is_in(visitor_in)
    device, _answer = add(zafar)
    assert not is_in(visitor_in)
    log_in(visitor_in, device)
    add(zafar, title="Second")
    assert is_in(visitor_in)


def test_nobody_gathers_passkeys_without_end(zafar, user):
    for number in range(MOST):
        Passkey.create(user=user.id, credential=str(number), public_key="", title="x")
    assert zafar.post("/account/passkeys/options").status_code == 400


@pytest.mark.attack(36)
@pytest.mark.parametrize("path", ["/login/passkey/options", "/login/passkey", "/login/second"])
def test_without_a_csrf_token_nothing_is_asked_or_answered(visitor, path):
    before = whole_database()
    assert visitor().client.post(path, base_url="http://127.0.0.1:8000").status_code == 400
    assert whole_database() == before


def test_a_new_password_keeps_passkeys_and_ends_their_sessions(zafar, user, visitor, registry):
    device, _answer = add(zafar)
    log_in(browser := visitor(), device)
    with using(registry), system("a test"):
        set_password(user.id, "tongda-quyosh-chiqadi")
    assert not is_in(browser)
    assert log_in(browser, device).status_code == 303


@pytest.mark.parametrize(
    ("base_url", "possible"),
    [
        ("https://karvon.example.uz", True),
        ("http://localhost:8000", True),
        ("http://karvon.example.uz", False),
        ("http://127.0.0.1:8000", False),
        ("https://192.168.1.5", False),
        ("https://[::1]:8000", False),
    ],
)
def test_browsers_have_passkeys_for_names_and_encrypted_pages(base_url, possible):
    assert place_of(base_url).is_possible == possible
    assert place_of("https://karvon.uz/erp").origin == "https://karvon.uz"


def test_where_browsers_would_refuse_passkeys_none_are_offered(open_at, migrated_url):
    app = open_at(migrated_url).build()
    page = Browser(app.test_client()).get("/login", follow_redirects=True).text
    assert "data-passkey" not in page
    assert Browser(app.test_client()).post("/login/passkey/options").status_code == 400
