"""Invitations: a link by mail, or shown once, by which a new user chooses a password."""

import re

import pytest

from core.access.accounts import create_user, disable_user
from core.access.models import Credential, User
from core.access.secrets import password_fits
from core.background.links import invite
from core.data.database import transaction
from core.errors import UserError

NEW = "qirmizi olma daraxti"
HERE = "http://127.0.0.1:8000"


@pytest.fixture
def anvar(working):
    made = create_user("anvar", name="Anvar", roles=("core.staff",))
    User.update(email="anvar@example.uz", language="ru").where(User.id == made.id).execute()
    return User.get_by_id(made.id)


def choose(browser, path):
    return browser.post(path, {"password": NEW, "again": NEW})


def test_an_invitation_is_mailed_in_the_users_language_and_lets_them_in(
    anvar, client, outbox, run_jobs
):
    assert invite(anvar) == ""
    run_jobs()
    path = re.search(rf"{HERE}(/link/\S+)", outbox.text()).group(1)
    assert outbox.mails[-1]["Content-Language"] == "ru"
    assert "anvar" in outbox.text()
    assert 'lang="ru"' in client.get(path).text
    answer = choose(client, path)
    assert (answer.status_code, answer.location) == (303, "/")
    client.user = anvar
    assert client.get("/").status_code == 200
    assert password_fits(NEW, Credential.get(Credential.user == anvar.id).password_hash)
    assert client.get(path).status_code == 404


def test_an_invitation_lasts_a_week_and_a_newer_one_makes_it_void(anvar, client, clock):
    first, second = (invite(anvar).removeprefix(HERE) for _ in range(2))
    assert client.get(first).status_code == 404
    clock.forward(days=6, hours=23)
    assert client.get(second).status_code == 200
    clock.forward(hours=2)
    assert client.get(second).status_code == 404


@pytest.mark.parametrize("email", ["", "anvar@example.uz"])
def test_where_no_mail_can_be_sent_whoever_invites_gets_the_link(anvar, client, run_jobs, email):
    User.update(email=email).where(User.id == anvar.id).execute()
    link = invite(User.get_by_id(anvar.id))
    assert link.startswith(f"{HERE}/link/")
    assert run_jobs() == 0
    assert choose(client, link.removeprefix(HERE)).status_code == 303


def test_a_user_without_an_address_is_shown_and_not_mailed(anvar, outbox, run_jobs):
    User.update(email="").where(User.id == anvar.id).execute()
    assert invite(User.get_by_id(anvar.id)).startswith(HERE)
    assert (run_jobs(), len(outbox)) == (0, 0)


def test_nobody_is_invited_who_is_disabled(anvar):
    create_user("boss", roles=("admin",))
    disable_user(anvar)
    with pytest.raises(UserError, match="disabled"):
        invite(anvar)


def test_an_invitation_that_is_undone_mails_nothing(anvar, outbox, run_jobs):
    with transaction() as undone:
        invite(anvar)
        undone.rollback()
    assert (run_jobs(), len(outbox)) == (0, 0)
