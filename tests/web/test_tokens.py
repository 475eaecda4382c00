"""Tokens of one’s own: made after the password, shown once, narrowed, dated, revoked."""

import re
from datetime import timedelta

import pytest

from core.access.accounts import create_token
from core.access.models import Session, Token
from core.access.tokens import tokens_of
from core.data.actor import system
from core.data.fields import now
from core.modules.registry import using
from core.testing.sites import whole_database

NEW = "/account/tokens/new"
FORM = {"title": "Bookkeeping", "deeds": "r", "days": "30"}


@pytest.fixture
def dilnoza(as_role):
    return as_role("contacts.user", login="dilnoza")


def make(browser, **more):
    page = browser.post(NEW, {**FORM, **more})
    assert page.status_code == 201, page.text
    return re.search(r'id="token" readonly value="([^"]+)"', page.text).group(1)


@pytest.mark.requirement("S30")
@pytest.mark.attack(17)
def test_a_token_is_shown_once_kept_as_a_hash_and_revoked(dilnoza):
    token = make(dilnoza)
    assert token.startswith("kv_")
    assert token not in str(whole_database())
    page = dilnoza.get("/account/tokens").text
    assert token not in page
    assert "Bookkeeping" in page
    assert "never used" in page
    assert dilnoza.as_program(token, "GET", "/api/v1/contacts/contact").status_code == 200
    assert "never used" not in dilnoza.get("/account/tokens").text
    id = Token.get().id
    assert dilnoza.post(f"/account/tokens/{id}/revoke").status_code == 303
    assert dilnoza.as_program(token, "GET", "/api/v1/contacts/contact").status_code == 401
    assert dilnoza.post(f"/account/tokens/{id}/revoke").status_code == 404


@pytest.mark.requirement("S30")
def test_a_token_does_only_what_it_was_made_for(dilnoza):
    tokens = {deeds: make(dilnoza, deeds=deeds) for deeds in ("r", "crud")}
    exporting = make(dilnoza, export="1")
    at, body = "/api/v1/contacts/contact", {"name": "Bahor"}
    for token in (tokens["r"], exporting):
        for method in ("POST", "PATCH", "PUT", "DELETE"):
            path = at if method == "POST" else f"{at}/1"
            answer = dilnoza.as_program(token, method, path, body)
            assert answer.status_code in (403, 405), (method, answer.text)
    made = dilnoza.as_program(tokens["crud"], "POST", at, body)
    assert made.status_code == 201
    path = f"{at}/{made.json['id']}"
    assert dilnoza.as_program(tokens["r"], "GET", path).json["name"] == "Bahor"
    answer = dilnoza.as_program(tokens["r"], "PATCH", path, {"name": "Kuz"})
    assert answer.status_code == 403
    assert dilnoza.as_program(tokens["r"], "GET", path).json["name"] == "Bahor"
    kept = {token.actions for token in tokens_of(dilnoza.user.id)}
    assert kept == {"r", "rx", "crud"}


@pytest.mark.attack(15)
def test_even_the_token_of_an_admin_is_narrowed(as_role):
    boss = as_role("admin")
    reading, narrow = make(boss), make(boss, deeds="crud", roles="core.staff")
    at = "/api/v1/contacts/contact"
    assert boss.as_program(reading, "GET", at).status_code == 200
    assert boss.as_program(reading, "POST", at, {"name": "Bahor"}).status_code == 403
    assert boss.as_program(narrow, "GET", at).status_code == 403
    assert boss.as_program(make(boss, deeds="crud"), "POST", at, {"name": "B"}).status_code == 201


@pytest.mark.attack(15)
@pytest.mark.parametrize(
    "wrong",
    [
        {"title": " "},
        {"deeds": "crudx"},
        {"deeds": ""},
        {"days": "9999"},
        {"days": "0"},
        {"days": "x"},
        {"roles": "admin"},
        {"roles": "contacts.manager"},
    ],
)
def test_what_the_form_does_not_offer_makes_no_token(dilnoza, wrong):
    answer = dilnoza.post(NEW, {**FORM, **wrong})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert Token.select().count() == 0


def test_an_expiry_is_always_set_and_is_felt(dilnoza):
    token = make(dilnoza, days="7")
    row = Token.get()
    assert timedelta(days=6) < row.expires_at - now() <= timedelta(days=7)
    Token.update(expires_at=now() - timedelta(seconds=1)).execute()
    assert dilnoza.as_program(token, "GET", "/api/v1/contacts/contact").status_code == 401
    assert "Expired" in dilnoza.get("/account/tokens").text


@pytest.mark.requirement("S30")
def test_tokens_are_made_and_revoked_only_after_the_password(dilnoza):
    with using(dilnoza.client.application.extensions["registry"]), system("a test"):
        create_token(dilnoza.user, "Old")
    Session.update(confirmed_at=now() - timedelta(minutes=11)).execute()
    id = Token.get().id
    assert dilnoza.get("/account/tokens").status_code == 200
    for answer in (
        dilnoza.get(NEW),
        dilnoza.post(NEW, FORM),
        dilnoza.post(f"/account/tokens/{id}/revoke"),
    ):
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith("/account/confirm")
    assert [token.title for token in Token.select()] == ["Old"]


@pytest.mark.attack(1)
def test_tokens_of_others_and_of_customers_are_not_there(dilnoza, as_role):
    make(dilnoza)
    other = as_role("contacts.manager")
    assert "Bookkeeping" not in other.get("/account/tokens").text
    for id in (Token.get().id, 999999, 2**70):
        assert other.post(f"/account/tokens/{id}/revoke").status_code == 404
    customer = as_role("core.portal")
    assert "/account/tokens" not in customer.get("/account").text
    for answer in (customer.get("/account/tokens"), customer.get(NEW), customer.post(NEW, FORM)):
        assert answer.status_code == 403
    assert Token.select().count() == 1


def test_a_call_costs_one_write_a_day(dilnoza, query_count):
    token = make(dilnoza)
    at = "/api/v1/contacts/contact"
    dilnoza.as_program(token, "GET", at)
    seen = Token.get().seen_at
    with query_count:
        dilnoza.as_program(token, "GET", at)
    assert not [sql for sql in query_count.statements if "UPDATE" in sql]
    Token.update(seen_at=seen - timedelta(days=1)).execute()
    dilnoza.as_program(token, "GET", at)
    assert Token.get().seen_at >= seen
