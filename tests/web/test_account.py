"""“My account”: everybody's own name, password and logins; and the password asked once more."""

from datetime import timedelta

import pytest

from core.access.login import PER_PAIR, try_login
from core.access.models import Device, Session, User
from core.access.sessions import FRESH
from core.data.actor import system
from core.data.fields import now
from core.errors import NotAllowed
from core.modules.registry import using
from core.testing.instances import browser_for
from core.web.fresh import NotFresh, require_fresh
from core.web.requests import LOGIN_COOKIE
from core.web.transactions import in_transaction
from tests.web.entering import ANOTHER, PASSWORD


@pytest.fixture
def zafar(zafar):
    """The employee, who has a name and an address."""
    named = {"name": "Zafar", "email": "zafar@example.uz"}
    with using(zafar.client.application.extensions["registry"]), system("a test"):
        User.update(**named).where(User.id == zafar.user.id).execute()
    return zafar


def user(browser):
    with system("a test looks"):
        return User.get_by_id(browser.user.id)


def make_stale(browser):
    moment = now() - FRESH - timedelta(seconds=1)
    Session.update(confirmed_at=moment).where(Session.user == browser.user.id).execute()


def cookie(browser):
    return browser.client.get_cookie(LOGIN_COOKIE, domain="127.0.0.1").value


def is_in(browser):
    return browser.get("/").status_code == 200


def test_everybody_changes_their_own_name_telephone_language_and_zone(zafar):
    page = zafar.get("/account").text
    assert 'value="Zafar"' in page
    assert "zafar@example.uz" in page
    own = {"name": "Zafar Aliyev", "telephone": "+998 90 123 45 67", "language": "ru"}
    answer = zafar.post("/account", {**own, "zone": "Asia/Samarkand"})
    assert answer.status_code == 303
    assert (user(zafar).name, user(zafar).language) == ("Zafar Aliyev", "ru")
    assert user(zafar).zone == "Asia/Samarkand"
    assert "Моя учётная запись" in zafar.get("/account").text


@pytest.mark.attack(15)
def test_what_the_profile_does_not_ask_for_is_not_taken(zafar):
    before = user(zafar)
    sent = {"name": "Zafar", "email": "a@b.uz", "login": "boss", "is_active": "0", "kind": "portal"}
    assert zafar.post("/account", sent).status_code == 303
    after = user(zafar)
    for name in ("email", "login", "is_active", "kind", "contact_id"):
        assert getattr(after, name) == getattr(before, name)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"name": " "}, "Fill it in"), ({"zone": "Mars/Olympus"}, "Choose one of the list")],
)
def test_what_does_not_fit_is_said_beside_it_and_nothing_is_kept(zafar, wrong, said):
    answer = zafar.post("/account", {"name": "Other", **wrong})
    assert answer.status_code == 422
    assert said in answer.text
    assert user(zafar).name == "Zafar"


@pytest.mark.requirement("S30")
def test_another_email_needs_the_password_once_more(zafar):
    make_stale(zafar)
    asked = zafar.get("/account/email")
    assert asked.status_code == 303
    assert asked.headers["Location"] == "/account/confirm?next=/account/email"
    told = zafar.post("/account/email", {"email": "thief@example.uz"})
    assert told.headers["Location"].startswith("/account/confirm")
    assert user(zafar).email == "zafar@example.uz"
    old = cookie(zafar)
    sent = {"password": PASSWORD, "next": "/account/email"}
    confirmed = zafar.post("/account/confirm", sent)
    assert confirmed.headers["Location"] == "/account/email"
    assert cookie(zafar) != old
    assert zafar.get("/account/email").status_code == 200
    assert zafar.post("/account/email", {"email": "no mail"}).status_code == 422
    assert zafar.post("/account/email", {"email": "z@example.uz"}).status_code == 303
    assert user(zafar).email == "z@example.uz"


@pytest.mark.attack(38)
def test_the_id_before_the_confirmation_opens_nothing(zafar):
    thief = browser_for(zafar.client.application, zafar.user)
    thief.client.set_cookie(LOGIN_COOKIE, cookie(zafar), domain="127.0.0.1")
    assert is_in(thief)
    assert zafar.post("/account/confirm", {"password": PASSWORD}).status_code == 303
    assert not is_in(thief)
    assert is_in(zafar)


@pytest.mark.attack(40)
def test_the_password_is_not_guessed_where_it_is_confirmed(zafar):
    make_stale(zafar)
    for _ in range(PER_PAIR):
        assert zafar.post("/account/confirm", {"password": "wrong"}).status_code == 401
    assert zafar.post("/account/confirm", {"password": PASSWORD}).status_code == 429
    assert zafar.get("/account/email").status_code == 303
    assert try_login("zafar", PASSWORD, "127.0.0.1").throttled


@pytest.mark.attack(45)
def test_a_confirmation_leads_to_a_page_of_ours(zafar):
    for evil in ("//evil", "https:evil", "/\\evil", "javascript:alert(1)"):
        assert (
            f'value="{evil}"' not in zafar.get("/account/confirm", query_string={"next": evil}).text
        )
        answer = zafar.post("/account/confirm", {"password": PASSWORD, "next": evil})
        assert answer.headers["Location"] == "/", evil


