"""Users in the browser: made, invited, disabled, changed; and what no way of writing may do."""

import re
from datetime import timedelta

import pytest

from core.access.accounts import create_token, create_user
from core.access.actors import actors_of
from core.access.devices import remember_device
from core.access.factors.models import Passkey
from core.access.factors.second import has_factor
from core.access.models import Credential, Device, Session, Token, User, UserRole
from core.access.sessions import FRESH
from core.data.actor import acting_as
from core.data.audit import ACTIONS
from core.data.fields import now
from core.data.history import History
from core.errors import NotAllowed, UserError
from core.testing.instances import browser_for

NEW = "qirmizi olma daraxti"
LOGIN = "anvar"


@pytest.fixture
def anvar(inside):
    return create_user(LOGIN, name="Anvar", roles=("contacts.user",))


def stale(browser):
    moment = now() - FRESH - timedelta(seconds=1)
    Session.update(confirmed_at=moment).where(Session.user == browser.user.id).execute()


def form(**own):
    base = {"login": LOGIN, "name": "Anvar", "kind": "staff", "email": "", "telephone": ""}
    return {
        **base,
        "roles-lines": "1",
        "roles-0-role": "contacts.user",
        "roles-0-ends_at": "",
        **own,
    }


def roles_of(user_id):
    return [(r.role, r.ends_at) for r in UserRole.select().where(UserRole.user == user_id)]


def test_a_new_user_is_invited_by_mail_and_comes_in_with_the_roles_given(
    admin, client, outbox, run_jobs, inside
):
    page = admin.get("/core/user/new").text
    assert "User (Contacts)" in page or "(Contacts)" in page
    answer = admin.post("/core/user/new", form(email="anvar@example.uz"))
    assert answer.status_code == 303
    user = User.get(User.login == LOGIN)
    assert roles_of(user.id) == [("contacts.user", None)]
    run_jobs()
    path = re.search(r"http://127.0.0.1:8000(/link/\S+)", outbox.text()).group(1)
    assert client.post(path, {"password": NEW, "again": NEW}).status_code == 303
    client.user = user
    assert client.get("/contacts/contact/").status_code == 200
    assert client.get("/users/1/leave").status_code == 403


def test_where_no_mail_is_sent_the_link_is_shown_once(admin, client, inside):
    answer = admin.post("/core/user/new", form())
    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    path = re.search(r'value="http://127.0.0.1:8000(/link/[^"]+)"', answer.text).group(1)
    assert client.post(path, {"password": NEW, "again": NEW}).status_code == 303
    assert Credential.select().where(Credential.user == User.get(User.login == LOGIN)).exists()


def test_inviting_again_voids_the_link_before(admin, anvar, client):
    def link():
        page = admin.post(f"/users/{anvar.id}/invite").text
        return re.search(r"(/link/[^\"]+)", page).group(1)

    first, second = link(), link()
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200


def test_a_form_with_an_odd_login_name_says_what_one_is_made_of(admin, inside):
    answer = admin.post("/core/user/new", form(login="Anvar Aliyev"))
    assert answer.status_code == 422
    assert "small letters" in answer.text
    assert not User.select().where(User.name == "Anvar").exists()


def test_an_unknown_role_is_refused(admin, inside):
    answer = admin.post("/core/user/new", form(**{"roles-0-role": "contacts.king"}))
    assert answer.status_code == 422
    assert "contacts.king" in answer.text


def test_disabling_ends_logins_and_devices_and_enabling_gives_none_back(admin, anvar, app):
    browser = browser_for(app, anvar)
    remember_device(anvar.id, "482913", "Firefox", timedelta(days=30))
    assert admin.post(f"/users/{anvar.id}/disable").status_code == 303
    assert not User.get_by_id(anvar.id).is_active
    assert not Device.select().exists()
    assert browser.get("/").status_code == 302
    assert admin.post(f"/users/{anvar.id}/enable").status_code == 303
    assert User.get_by_id(anvar.id).is_active
    assert browser.get("/").status_code == 302


@pytest.mark.parametrize(
    "path",
    ["invite", "disable", "enable", "drop-factors", "leave", "sessions/1/end", "tokens/1/end"],
)
def test_nobody_but_an_admin_does_any_of_it(as_role, anvar, path):
    other = as_role("contacts.manager")
    answer = other.post(f"/users/{anvar.id}/{path}")
    assert answer.status_code == 403
    assert User.get_by_id(anvar.id).is_active
    assert other.get(f"/users/{anvar.id}/leave").status_code == 403
    assert other.get(f"/core/user/{anvar.id}/tabs/access").status_code == 404
    assert "tabs/access" not in other.get(f"/core/user/{anvar.id}").text


@pytest.mark.parametrize("path", ["invite", "disable", "enable", "drop-factors"])
def test_rights_are_changed_only_by_who_proved_who_they_are(admin, anvar, path):
    stale(admin)
    answer = admin.post(f"/users/{anvar.id}/{path}")
    assert "/account/confirm" in answer.location
    assert User.get_by_id(anvar.id).is_active
    assert "/account/confirm" in admin.get(f"/core/user/{anvar.id}/edit").location
    sent = form(version="1", **{"roles-0-role": "admin"})
    assert "/account/confirm" in admin.post(f"/core/user/{anvar.id}/edit", sent).location
    assert roles_of(anvar.id) == [("contacts.user", None)]


