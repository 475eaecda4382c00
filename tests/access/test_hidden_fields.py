"""A hidden field cannot be seen, filtered, sorted or searched by, on pages or through the API."""

import json
import re
from dataclasses import replace

import pytest

from core.access.accounts import create_token, create_user
from core.access.limits import FieldLimit
from core.access.lines import Access, Role
from core.access.sessions import open_session
from core.data.actor import system
from core.modules.registry import using
from core.testing.instances import BASE_URL, Browser
from core.web.app import create_app
from core.web.requests import LOGIN_COOKIE, lifetime_of

HIDDEN = (
    "status",
    "birthday",
    "tax_id",
    "city",
    "telegram",
    "job",
    "owner",
    "telephones",  # and with them what repeats the first of them
    "email",
)
SECRET = ("998877665", "Yashirincity", "yashirintelegram", "Yashirinjob", "+998935557799")
reader = Role("contacts.blind", "Blind")


@pytest.fixture
def blind(instance, registry):
    """(browser, a call of the API, the record) for a role that most fields are hidden from."""
    contact = registry.model("contacts.contact")
    own = replace(
        registry,
        roles=(*registry.roles, reader),
        access=(*registry.access, Access(contact, reader, "r", except_fields=HIDDEN)),
    )
    with using(own), system("a test"):
        user = create_user("blind", roles=("contacts.blind",))
        record = contact.create(
            name="Ochiq", tax_id=SECRET[0], city=SECRET[1], telegram=SECRET[2], job=SECRET[3]
        )
        registry.model("contacts.telephone").create(contact=record, number=SECRET[4])
        person = {"name": "Odam", "parent": record, "job": SECRET[3], "city": SECRET[1]}
        contact.create(**person)
        key = open_session(user.id, lifetime_of(instance.settings), "127.0.0.1")
        token = create_token(user)
    app = create_app(own, instance.settings)
    client = app.test_client()
    client.set_cookie(LOGIN_COOKIE, key, domain="127.0.0.1")

    def call(path="", **query):
        headers = {"Authorization": f"Bearer {token}"}
        url = f"/api/v1/contacts/contact{path}"
        return app.test_client().get(url, query_string=query, headers=headers, base_url=BASE_URL)

    return Browser(client, user), call, record


@pytest.mark.requirement("S28")
@pytest.mark.attack(6)
def test_no_page_shows_a_hidden_field(blind):
    browser, call, record = blind
    pages = ["/", "/contacts/contact/", f"/contacts/contact/{record.id}"]
    answers = [browser.get(path) for path in pages] + [call(), call(f"/{record.id}")]
    assert [answer.status_code for answer in answers] == [200] * 5
    assert "Ochiq" in answers[1].text
    for secret in (*SECRET, SECRET[4][4:]):
        assert [answer.request.path for answer in answers if secret in answer.text] == []


@pytest.mark.requirement("S28")
@pytest.mark.attack(8)
def test_no_question_may_name_a_hidden_field(blind):
    browser, call, _ = blind
    for name in HIDDEN:
        assert call(fields=name).status_code == 400, name
        assert call(sort=name).status_code == 400, name
        for operator, value in (("=", "x"), ("empty", True), ("in", [])):
            asked = json.dumps(["or", [name, operator, value], ["id", ">", 0]])
            assert call(filter=asked).status_code == 400, (name, operator)
        assert browser.get(f"/contacts/contact/?sort={name}").status_code == 400
    for name in ("city", "owner"):
        assert browser.get(f"/contacts/contact/?{name}=1").status_code == 400


@pytest.mark.requirement("S28")
@pytest.mark.attack(8)
def test_a_search_does_not_find_by_a_hidden_field(blind):
    browser, call, _ = blind
    assert [item["name"] for item in call(search="ochi").json["items"]] == ["Ochiq"]
    assert [item["name"] for item in call(search="oc").json["items"]] == ["Ochiq"]
    for word in ("998877665", "yashirincity", "yashirintelegram", "935557799", "ochiq yashirin"):
        assert call(search=word, count=1).json == {"items": [], "next": None, "total": 0}, word
        assert "Ochiq" not in browser.get(f"/contacts/contact/?search={word}").text


@pytest.mark.attack(8)
def test_an_employee_finds_nobody_by_a_hidden_e_mail(as_role, registry):
    browser = as_role("core.staff")
    with using(registry), system("a test"):
        user = create_user("zafar", name="Zafar")
        type(user).update(email="maxfiy@example.uz", telephone="+998901112233").execute()
    assert "Zafar" in browser.get("/core/user/?search=zaf").text
    for word in ("maxfiy", "901112233"):
        assert "Zafar" not in browser.get(f"/core/user/?search={word}").text
    assert browser.get("/core/user/?is_active=1").status_code == 400


