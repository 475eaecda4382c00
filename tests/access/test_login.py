"""Coming in: what a password, a guess, a session, a token and the first code can do."""

from datetime import timedelta
from statistics import median
from time import process_time

import pytest

from core.access.accounts import (
    create_first_admin,
    create_token,
    create_user,
    disable_user,
    new_setup_code,
)
from core.access.login import PER_ADDRESS, PER_LOGIN, PER_PAIR, set_password, try_login
from core.access.models import Attempt, Credential, Session, Token, UserRole
from core.access.secrets import password_fits
from core.access.sessions import open_session
from core.access.throttle import count_attempt
from core.access.tokens import actor_of_token
from core.data.actor import system
from core.data.fields import now
from core.errors import UserError
from core.modules.registry import using
from core.testing.instances import BASE_URL, Browser
from core.testing.sites import whole_database
from core.web.requests import LOGIN_COOKIE, lifetime_of

PASSWORD = "toʻgʻri-kalit-soʻz"


@pytest.fixture
def zafar(registry):
    with using(registry), system("a test makes a user"):
        return create_user("zafar", PASSWORD, name="Zafar", roles=("core.staff",))


@pytest.fixture
def visitor(app):
    """Make `visitor("10.0.0.1")`: a browser at that address."""

    def make(address="10.0.0.1"):
        client = app.test_client()
        client.environ_base["REMOTE_ADDR"] = address
        return Browser(client)

    return make


def log_in(browser, name="zafar", password=PASSWORD, **more):
    return browser.post("/login", {"name": name, "password": password, **more})


def cookie(browser):
    found = browser.client.get_cookie(LOGIN_COOKIE, domain="127.0.0.1")
    return found and found.value


def is_in(browser):
    return browser.get("/").status_code == 200


@pytest.mark.requirement("S30")
def test_passwords_are_kept_as_argon2_only(zafar):
    kept = Credential.get(Credential.user == zafar.id).password_hash
    assert kept.startswith("$argon2id$")
    assert PASSWORD not in str(whole_database())
    assert password_fits(PASSWORD, kept)
    assert not password_fits(PASSWORD + " ", kept)
    assert not password_fits(PASSWORD, None)


@pytest.mark.requirement("S30")
@pytest.mark.attack(41)
def test_known_and_unknown_names_get_the_same_answer(zafar, visitor):
    known, unknown = visitor("10.0.0.1"), visitor("10.0.0.2")
    for password in ("wrong-password", "", "x" * 300):
        answers = [log_in(known, "zafar", password), log_in(unknown, "nobody", password)]
        assert [answer.status_code for answer in answers] == [401, 401]
        bodies = [answer.text.replace("nobody", "zafar") for answer in answers]
        tokens = [known.csrf_token(), unknown.csrf_token()]
        lines = [len(body.splitlines()) for body in bodies]
        assert lines[0] == lines[1]
        assert tokens[0] != tokens[1]


@pytest.mark.attack(41)
def test_known_and_unknown_names_take_alike(zafar):
    def spent(login, place):
        costs = []
        for number in range(5):
            begun = process_time()
            try_login(login, "wrong-password", f"10.{place}.0.{number}")
            costs.append(process_time() - begun)
        return median(costs)

    spent("warm", 9)
    known, unknown = spent("zafar", 1), spent("nobody", 2)
    assert 0.4 < known / unknown < 2.5


@pytest.mark.requirement("S30")
@pytest.mark.attack(40)
def test_a_guesser_is_stopped_and_the_user_elsewhere_gets_in(zafar, visitor):
    guesser = visitor("10.6.6.6")
    for _ in range(PER_PAIR):
        assert log_in(guesser, password="wrong-password").status_code == 401
    assert log_in(guesser, password="wrong-password").status_code == 429
    assert log_in(guesser).status_code == 429
    assert not is_in(guesser)
    home = visitor("10.0.0.7")
    assert log_in(home).status_code == 303
    assert is_in(home)


