"""A mailed link sets a password and no more: whoever has a second factor is still asked for it."""

import pyotp
import pytest

from core.access.accounts import create_user
from core.access.factors.codes import begin_authenticator, confirm_authenticator, waiting_secret
from core.access.links import INVITATION, RESET, new_link
from core.access.models import Session
from core.data.history import History

NEW = "qirmizi olma daraxti"


@pytest.fixture
def malika(working, clock):
    """A user with an app, whose first code is used up; answers (user, app)."""
    user = create_user("malika", "toʻgʻri-kalit-soʻz", roles=("core.staff",))
    begin_authenticator(user.id)
    app = pyotp.TOTP(waiting_secret(user.id))
    assert confirm_authenticator(user.id, app.at(clock.time))
    clock.forward(minutes=1)
    return user, app


@pytest.mark.requirement("S30")
@pytest.mark.attack(43)
@pytest.mark.parametrize("purpose", [RESET, INVITATION])
def test_after_a_link_the_second_factor_is_still_owed(malika, client, clock, purpose):
    user, app = malika
    path = f"/link/{new_link(user, purpose)}"
    answer = client.post(path, {"password": NEW, "again": NEW})
    if purpose == RESET:
        assert answer.location == "/login?done=password"
        answer = client.post("/login", {"name": "malika", "password": NEW})
    assert answer.location == "/login/second?next=/"
    assert Session.select().count() == 0
    assert client.get("/").status_code == 302
    assert client.post("/login/second", {"code": app.at(clock.time)}).status_code == 303
    assert Session.select().count() == 1


def test_what_links_do_stands_in_the_history(malika, client):
    user, _app = malika
    client.post(f"/link/{new_link(user, RESET)}", {"password": NEW, "again": NEW})
    (row,) = History.select().where(History.action == "set_password")
    assert (row.actor, row.record, row.model) == (user.id, user.id, "core_user")
    assert [(value.field, value.new) for value in row.values] == [("way", '"a reset"')]
