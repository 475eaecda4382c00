"""What happens to logins, devices, passwords and tokens stands in the history."""

import re
from contextlib import suppress
from datetime import timedelta

import peewee
import pytest

from core.access.devices import MOST_TRIES, remember_device, try_pin
from core.access.login import PER_PAIR, try_login
from core.access.models import Device, Session, Token
from core.data.actor import system
from core.data.database import transaction
from core.data.history import History
from core.modules.registry import using
from core.testing.instances import browser_for
from tests.data.told import values_of
from tests.web.entering import ANOTHER, FIREFOX, PASSWORD

PIN = "274951"


@pytest.fixture
def since(zafar):
    """Make `since()`: (action, whose, by whom, values) of what was told since it was last asked."""
    seen = [History.select(peewee.fn.MAX(History.id)).scalar() or 0]

    def told():
        rows = list(History.select().where(History.id > seen[0]).order_by(History.id))
        seen[0] = rows[-1].id if rows else seen[0]
        return [(row.action, row.record, row.actor, values_of(row)) for row in rows]

    return told


def test_a_login_and_a_logout_are_told(zafar, client, since):
    me = zafar.user.id
    sent = {"name": "zafar", "password": PASSWORD}
    client.post("/login", sent, headers={"User-Agent": FIREFOX})
    assert since() == [("log_in", me, me, {"agent": (None, "Firefox, Linux")})]
    assert History.select().order_by(History.id.desc()).get().address == "127.0.0.1"
    client.post("/logout")
    assert since() == [("log_out", me, me, {})]


@pytest.mark.attack(40)
def test_guesses_are_told_once_when_they_are_too_many(zafar, since):
    for _ in range(PER_PAIR):
        try_login("zafar", "wrong", "10.6.6.6")
    assert since() == []
    for _ in range(10):
        assert try_login("zafar", "wrong", "10.6.6.6").throttled
    told = {"tries": (None, PER_PAIR)}
    assert since() == [("fail_log_in", zafar.user.id, None, told)]
    for _ in range(PER_PAIR + 5):
        try_login("my secret password", "zafar", "10.6.6.7")
    assert since() == [("fail_log_in", 0, None, told)]


@pytest.mark.attack(40)
def test_what_guesses_did_stays_told_when_all_else_is_undone(zafar, since):
    with suppress(RuntimeError), transaction():
        for _ in range(PER_PAIR + 1):
            try_login("zafar", "wrong", "10.6.6.6")
        raise RuntimeError
    assert [told[0] for told in since()] == ["fail_log_in"]


def test_the_end_of_logins_is_told(zafar, since):
    me, app = zafar.user.id, zafar.client.application
    for _ in range(3):
        browser_for(app, zafar.user)
    last = Session.select(peewee.fn.MAX(Session.id)).where(Session.user == me).scalar()
    zafar.post(f"/account/sessions/{last}/end")
    assert since() == [
        ("end_session", me, me, {"agent": ("", None), "address": ("127.0.0.1", None)})
    ]
    zafar.post("/account/sessions/end")
    (told,) = since()
    assert told[0] == "end_session"
    assert told[3]["sessions"][0] >= 2
    zafar.post("/account/sessions/end")
    assert since() == []


def test_devices_that_are_remembered_and_forgotten_are_told(zafar, since, registry):
    me = zafar.user.id
    headers = {"User-Agent": FIREFOX}
    zafar.post("/account/devices/new", {"pin": PIN, "again": PIN}, headers=headers)
    assert since() == [("remember_device", me, me, {"device": (None, "Firefox, Linux")})]
    zafar.post(f"/account/devices/{Device.get().id}/forget")
    assert since() == [("forget_device", me, me, {"device": ("Firefox, Linux", None)})]
    with using(registry), system("a test"):
        _id, key = remember_device(me, PIN, "", timedelta(days=30))
    since()
    for _ in range(MOST_TRIES):
        try_pin(key, "999998")
    assert [told[0] for told in since()] == ["forget_device"]


@pytest.mark.attack(12)
def test_what_happens_to_logins_is_not_for_colleagues_on_the_page_of_a_user(zafar, as_role):
    zafar.post("/logout")
    colleague = as_role("core.staff")
    for browser in (colleague, as_role("admin")):
        page = browser.get(f"/core/user/{zafar.user.id}")
        assert page.status_code == 200
        assert not re.search("Logged out|log_out|Set a password|set_password", page.text)


def test_another_password_is_told_without_it(zafar, since):
    me = zafar.user.id
    form = {"old": PASSWORD, "password": ANOTHER, "again": ANOTHER}
    zafar.post("/account/security", form)
    assert since() == [("set_password", me, me, {})]


def test_tokens_that_are_made_and_revoked_are_told_without_them(zafar, since):
    me = zafar.user.id
    form = {"title": "Bookkeeping", "deeds": "r", "days": "30", "roles": "core.staff"}
    assert zafar.post("/account/tokens/new", form).status_code == 201
    ((action, whose, by, values),) = since()
    assert (action, whose, by) == ("create_token", me, me)
    wanted = {"title": "Bookkeeping", "actions": "r", "roles": "core.staff"}
    assert values == {name: (None, value) for name, value in wanted.items()}
    zafar.post(f"/account/tokens/{Token.get().id}/revoke")
    assert since() == [("revoke_token", me, me, {"title": ("Bookkeeping", None)})]