def test_whoever_must_confirm_comes_back_to_the_page_with_the_form(zafar):
    make_stale(zafar)
    for headers in ({"Referer": "http://127.0.0.1:8000/account/email?a=b"}, {}):
        told = zafar.post("/account/email", {"email": "a@b.uz"}, headers=headers)
        back = "/account/email%3Fa%3Db" if headers else "/"
        assert told.headers["Location"] == f"/account/confirm?next={back}"
    headers = {"HX-Request": "true", "HX-Current-URL": "http://127.0.0.1:8000/account"}
    told = zafar.post("/account/email", {"email": "a@b.uz"}, headers=headers)
    assert told.headers["HX-Redirect"] == "/account/confirm?next=/account"
    assert user(zafar).email == "zafar@example.uz"


def test_what_was_done_before_the_question_is_taken_back(app, zafar, working):
    tag = working.model("contacts.tag")

    def work():
        tag.create(name="Ulgurji")
        require_fresh()

    with app.test_request_context("/"), pytest.raises(NotFresh):
        in_transaction(work)
    assert tag.select().count() == 0


def test_a_program_never_counts_as_fresh(app):
    with app.test_request_context("/api/v1/core/user/1"), pytest.raises(NotAllowed):
        require_fresh()


@pytest.mark.requirement("S30")
@pytest.mark.attack(39)
def test_another_password_ends_every_other_login_and_keeps_this_one(zafar):
    other = browser_for(zafar.client.application, zafar.user)
    Device.create(digest="d", user=zafar.user, expires_at=now() + timedelta(days=1), pin_hash="")
    assert is_in(other)
    thief = browser_for(zafar.client.application, zafar.user)
    thief.client.set_cookie(LOGIN_COOKIE, cookie(zafar), domain="127.0.0.1")
    assert is_in(thief)
    form = {"old": PASSWORD, "password": ANOTHER, "again": ANOTHER}
    for wrong in ({"old": "wrong"}, {"again": "other"}, {"password": "short", "again": "short"}):
        assert zafar.post("/account/security", {**form, **wrong}).status_code == 422
        assert try_login("zafar", PASSWORD, "10.0.0.7").user_id == zafar.user.id
    assert zafar.post("/account/security", form).status_code == 303
    assert is_in(zafar)
    assert not is_in(other)
    assert not is_in(thief)
    assert Device.select().count() == 0
    assert try_login("zafar", ANOTHER, "10.0.0.7").user_id == zafar.user.id
    assert try_login("zafar", PASSWORD, "10.0.0.7").user_id is None


@pytest.mark.attack(39)
def test_one_login_and_all_others_are_ended_from_the_page(zafar):
    app = zafar.client.application
    others = [browser_for(app, zafar.user) for _ in range(3)]
    page = zafar.get("/account/sessions").text
    assert page.count("This browser") == 1
    assert page.count('/end"') == 4
    last = Session.select().where(Session.user == zafar.user.id).order_by(Session.id.desc()).get()
    assert zafar.post(f"/account/sessions/{last.id}/end").status_code == 303
    assert [is_in(other) for other in others] == [True, True, False]
    assert zafar.post("/account/sessions/end").status_code == 303
    assert [is_in(other) for other in others] == [False, False, False]
    assert is_in(zafar)
    assert "End all others" not in zafar.get("/account/sessions").text


@pytest.mark.attack(1)
def test_the_login_of_somebody_else_is_not_there(zafar, as_role):
    other = as_role("core.staff")
    theirs = Session.get(Session.user == other.user.id)
    unknown = zafar.post("/account/sessions/999999/end")
    told = zafar.post(f"/account/sessions/{theirs.id}/end")
    assert (told.status_code, unknown.status_code) == (404, 404)
    assert zafar.post(f"/account/sessions/{2**70}/end").status_code == 404
    assert is_in(other)


def test_a_login_says_from_which_browser_it_came(zafar, client):
    agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
    headers = {"User-Agent": agent}
    sent = {"name": "zafar", "password": PASSWORD}
    assert client.post("/login", sent, headers=headers).status_code == 303
    page = zafar.get("/account/sessions").text
    assert "Firefox, Windows" in page
    assert "127.0.0.1" in page


@pytest.mark.requirement("S30")
def test_a_tab_that_asks_for_news_does_not_prolong_the_session(zafar):
    before = now() - timedelta(hours=7)
    Session.update(seen_at=before).execute()
    assert zafar.get("/live?since=0").status_code == 200
    assert Session.get(Session.user == zafar.user.id).seen_at == before
    assert zafar.get("/account").status_code == 200
    assert max(row.seen_at for row in Session.select()) > before


def test_a_session_that_ended_by_itself_is_not_shown(zafar):
    browser_for(zafar.client.application, zafar.user)
    last = Session.select().order_by(Session.id.desc()).get()
    Session.update(seen_at=now() - timedelta(hours=9)).where(Session.id == last.id).execute()
    assert "last used" not in zafar.get("/account/sessions").text
