"""What an auditor sees of records, fields and events that are not theirs to read."""

import pytest

from core.access.models import User
from core.attached.comments import write_comment
from core.data.actor import Actor, acting_as, system
from core.data.audit import note
from tests.web.entries import entries

TABLE = "contacts_contact"


@pytest.fixture
def admin(as_role):
    return as_role("admin", login="bosh")


@pytest.fixture
def contact(working):
    return working.model("contacts.contact")


@pytest.fixture
def auditor(as_role):
    """Watches over access, and reads the contacts of their own alone."""
    return as_role("core.auditor", "contacts.user")


@pytest.mark.attack(12)
def test_an_auditor_sees_that_a_hidden_record_changed_and_not_what_it_holds(auditor, contact):
    with system("a test"):
        hidden = contact.create(name="Maxfiy MChJ", city="Xiva", owner=None)
        hidden.change({"city": "Buxoro"})
    answer = auditor.get(f"/history?what={TABLE}")
    assert len(entries(answer)) == 2
    assert "City: hidden" in entries(answer)[0]
    for secret in ("Maxfiy", "Xiva", "Buxoro", f"/contacts/contact/{hidden.id}"):
        assert secret not in answer.text
        assert secret not in auditor.get(f"/history/export.csv?what={TABLE}").text


def test_an_auditor_reads_the_values_of_records_within_reach(auditor, contact):
    with system("a test"):
        own = contact.create(name="Bahor", city="Xiva", owner=auditor.user.id)
        own.change({"city": "Buxoro"})
    said = entries(auditor.get(f"/history?what={TABLE}"))[0]
    assert "Bahor" in said
    assert "City: Xiva → Buxoro" in said


@pytest.mark.attack(12)
def test_a_field_that_is_hidden_from_the_auditor_stays_so(as_role, contact):
    """The core hides the e-mail address of users from employees."""
    auditor = as_role("core.auditor", "core.staff")
    with system("a test"):
        user = User.create(login="vali", name="Vali")
        user.change({"email": "vali@example.uz", "name": "Vali Aliyev"})
    said = entries(auditor.get(f"/history?what=core_user&record={user.id}"))[0]
    assert "E-mail: hidden" in said
    assert "Name: Vali → Vali Aliyev" in said
    assert "vali@example.uz" not in auditor.get("/history").text


@pytest.mark.attack(12)
def test_what_a_deleted_record_held_is_for_admins_alone(auditor, admin, contact):
    """SQLite gives its id again: to one that the auditor reads."""
    with system("a test"):
        gone = contact.create(name="Maxfiy MChJ", city="Xiva", owner=None)
        gone.delete_instance()
        own = contact.create(name="Bahor", owner=auditor.user.id)
    page = auditor.get(f"/history?what={TABLE}")
    assert "Maxfiy" not in page.text
    assert "Xiva" not in page.text
    deleted = next(e for e in entries(page) if "Deleted" in e)
    assert "City: hidden" in deleted
    assert "Bahor" not in deleted
    assert "Maxfiy MChJ" in admin.get(f"/history?what={TABLE}").text
    assert own.id


@pytest.mark.attack(12)
def test_comments_and_settings_are_for_admins_alone(auditor, admin, working):
    with system("a test"):
        record = working.model("contacts.contact").create(name="Bahor", owner=None)
        comment = write_comment(record, "Juda maxfiy soʻz")
        note("update", ("core_setting", 1), [("studio.word", "maxfiy eski", "maxfiy yangi")])
    assert comment is not None
    page = auditor.get("/history")
    assert "maxfiy" not in page.text
    assert "studio.word: hidden" in page.text.replace('<span class="muted">', "")
    assert "maxfiy yangi" in admin.get("/history").text


def test_the_filter_of_an_export_is_for_those_who_read_the_records(as_role, admin):
    with system("a test"):
        told = [("filter", None, "search=Maxfiy"), ("rows", None, 3)]
        note("export", ("core_export", 1), told, under=(TABLE, 0))
    said = entries(as_role("core.auditor").get("/history?action=export"))[0]
    assert "Filter: hidden" in said
    assert "Records: 3" in said
    assert "Filter: search=Maxfiy" in entries(admin.get("/history?action=export"))[0]


@pytest.mark.attack(25)
def test_what_was_told_is_escaped(admin, contact):
    evil = '<script>alert("x")</script>'
    contact.create(name=evil, city=evil).change({"city": f"{evil}2"})
    with acting_as(Actor(7, evil, roles=frozenset(["admin"]))):
        note("log_in", ("core_user", 1), [(evil[:20], None, evil)])
    assert "<script>alert" not in admin.get("/history").text