def test_the_tab_shows_roles_logins_and_tokens_and_ends_them(admin, anvar, app):
    browser_for(app, anvar)
    create_token(anvar, "Sklad")
    url = f"/core/user/{anvar.id}/tabs/access"
    page = admin.get(url).text
    assert "(Contacts)" in page
    assert "comes with another role" in page
    assert "Sklad" in page
    session, token = Session.get(Session.user == anvar.id), Token.get(Token.user == anvar.id)
    assert admin.post(f"/users/{anvar.id}/sessions/{session.id}/end").location == url
    assert admin.post(f"/users/{anvar.id}/tokens/{token.id}/end").location == url
    assert not Session.select().where(Session.user == anvar.id).exists()
    assert not Token.select().exists()
    told = [row.action for row in History.select().where(History.record == anvar.id)]
    assert {"end_session", "revoke_token"} <= {*told} & ACTIONS.keys()
    assert told.count("end_session") == told.count("revoke_token") == 1


def test_an_admin_helps_who_lost_the_second_factor(admin, anvar):
    tab = f"/core/user/{anvar.id}/tabs/access"
    assert "drop-factors" not in admin.get(tab).text
    Passkey.create(user=anvar.id, credential="x", public_key="y", title="Telephone")
    assert "drop-factors" in admin.get(tab).text
    assert admin.post(f"/users/{anvar.id}/drop-factors").location == tab
    assert not has_factor(anvar.id)
    (told,) = History.select().where(History.action == "remove_factor")
    assert (told.actor, told.record) == (admin.user.id, anvar.id)


def test_a_session_of_somebody_else_is_not_ended_under_another_name(admin, anvar):
    mine = Session.get(Session.user == admin.user.id)
    assert admin.post(f"/users/{anvar.id}/sessions/{mine.id}/end").status_code == 404
    assert Session.select().where(Session.id == mine.id).exists()


@pytest.mark.parametrize(
    "body",
    [
        {"is_active": False},
        {"kind": "portal"},
        {"login": "another"},
        {"email": "thief@example.uz"},
        {"roles": [{"role": "admin"}]},
    ],
)
@pytest.mark.attack(15)
def test_the_api_changes_no_rights_not_even_for_an_admin(admin, anvar, body):
    token = create_token(admin.user)
    answer = admin.as_program(token, "GET", f"/api/v1/core/user/{anvar.id}")
    version = {"version": answer.json["version"]}
    before = [*User.select().order_by(User.id).dicts()], roles_of(anvar.id)
    answer = admin.as_program(token, "PATCH", f"/api/v1/core/user/{anvar.id}", body | version)
    assert answer.status_code == 400
    assert ([*User.select().order_by(User.id).dicts()], roles_of(anvar.id)) == before


def test_the_api_makes_no_users(admin, inside):
    token = create_token(admin.user)
    body = {"login": "robot", "name": "Robot", "roles": [{"role": "admin"}]}
    assert admin.as_program(token, "POST", "/api/v1/core/user", body).status_code == 403
    assert not User.select().where(User.login == "robot").exists()


def test_the_api_of_an_admin_changes_what_gives_no_rights(admin, anvar):
    token = create_token(admin.user)
    address = f"/api/v1/core/user/{anvar.id}"
    version = admin.as_program(token, "GET", address).json["version"]
    body = {"telephone": "+998 90 123 45 67", "version": version}
    assert admin.as_program(token, "PATCH", address, body).status_code == 200


def last_admin_is_kept(user_id):
    return User.get_by_id(user_id).is_active and ("admin", None) in roles_of(user_id)


def test_the_last_admin_stays_one_by_whatever_way(admin, inside):
    me = admin.user.id
    version = User.get_by_id(me).version
    sent = form(login="boss", name="boss", version=str(version))
    line = UserRole.get(UserRole.user == me).id
    ends = {"roles-0-id": str(line), "roles-0-role": "admin", "roles-0-ends_at": "2030-01-01T10:00"}
    another = {"roles-0-id": str(line), "roles-0-role": "contacts.user"}
    for own in (ends, another):
        answer = admin.post(f"/core/user/{me}/edit", sent | own)
        assert answer.status_code == 422
        assert "last admin" in answer.text
    assert admin.post(f"/users/{me}/disable").status_code == 400
    assert admin.post(f"/core/user/{me}/archive").status_code == 400
    assert last_admin_is_kept(me)
    for work in (
        lambda: UserRole.delete().where(UserRole.user == me).execute(),
        lambda: User.update(is_active=False).where(User.id == me).execute(),
        lambda: UserRole.update(role="core.staff").where(UserRole.user == me).execute(),
    ):
        with pytest.raises(UserError, match="last admin"):
            work()
        assert last_admin_is_kept(me)


def test_a_second_admin_may_go(admin, inside):
    second = create_user("second", roles=("admin",))
    assert admin.post(f"/users/{second.id}/disable").status_code == 303
    assert not User.get_by_id(second.id).is_active


def test_nobody_but_an_admin_gives_roles_however_wide_their_access(app, as_role, anvar):
    manager = as_role("contacts.manager")
    actor = actors_of([manager.user.id])[manager.user.id]
    with acting_as(actor), pytest.raises(NotAllowed):
        UserRole.create(user=manager.user.id, role="admin")
    assert ("admin", None) not in roles_of(manager.user.id)