@pytest.mark.attack(40)
def test_many_names_from_one_address_are_stopped(zafar, visitor):
    guesser = visitor("10.6.6.6")
    for number in range(PER_ADDRESS):
        assert log_in(guesser, f"user{number}", "wrong-password").status_code == 401
    assert log_in(guesser).status_code == 429
    assert Attempt.select().count() <= 2 * PER_ADDRESS + 1
    assert log_in(visitor("10.0.0.7")).status_code == 303


@pytest.mark.attack(40)
def test_who_has_a_network_of_ipv6_counts_as_one(zafar, visitor):
    for number in range(PER_ADDRESS):
        page = log_in(visitor(f"2001:db8::{number:x}:1"), f"user{number}", "wrong-password")
        assert page.status_code == 401
    assert log_in(visitor("2001:db8::ffff:1")).status_code == 429
    assert Attempt.select().count() <= 2 * PER_ADDRESS + 1
    assert log_in(visitor("2001:db8:0:1::1")).status_code == 303


@pytest.mark.attack(40)
def test_one_name_from_many_addresses_is_stopped(zafar):
    for number in range(PER_LOGIN):
        count_attempt("login name zafar")
        assert number < PER_LOGIN
    assert try_login("zafar", PASSWORD, "10.0.0.7").throttled
    assert try_login(" ZAFAR\n", PASSWORD, "10.0.0.7").throttled


@pytest.mark.attack(40)
def test_guesses_from_elsewhere_do_not_keep_out_who_is_logged_in(zafar, instance):
    open_session(zafar.id, lifetime_of(instance.settings), "10.0.0.7")
    for _ in range(PER_LOGIN + 1):
        count_attempt("login name zafar")
    assert try_login("zafar", PASSWORD, "10.0.0.8").throttled
    assert try_login("zafar", PASSWORD, "10.0.0.7").user_id == zafar.id


@pytest.mark.attack(40)
def test_a_right_password_counts_against_nobody(zafar):
    for _ in range(PER_ADDRESS + 1):
        assert try_login("zafar", PASSWORD, "10.0.0.7").user_id == zafar.id


@pytest.mark.requirement("S30")
@pytest.mark.attack(38)
def test_a_login_gives_a_new_session_and_ends_the_one_before(zafar, visitor):
    browser = visitor()
    browser.client.set_cookie(LOGIN_COOKIE, "preset", domain="127.0.0.1")
    token = browser.csrf_token()
    assert log_in(browser).status_code == 303
    first = cookie(browser)
    assert first != "preset"
    assert browser.client.post(
        "/logout", data={"csrf_token": token}, base_url=BASE_URL
    ).status_code == 400  # fmt: skip
    other = visitor()
    other.client.set_cookie(LOGIN_COOKIE, first, domain="127.0.0.1")
    browser.user = zafar
    assert is_in(other)
    assert log_in(browser).status_code == 303
    assert cookie(browser) != first
    assert not is_in(other)
    assert first not in str([row.digest for row in Session.select()])


@pytest.mark.requirement("S30")
@pytest.mark.attack(39)
def test_logging_out_kills_the_cookie(zafar, visitor):
    browser, thief = visitor(), visitor()
    log_in(browser)
    thief.client.set_cookie(LOGIN_COOKIE, cookie(browser), domain="127.0.0.1")
    browser.user = zafar
    assert is_in(thief)
    assert browser.post("/logout").status_code == 303
    assert not is_in(thief)
    assert not is_in(browser)


@pytest.mark.requirement("S30")
@pytest.mark.attack(39)
@pytest.mark.parametrize("change", ["disable", "password", "role", "flag"])
def test_what_is_taken_away_is_gone_with_the_next_request(zafar, visitor, registry, change):
    browser = visitor()
    log_in(browser)
    assert browser.get("/core/user/").status_code == 200
    with using(registry), system("an admin"):
        token = create_token(zafar)
        if change == "disable":
            disable_user(zafar)
        elif change == "password":
            set_password(zafar.id, "another-password")
        elif change == "role":
            UserRole.delete().where(UserRole.user == zafar.id).execute()
        else:
            type(zafar).update(is_active=False).where(type(zafar).id == zafar.id).execute()
    page = browser.get("/core/user/")
    assert page.status_code == (403 if change == "role" else 302)
    headers = {"Authorization": f"Bearer {token}"}
    answer = browser.get("/api/v1/core/user", headers=headers).status_code
    assert answer == {"role": 403, "password": 200}.get(change, 401)


