"""Somebody stands in for a colleague: said by oneself, by an admin, by no program; and checked."""

from datetime import date, timedelta

import pytest

from core.access.accounts import create_token, create_user
from core.access.models import Cover, Session, User
from core.access.sessions import FRESH
from core.background.notices import Notice
from core.data.database import transaction
from core.data.fields import now
from core.errors import NotAllowed, UserError


@pytest.fixture
def malika(inside):
    made = create_user("malika", name="Malika", roles=("core.staff",))
    made.change({"language": "en"})
    return made


def days(first, last):
    today = now().date()
    return {
        "starts_on": (today + timedelta(days=first)).isoformat(),
        "ends_on": (today + timedelta(days=last)).isoformat(),
    }


def test_an_employee_says_who_stands_in_who_is_told_and_ends_it(as_role, malika):
    me = as_role("contacts.user", login="anvar")
    assert "I am away" in me.get("/account").text
    sent = {"substitute": str(malika.id), "note": "Taʼtil", **days(1, 9)}
    assert me.post("/account/away", sent).location == "/account/away"
    cover = Cover.get()
    assert (cover.user_id, cover.substitute_id) == (me.user.id, malika.id)
    assert "you stand in for them" in Notice.get(Notice.user == malika.id).text
    assert "Malika stands in for you" in me.get("/account/away").text
    assert me.post(f"/account/away/{cover.id}/end").status_code == 303
    assert Cover.get().archived_at
    assert me.post(f"/account/away/{cover.id}/end").status_code == 404


@pytest.mark.parametrize(
    ("own", "said"),
    [
        (days(3, 1), "before the first"),
        (days(0, 92), "92 days"),
        ({"substitute": "me"}, "Choose another"),
        ({"substitute": "portal"}, "Choose another"),
        ({"substitute": ""}, "missing"),
        ({"ends_on": "soon"}, "Until"),
    ],
)
def test_what_does_not_fit_is_said_and_kept_by_no_page(as_role, malika, own, said):
    me = as_role("core.staff", login="anvar")
    portal = create_user("portal")
    User.update(kind="portal").where(User.id == portal.id).execute()
    ids = {"me": str(me.user.id), "portal": str(portal.id)}
    sent = {"substitute": str(malika.id), "note": "", **days(0, 91), **own}
    sent["substitute"] = ids.get(sent["substitute"], sent["substitute"])
    answer = me.post("/account/away", sent)
    assert answer.status_code == 422
    assert said in answer.text
    assert not Cover.select().exists()


@pytest.mark.parametrize(
    ("own", "said"),
    [
        (days(3, 1), "before the first"),
        (days(0, 92), "92 days"),
        ({"substitute": "me"}, "themselves"),
        ({"substitute": "gone"}, "can log in"),
    ],
)
def test_every_way_of_writing_passes_the_same_checks(as_role, acting, malika, own, said):
    me = as_role("core.staff", login="anvar")
    gone = create_user("gone")
    User.update(is_active=False).where(User.id == gone.id).execute()
    ids = {"me": me.user.id, "gone": gone.id}
    values = {"user": me.user.id, "substitute": malika.id, **days(0, 91), **own}
    values["substitute"] = ids.get(values["substitute"], values["substitute"])
    values |= {name: date.fromisoformat(values[name]) for name in ("starts_on", "ends_on")}
    with acting(me.user), pytest.raises(UserError, match=said), transaction():
        Cover.create(**values)
    assert not Cover.select().exists()


@pytest.mark.attack(15)
@pytest.mark.parametrize("role", ["core.staff", "admin"])
def test_no_token_gives_roles_away_by_a_stand_in(as_role, malika, role):
    me = as_role(role, "contacts.manager", login="anvar")
    token = create_token(me.user, roles=("core.staff",) if role != "admin" else ())
    body = {"user": me.user.id, "substitute": malika.id, **days(0, 9)}
    at = "/api/v1/core/cover"
    assert me.as_program(token, "POST", at, body).status_code == 403
    assert not Cover.select().exists()
    assert me.post("/account/away", {"note": "", **body, "user": ""}).status_code == 303
    id = Cover.get().id
    version = me.as_program(token, "GET", f"{at}/{id}").json["version"]
    longer = {"ends_on": days(0, 20)["ends_on"], "version": version}
    assert me.as_program(token, "PATCH", f"{at}/{id}", longer).status_code == 403
    assert f"{Cover.get().ends_on}" == body["ends_on"]
    stranger = as_role("core.staff")
    assert stranger.post(f"/account/away/{id}/end").status_code == 404


def test_nobody_sends_a_colleague_away_and_nobody_does_so_with_an_old_proof(as_role, malika):
    me = as_role("core.staff", login="anvar")
    body = {"user": malika.id, "substitute": me.user.id, **days(0, 9)}
    token = create_token(me.user)
    assert me.as_program(token, "POST", "/api/v1/core/cover", body).status_code == 403
    assert me.post(f"/users/{malika.id}/away", body).status_code == 403
    moment = now() - FRESH - timedelta(seconds=1)
    Session.update(confirmed_at=moment).where(Session.user == me.user.id).execute()
    sent = {"substitute": str(malika.id), "note": "", **days(0, 9)}
    assert "/account/confirm" in me.post("/account/away", sent).location
    assert not Cover.select().exists()


def test_an_admin_says_it_for_another_and_ends_it(as_role, malika):
    admin = as_role("admin")
    anvar = create_user("anvar", name="Anvar", roles=("core.staff",))
    assert "Malika" in admin.get(f"/users/{anvar.id}/away").text
    sent = {"substitute": str(malika.id), "note": "", **days(0, 9)}
    url = f"/core/user/{anvar.id}/tabs/access"
    assert admin.post(f"/users/{anvar.id}/away", sent).location == url
    assert "Malika stands in for them" in admin.get(url).text
    assert admin.post(f"/users/{anvar.id}/covers/{Cover.get().id}/end").location == url
    assert Cover.get().archived_at


def test_a_customer_has_nobody_stand_in(as_role):
    customer = as_role("core.portal")
    assert customer.get("/account/away").status_code == 403


def test_whoever_stands_in_prolongs_nothing_and_names_nobody_else(as_role, acting, malika):
    me = as_role("core.staff", login="anvar")
    other = create_user("other", roles=("core.staff",))
    sent = {"user": me.user.id, "substitute": malika.id, **_dates(0, 3)}
    cover = Cover.create(**sent)
    with acting(malika):
        for work in (
            lambda: Cover.get_by_id(cover.id).change(_dates(0, 60)),
            lambda: Cover.get_by_id(cover.id).change({"substitute": other.id}),
            lambda: Cover.create(**{**sent, **_dates(4, 60)}),
        ):
            with pytest.raises(NotAllowed), transaction():
                work()
    assert [each.ends_on for each in Cover.select()] == [_dates(0, 3)["ends_on"]]


def _dates(first, last):
    return {name: date.fromisoformat(text) for name, text in days(first, last).items()}
