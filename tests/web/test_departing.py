"""An employee leaves: what was theirs is handed over, every way in ends, in one step."""

import re
from datetime import timedelta

import pytest

from addons.contacts.models import Contact
from addons.studio.models import Rule
from core.access.accounts import create_token, create_user
from core.access.links import INVITATION, new_link
from core.access.models import (
    Cover,
    Session,
    Team,
    TeamMember,
    Token,
    User,
    UserRole,
)
from core.background.jobs.models import Job
from core.data.fields import now
from core.data.history import History
from core.exchange import departing
from core.exchange.saved_filters import SavedFilter
from core.modules.registry import current_registry
from core.testing.instances import browser_for


@pytest.fixture
def anvar(inside):
    return create_user("anvar", name="Anvar", roles=("contacts.user",))


@pytest.fixture
def malika(inside):
    return create_user("malika", name="Malika", roles=("contacts.user",))


@pytest.fixture
def busy(anvar, malika):
    """Anvar with two contacts, a team, a stand-in, a token, an invitation and a shared filter."""
    for name in ("Aziz", "Bahor"):
        Contact.create(name=name, owner=anvar)
    gone = Contact.create(name="Chirchiq", owner=anvar)
    gone.archive()
    team = Team.create(code="shop", name="Shop", leader=malika)
    TeamMember.create(team=team, user=anvar)
    Team.create(code="north", name="North", leader=anvar)
    today = now().date()
    Cover.create(user=malika, substitute=anvar, starts_on=today, ends_on=today + timedelta(days=3))
    create_token(anvar, "Sklad")
    new_link(anvar, INVITATION)
    SavedFilter.create(
        owner=anvar,
        model="contacts.contact",
        title="Mine",
        asked="{}",
        shared_with="core.staff",
        position=1,
    )
    return anvar


def test_the_page_names_all_that_is_theirs_and_proposes_the_leader_of_the_team(admin, busy, malika):
    page = admin.get(f"/users/{busy.id}/leave").text
    assert re.search(r"Contacts, [^:<]+: 3<", page)
    assert "North" in page
    assert f'<option value="{malika.id}" selected>Malika</option>' in page
    assert f'<option value="{busy.id}"' not in page


def test_one_step_hands_over_and_ends_everything(admin, busy, malika, app, client):
    theirs = browser_for(app, busy)
    assert theirs.get("/").status_code == 200
    answer = admin.post(f"/users/{busy.id}/leave", {"taker": str(malika.id)})
    assert answer.status_code == 303
    assert {c.owner_id for c in Contact.select()} == {malika.id}
    assert not User.get_by_id(busy.id).is_active
    assert theirs.get("/").status_code == 302
    for book in (Session, Token, UserRole, TeamMember):
        assert not book.select().where(book.user == busy.id).exists()
    assert {team.leader_id for team in Team.select()} == {malika.id}
    assert Cover.get().archived_at is not None
    assert SavedFilter.get().owner_id == malika.id
    told = History.select().where(History.action == "hand_over", History.record == busy.id)
    assert told.get().actor == admin.user.id
    changed = History.select().where(
        History.model == "contacts_contact", History.action == "update"
    )
    assert changed.count() == 3


def test_each_kind_of_record_may_go_to_somebody_else(admin, busy, malika):
    other = create_user("dilnoza", roles=("contacts.user",))
    sent = {"taker": str(malika.id), "taker-contacts.contact.owner": str(other.id)}
    assert admin.post(f"/users/{busy.id}/leave", sent).status_code == 303
    assert {c.owner_id for c in Contact.select()} == {other.id}
    assert {team.leader_id for team in Team.select()} == {malika.id}


@pytest.mark.parametrize("taker", ["", "999999", "portal", "disabled", "themselves"])
def test_without_a_fit_taker_nothing_at_all_happens(admin, busy, inside, taker):
    portal = create_user("portal", roles=("core.portal",))
    User.update(kind="portal").where(User.id == portal.id).execute()
    gone = create_user("gone")
    User.update(is_active=False).where(User.id == gone.id).execute()
    ids = {"portal": portal.id, "disabled": gone.id, "themselves": busy.id}
    answer = admin.post(f"/users/{busy.id}/leave", {"taker": str(ids.get(taker, taker))})
    assert answer.status_code == 400
    assert User.get_by_id(busy.id).is_active
    assert {c.owner_id for c in Contact.select()} == {busy.id}
    assert Token.select().exists()


def test_many_records_follow_by_a_job_in_batches(admin, busy, malika, run_jobs, monkeypatch):
    monkeypatch.setattr(departing, "AT_ONCE", 2)
    monkeypatch.setattr(departing, "BATCH", 2)
    admin.post(f"/users/{busy.id}/leave", {"taker": str(malika.id)})
    assert not User.get_by_id(busy.id).is_active
    assert {c.owner_id for c in Contact.select()} == {busy.id}
    assert run_jobs() >= 1
    assert {c.owner_id for c in Contact.select()} == {malika.id}
    assert Job.get(Job.name.contains("hand_over")).state == "done"


def test_the_last_admin_does_not_leave_and_nobody_lets_themselves_go(admin, anvar):
    assert admin.post(f"/users/{admin.user.id}/leave").status_code == 400
    second = create_user("second", roles=("admin",))
    UserRole.delete().where(UserRole.user == second.id).execute()
    assert User.get_by_id(admin.user.id).is_active


def test_whoever_holds_nothing_leaves_without_a_taker(admin, anvar):
    assert "Who takes over" not in admin.get(f"/users/{anvar.id}/leave").text
    assert admin.post(f"/users/{anvar.id}/leave").status_code == 303
    assert not User.get_by_id(anvar.id).is_active


def test_every_model_of_any_addon_with_an_owner_is_found(inside, app):
    found = {m for m in current_registry().models if departing.handed_over(m)}
    assert found == {m for m in current_registry().models if "owner" in m._meta.fields}
    assert Contact in found


def test_what_works_in_their_name_is_counted_too(admin, anvar):
    rule = Rule.create(name="Salom", records="contacts.contact", event="created")
    Rule.update(updated_by=anvar.id).where(Rule.id == rule.id).execute()
    page = admin.get(f"/users/{anvar.id}/leave").text
    assert re.search(r"Rules that they saved last[^<]*</dt><dd>1<", page)
