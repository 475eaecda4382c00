"""Roles in the browser: the table of what each may do, and those that admins compose."""

import pytest
from werkzeug.test import Client

from core.access.accounts import create_token, create_user
from core.access.lines import ALL, LED, OWN, TEAM
from core.access.models import CustomRole, CustomRoleLine, CustomRolePart, UserRole
from core.data.actor import system
from core.modules.composing import offers
from core.modules.lifecycle import generation
from core.modules.registry import using
from core.modules.switch import Switch
from core.testing.instances import browser_for
from core.web.requests import LOGIN_COOKIE

OWN_LINE = "contacts.contact|contacts.own"
MANAGER = "contacts.contact|contacts.manager"


def form(**own):
    lines = {f"{MANAGER}-actions": ["r", "u"], f"{MANAGER}-scope": OWN}
    return {"title": "Seller", "code": "seller", "note": "", **lines, **own}


def test_every_role_is_listed_with_its_app_and_how_many_hold_it(admin, inside):
    create_user("anvar", roles=("contacts.manager",))
    page = admin.get("/roles").text
    for path in ("/roles/admin", "/roles/contacts.manager", "/roles/core.staff"):
        assert f'href="{path}"' in page
    assert "comes with: " in page


def test_a_role_shows_the_table_of_what_it_may_do_and_who_holds_it_through_which(admin, inside):
    create_user("anvar", name="Anvar", roles=("contacts.manager",))
    page = admin.get("/roles/core.staff").text
    assert "Users" in page
    assert "Anvar" in page
    assert "through" in page
    assert "passes every rule" in admin.get("/roles/admin").text
    assert admin.get("/roles/custom.nothing").status_code == 404


def test_the_form_offers_only_what_apps_offer_and_says_in_words_what_is_chosen(admin, inside):
    page = admin.get("/roles/new").text
    assert f'name="{MANAGER}-actions"' in page
    assert 'value="admin"' not in page
    said = admin.post("/roles/new", form(preview="1", **{f"{MANAGER}-hidden": ["note"]})).text
    assert "This role may:" in said
    assert "Contacts: read, change (their own records), without" in said
    assert not CustomRole.select().exists()


def test_a_composed_role_is_kept_changed_and_archived_with_another_for_its_holders(admin, inside):
    sent = form(brings="core.observer", **{f"{MANAGER}-hidden": ["note", "city"]})
    assert admin.post("/roles/new", sent).location == "/roles/custom.seller"
    role, line = CustomRole.get(), CustomRoleLine.get()
    assert (line.actions, line.scope, line.hidden) == ("ru", OWN, "note,city")
    assert CustomRolePart.get().brings == "core.observer"
    admin.post(f"/roles/{role.id}/edit", form(code="other", **{f"{MANAGER}-scope": TEAM}))
    assert CustomRole.get().code == "seller"
    assert CustomRoleLine.get().scope == TEAM
    assert not CustomRolePart.select().exists()
    anvar = create_user("anvar", name="Anvar")
    UserRole.create(user=anvar, role="custom.seller")
    answer = admin.post(f"/roles/{role.id}/archive", {"instead": "contacts.own"})
    assert answer.location == "/roles"
    assert [r.role for r in UserRole.select().where(UserRole.user == anvar)] == ["contacts.own"]
    assert CustomRole.get().archived_at
    admin.post(f"/roles/{role.id}/restore")
    assert not CustomRole.get().archived_at


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ({"title": " "}, "a title"),
        ({"code": "Seller!"}, "small letter"),
        ({"brings": "admin"}, "cannot come with another"),
        ({"brings": "gone.role"}, "cannot come with another"),
        ({f"{OWN_LINE}-actions": ["r"], f"{OWN_LINE}-scope": ALL}, "wider"),
        ({f"{MANAGER}-hidden": ["password_hash"]}, "no field"),
        ({f"{MANAGER}-actions": []}, "allow nothing"),
    ],
)
def test_what_is_wider_than_offered_is_refused_and_nothing_is_kept(admin, inside, own, said):
    answer = admin.post("/roles/new", form(**own))
    assert answer.status_code == 422
    assert said in answer.text
    assert not CustomRole.select().exists()
    assert not CustomRoleLine.select().exists()


def test_a_code_is_given_once(admin, inside):
    admin.post("/roles/new", form())
    answer = admin.post("/roles/new", form(title="Another"))
    assert answer.status_code == 422
    assert CustomRole.get().title == "Seller"


def test_a_role_begins_as_a_copy_of_an_offered_one(admin, inside):
    page = admin.get("/roles/new?like=contacts.own").text
    offer = offers()["contacts.contact", "contacts.own"]
    assert offer.scopes[-1] == LED
    for letter in offer.actions:
        assert f'name="{OWN_LINE}-actions" value="{letter}" checked' in page


@pytest.mark.parametrize("path", ["/roles", "/roles/admin", "/roles/new"])
def test_nobody_but_an_admin_sees_or_composes_roles(as_role, inside, path):
    other = as_role("contacts.manager")
    assert other.get(path).status_code == 403
    if path == "/roles/new":
        assert other.post(path, form()).status_code == 403
        assert not CustomRole.select().exists()


@pytest.mark.attack(15)
def test_the_api_composes_no_role_however_it_asks(admin, inside):
    token = create_token(admin.user)
    line = {"model": "contacts.contact", "offered_by": "contacts.own", "actions": "crudx"}
    body = {"code": "wide", "title": "Wide", "lines": [{**line, "scope": ALL}]}
    answer = admin.as_program(token, "POST", "/api/v1/core/custom_role", body)
    assert answer.status_code == 403
    assert not CustomRole.select().exists()


def test_a_changed_role_is_felt_with_the_next_request_in_every_worker(instance):
    workers = [Switch(instance.build) for _ in range(2)]
    first = workers[0].current()
    with using(first.extensions["registry"]), system("a test"):
        role = CustomRole.create(code="seller", title="Seller")
        user = create_user("anvar")
        UserRole.create(user=user, role="custom.seller")
    browser = browser_for(first, user)
    cookie = browser.client.get_cookie(LOGIN_COOKIE, domain="127.0.0.1").value

    def statuses():
        found = []
        for worker in workers:
            client = Client(worker)
            client.set_cookie(LOGIN_COOKIE, cookie, domain="127.0.0.1")
            answer = client.get("/contacts/contact/", base_url="http://127.0.0.1:8000")
            found.append(answer.status_code)
        return found

    assert statuses() == [403, 403]
    before = generation()
    with using(first.extensions["registry"]), system("a test"):
        CustomRoleLine.create(
            role=role,
            model="contacts.contact",
            offered_by="contacts.own",
            actions="r",
            scope=OWN,
        )
    assert generation() > before
    assert statuses() == [200, 200]
    with using(first.extensions["registry"]), system("a test"):
        role.archive()
    assert statuses() == [403, 403]