@pytest.mark.requirement("S30")
def test_a_session_ends_idle_and_for_good(zafar, visitor):
    for values in (
        {"seen_at": now() - timedelta(hours=8, minutes=1)},
        {"created_at": now() - timedelta(days=7, minutes=1)},
    ):
        browser = visitor()
        log_in(browser)
        assert is_in(browser)
        Session.update(**values).execute()
        assert not is_in(browser)
    browser = visitor()
    log_in(browser)
    Session.update(seen_at=now() - timedelta(hours=7)).execute()
    assert is_in(browser)
    assert max(row.seen_at for row in Session.select()) > now() - timedelta(minutes=1)


@pytest.mark.attack(45)
def test_a_login_leads_to_a_page_of_ours(zafar, visitor):
    evil = ("//evil", "https:evil", "https://evil", "/\\evil", "\\\\evil", "javascript:alert(1)")
    odd = ("///evil", "/\tevil", "//[", "http://[", " //evil", "/\r\nSet-Cookie: a=b", "evil", "")
    for wanted in (*evil, *odd):
        assert log_in(visitor(), next=wanted).headers["Location"] == "/", wanted
    good = "/contacts/contact/?search=a"
    assert log_in(visitor(), next=good).headers["Location"] == good


@pytest.mark.requirement("S30")
def test_a_token_is_narrowed_expires_and_dies(zafar, registry):
    with using(registry), system("a test"):
        admin = create_user("boss", roles=("admin",))
        seller = create_user("seller", roles=("contacts.manager",))
        whole, part = create_token(seller), create_token(seller, roles=("contacts.own",))
        beyond = create_token(seller, roles=("admin",))
        as_own = create_token(admin, roles=("contacts.own",))
        spent = create_token(seller, expires_at=now() - timedelta(seconds=1))
        assert "contacts.manager" in actor_of_token(whole, "en").roles
        assert actor_of_token(part, "en").roles == {"contacts.own", "core.staff"}
        assert not actor_of_token(beyond, "en").is_admin
        assert actor_of_token(as_own, "en").roles == {"contacts.own", "core.staff"}
        assert actor_of_token(spent, "en") is None
        for wrong in ("", "kv_x", whole[:-1], whole + "x", "x" * 500, "' OR 1=1"):
            assert actor_of_token(wrong, "en") is None
        assert whole not in str([row.digest for row in Token.select()])


@pytest.mark.requirement("S30")
@pytest.mark.attack(48)
def test_the_first_admin_needs_the_code_once_and_nobody_before(registry, visitor):
    assert Credential.select().count() == 0
    with using(registry):
        with pytest.raises(UserError):
            create_first_admin("", "boss", PASSWORD)
        with system("a test"):
            old, code = new_setup_code(), new_setup_code()
        for wrong in (old, "", code + "x"):
            with pytest.raises(UserError):
                create_first_admin(wrong, "boss", PASSWORD)
        with pytest.raises(UserError):
            create_first_admin(code, "boss", "short")
        create_first_admin(code, "boss", PASSWORD)
        with pytest.raises(UserError):
            create_first_admin(code, "second", PASSWORD)
        with system("a test"):
            late = new_setup_code()
        with pytest.raises(UserError):
            create_first_admin(late, "third", PASSWORD)
    browser = visitor()
    assert browser.get("/setup").headers["Location"] == "/login"
    form = {"code": late, "name": "x", "password": PASSWORD, "again": PASSWORD}
    assert browser.post("/setup", form).status_code == 400