@pytest.mark.attack(8)
def test_who_holds_which_role_is_not_for_every_employee(app, registry):
    with using(registry), system("a test"):
        token = create_token(create_user("oddiy", roles=("core.staff",)))
    headers = {"Authorization": f"Bearer {token}"}
    answer = app.test_client().get("/api/v1/core/user_role", headers=headers, base_url=BASE_URL)
    assert answer.status_code == 403
    listed = app.test_client().get("/api/v1/", headers=headers, base_url=BASE_URL).json["items"]
    assert "core.user_role" not in [item["name"] for item in listed]


@pytest.mark.attack(8)
@pytest.mark.parametrize("name", ["city", "owner", "job", "telegram"])
def test_a_list_is_not_grouped_by_a_hidden_field(blind, name):
    browser, _call, _record = blind
    assert browser.get(f"/contacts/contact/?group={name}").status_code == 400
    assert f'<option value="{name}"' not in browser.get("/contacts/contact/").text
    grouped = browser.get("/contacts/contact/?group=kind").text
    assert not any(secret in grouped for secret in SECRET)


@pytest.mark.attack(6)
def test_no_column_is_chosen_that_is_hidden(blind):
    browser, _call, _record = blind
    page = browser.get(f"/contacts/contact/columns?columns={','.join(HIDDEN)}")
    assert not [name for name in HIDDEN if f'value="{name}"' in page.text]
    form = {"order": list(HIDDEN), "shown": list(HIDDEN)}
    assert browser.post("/contacts/contact/columns", form).status_code == 303
    for query in ("", f"?columns={','.join(HIDDEN)}"):
        page = browser.get(f"/contacts/contact/{query}")
        assert not any(secret in page.text for secret in SECRET)


@pytest.mark.attack(8)
def test_neither_board_nor_calendar_goes_by_a_hidden_field(blind):
    browser, _call, record = blind
    for query in ("view=board", "view=calendar", "day=2026-05-01", "group=status"):
        assert browser.get(f"/contacts/contact/?{query}").status_code in (400, 404)
    assert 'class="btn-group ways"' not in browser.get("/contacts/contact/").text
    form = {"to": "quiet", "version": "1", "record": f"{record.id}-1", "day": "2026-05-01"}
    for address in (f"{record.id}/move", "move-day"):
        assert browser.post(f"/contacts/contact/{address}", form).status_code == 404


def test_a_limited_field_of_lines_is_in_no_form_and_no_card(instance, registry):
    contact, telephone = (registry.model(f"contacts.{name}") for name in ("contact", "telephone"))
    email, only = registry.model("contacts.email"), frozenset({"contacts.blind"})
    limits = FieldLimit(telephone, "number", only), FieldLimit(email, "address", only)
    own = replace(registry, roles=(*registry.roles, reader), limits=(*registry.limits, *limits))
    with using(own), system("a test"):
        user = create_user("clerk", roles=("contacts.manager",))
        record = contact.create(name="Ochiq")
        telephone.create(contact=record, number=SECRET[4])
        email.create(contact=record, address="yashirin@misol.uz")
        key = open_session(user.id, lifetime_of(instance.settings), "127.0.0.1")
        token = create_token(user)
    app = create_app(own, instance.settings)
    client = app.test_client()
    client.set_cookie(LOGIN_COOKIE, key, domain="127.0.0.1")
    browser = Browser(client, user)
    at = f"/contacts/contact/{record.id}"
    listed = "/contacts/contact"
    new = f"{listed}/new?like={record.id}"
    for url in (
        f"{at}/edit",
        new,
        at,
        f"{listed}/",
        f"{listed}/export.vcf",
        f"{listed}/export.csv",
    ):
        answer = browser.get(url)
        assert answer.status_code == 200, url
        assert SECRET[4][-9:] not in re.sub(r"[ -]", "", answer.text), url
        assert "yashirin@" not in answer.text, url
    headers = {"Authorization": f"Bearer {token}"}
    whole = f"/api/v1/contacts/contact/{record.id}"
    read = app.test_client().get(whole, headers=headers, base_url=BASE_URL)
    assert SECRET[4] not in read.text
    assert "normal" not in read.text
    for word in (SECRET[4], SECRET[4][-7:], "yashirin"):
        query = {"search": word}
        found = app.test_client().get(
            "/api/v1/contacts/contact", query_string=query, headers=headers, base_url=BASE_URL
        )
        assert found.json["items"] == [], word
    line = {"id": read.json["telephones"][0].get("id"), "number": "+998901112233"}
    body = {"version": read.json["version"], "telephones": [line]}
    sent = app.test_client().patch(whole, json=body, headers=headers, base_url=BASE_URL)
    assert sent.status_code == 400, sent.text
    body["telephones"] = [{"id": line["id"], "kind": "fax"}]
    sent = app.test_client().patch(whole, json=body, headers=headers, base_url=BASE_URL)
    assert sent.status_code == 200, sent.text
    with using(own), system("a test"):
        assert [(row.kind, row.number) for row in telephone.select()] == [("fax", SECRET[4])]
