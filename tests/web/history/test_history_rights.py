"""What changed in somebody's rights and by whom, by a ready filter."""

import re

import pytest

from core.access.accounts import disable_user
from core.access.models import Team, TeamMember, User, UserRole
from core.access.policy import current_policy
from core.data.audit import note
from core.data.history import History
from core.modules.registry import using
from tests.web.history.entries import entries

TABLE = "contacts_contact"


@pytest.fixture
def vali(working):
    return User.create(login="vali", name="Vali")


def rights(browser, user):
    return [
        " ".join(entry.split())
        for entry in entries(browser.get(f"/history?about=rights&user={user.id}"))
    ]


def test_the_rights_of_a_user_tell_of_roles_teams_and_the_user_alone(admin, vali):
    other = User.create(login="ali", name="Ali")
    UserRole.create(user=other, role="contacts.user")
    role = UserRole.create(user=vali, role="contacts.user")
    team = Team.create(code="a", name="Savdo")
    lead = Team.create(code="b", name="Ombor")
    member = TeamMember.create(team=team, user=vali)
    TeamMember.create(team=team, user=other)
    lead.change({"leader": vali.id})
    lead.change({"name": "Ombor 2"})
    role.delete_instance()
    member.delete_instance()
    disable_user(vali)
    note("log_in", ("core_user", vali.id))
    note("create_token", ("core_token", 3), under=("core_user", vali.id))
    said = rights(admin, vali)
    ids = [
        (row.action, row.model)
        for row in History.select()
        .where(History.id.in_([int(i) for i in row_ids(admin, vali)]))
        .order_by(History.id)
    ]
    assert ids == [
        ("create", "core_user"),
        ("create", "core_user_role"),
        ("create", "core_team_member"),
        ("update", "core_team"),
        ("delete", "core_user_role"),
        ("delete", "core_team_member"),
        ("update", "core_user"),
        ("create_token", "core_token"),
    ]
    assert any("Leader" in entry and "Vali" in entry for entry in said)
    title = current_policy().roles["contacts.user"].title
    given, taken = (e for e in reversed(said) if str(title) in e)
    assert "Created" in given
    assert "Deleted" in taken
    assert any("Created" in entry and "Employee: Vali" in entry for entry in said)


def row_ids(browser, user):
    page = browser.get(f"/history?about=rights&user={user.id}")
    return re.findall(r'<tr id="row-(\d+)">', page.text)


def test_the_rights_of_a_user_tell_of_stand_ins_and_composed_roles(admin, vali, working):
    other = User.create(login="ali", name="Ali")
    role = working.model("core.custom_role").create(code="seller", title="Sotuvchi")
    unheld = working.model("core.custom_role").create(code="driver", title="Haydovchi")
    UserRole.create(user=vali, role="custom.seller")
    days = {"starts_on": "2026-03-01", "ends_on": "2026-03-05"}
    cover = working.model("core.cover")
    cover.create(user=other, substitute=vali, **days)
    cover.create(user=admin.user, substitute=other, **days)
    role.change({"title": "Katta sotuvchi"})
    unheld.change({"title": "Katta haydovchi"})
    with using(working):
        rows = History.select().where(History.id.in_([int(i) for i in row_ids(admin, vali)]))
    told = sorted((row.action, row.model) for row in rows)
    said = " ".join(rights(admin, vali))
    assert "Who is away: Ali" in said
    assert "Who stands in: Vali" in said
    assert told == [
        ("create", "core_cover"),
        ("create", "core_custom_role"),
        ("create", "core_user"),
        ("create", "core_user_role"),
        ("update", "core_custom_role"),
    ]
