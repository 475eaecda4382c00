"""What an auditor sees of records, fields and events that are not theirs to read."""

import pytest

from core.access.accounts import create_token, create_user
from core.access.login import set_password
from core.access.models import Credential, Session, Token, User
from core.attached.comments import write_comment
from core.data.actor import Actor, acting_as, system
from core.data.audit import note
from core.testing.instances import browser_for
from tests.web.history.entries import entries

TABLE = "contacts_contact"


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
def test_lines_of_a_hidden_record_say_nothing_of_what_they_held(auditor, contact, working):
    with system("a test"):
        hidden = contact.create(name="Maxfiy MChJ", owner=None)
        line = working.model("contacts.telephone").create(contact=hidden, number="+998901234567")
        own = contact.create(name="Bahor", owner=auditor.user.id)
        working.model("contacts.telephone").create(contact=own, number="+998907654321")
    page = auditor.get(f"/history?what={TABLE}").text
    assert "90 123 45 67" not in page
    assert "90 765 43 21" in page
    assert "Number: hidden" in " ".join(entries(auditor.get(f"/history?what={TABLE}")))
    with system("a test"):
        line.delete_instance()
    assert "90 123 45 67" not in auditor.get(f"/history?what={TABLE}").text


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


@pytest.mark.attack(8)
@pytest.mark.parametrize(
    ("table", "roles"),
    [("core_user", ["core.staff"]), (TABLE, ["contacts.user"])],
    ids=["a hidden field", "records beyond reach"],
)
def test_a_filter_that_may_name_what_is_hidden_is_hidden(as_role, working, table, roles):
    with system("a test"):
        told = [("filter", None, "search=maxfiy"), ("rows", None, 1)]
        note("export", ("core_export", 1), told, under=(table, 0))
    auditor = as_role("core.auditor", *roles)
    for path in ("/history?action=export", "/history/export.csv?action=export"):
        assert "maxfiy" not in auditor.get(path).text


def test_a_filter_is_told_to_an_auditor_who_reads_all_of_the_records(as_role, working):
    with system("a test"):
        told = [("filter", None, "search=Bahor"), ("rows", None, 1)]
        note("export", ("core_export", 1), told, under=(TABLE, 0))
    auditor = as_role("core.auditor", "contacts.manager")
    assert "Filter: search=Bahor" in entries(auditor.get("/history?action=export"))[0]


@pytest.mark.attack(17)
def test_nothing_that_opens_a_door_stands_in_it(admin, working):
    user = create_user("vali", "Uzun-parol-77-xyz", roles=("admin",))
    set_password(user.id, "Boshqa-parol-88-xyz")
    token = create_token(user, "Kassa")
    browser_for(admin.client.application, user)
    secrets = ["Uzun-parol-77-xyz", "Boshqa-parol-88-xyz", token]
    for model, column in ((Credential, "password_hash"), (Token, "digest"), (Session, "digest")):
        secrets += [row[0] for row in model.select(getattr(model, column)).tuples()]
    assert len(secrets) >= 6
    for path in ("/history", f"/history?about=rights&user={user.id}", "/history/export.csv"):
        text = admin.get(path).get_data(as_text=True)
        assert [secret for secret in secrets if secret in text] == []


@pytest.mark.attack(25)
def test_what_was_told_is_escaped(admin, contact):
    evil = '<script>alert("x")</script>'
    contact.create(name=evil, city=evil).change({"city": f"{evil}2"})
    with acting_as(Actor(7, evil, roles=frozenset(["admin"]))):
        note("log_in", ("core_user", 1), [(evil[:20], None, evil)])
    assert "<script>alert" not in admin.get("/history").text
