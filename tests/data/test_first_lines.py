"""The first telephone of a contact stands beside its name, however its lines are written."""

from threading import Thread

import pytest

from core.access.decisions import can
from core.access.limits import FieldLimit
from core.access.lines import Access, Role
from core.access.policy import Policy
from core.data.actor import Actor, system
from core.data.database import db, release, transaction
from core.data.first_lines import create_first_line, drop_first_line
from core.modules.registry import using

COLUMN = ("contacts_contact", "telephone")
NUMBER = ("contacts_telephone", "number")


@pytest.fixture
def contact(working):
    return working.model("contacts.contact").create(name="Bahor Market")


@pytest.fixture
def line(working, contact):
    """Make a line of the contact: `line("+998901234567", kind="fax")`."""
    model = working.model("contacts.telephone")
    return lambda number, **fields: model.create(**{"contact": contact, "number": number, **fields})


def kept(contact):
    model = type(contact)
    return model.select(model.telephone).where(model.id == contact.id).scalar()


def test_the_first_number_that_is_no_fax_is_kept(contact, line):
    assert kept(contact) == ""
    line("71 000", kind="fax")
    assert kept(contact) == ""
    first = line("90 111")
    other = line("90 222")
    assert kept(contact) == "90 111"
    first.kind = "fax"
    first.save()
    assert kept(contact) == "90 222"
    first.kind = "work"
    first.save()
    assert kept(contact) == "90 111"
    first.delete_instance()
    assert kept(contact) == "90 222"
    other.number = "90 333"
    other.save()
    assert kept(contact) == "90 333"
    other.delete_instance()
    assert kept(contact) == ""


def test_it_follows_ways_that_pass_the_models_too(contact, line, working):
    model = working.model("contacts.telephone")
    (id,) = model.create_many([{"contact": contact.id, "number": "90 111"}])
    assert kept(contact) == "90 111"
    model.update(number="90 222").where(model.id == id).execute()
    assert kept(contact) == "90 222"
    db.execute_sql("UPDATE contacts_telephone SET number = '90 333'")
    assert kept(contact) == "90 333"
    other = type(contact).create(name="Guliston")
    db.execute_sql(f"UPDATE contacts_telephone SET contact_id = {other.id}")
    assert (kept(contact), kept(other)) == ("", "90 333")


def test_it_is_undone_with_the_line(contact, line):
    line("90 111")
    with transaction() as undone:
        line("90 222").delete_instance()
        db.execute_sql("DELETE FROM contacts_telephone")
        assert kept(contact) == ""
        undone.rollback()
    assert kept(contact) == "90 111"


def test_two_who_write_lines_at_once_see_each_other(contact, line, working):
    def other():
        with using(working), system("somebody else"):
            line("90 222")
        release()

    thread = Thread(target=other)
    with transaction():
        line("90 111")
        thread.start()
        thread.join(0.5)  # it waits for the record, or is not yet there
    thread.join(30)
    assert not thread.is_alive()
    assert kept(contact) == "90 111"


def test_nobody_sets_it_and_no_version_counts_it(contact, line):
    line("90 111")
    model = type(contact)
    model.update(telephone="1", city="Buxoro").where(model.id == contact.id).execute()
    assert kept(contact) == "90 111"
    record = model.get_by_id(contact.id)
    record.telephone = "2"
    record.save()
    version = model.get_by_id(contact.id).version
    line("90 222")
    assert kept(contact) == "90 111"
    assert model.get_by_id(contact.id).version == version


def test_it_is_filled_where_lines_stand_already(contact, line):
    empty = type(contact).create(name="Guliston")
    line("71 000", kind="fax")
    line("90 111")
    with transaction():
        drop_first_line(db.obj, COLUMN, NUMBER[0])
        db.execute_sql("UPDATE contacts_contact SET telephone = 'old'")
        line("90 222")
        assert kept(contact) == "old"
        create_first_line(db.obj, COLUMN, NUMBER, "contact_id", unless=("kind", "fax"))
    assert (kept(contact), kept(empty)) == ("90 111", "")


def test_who_does_not_see_the_lines_does_not_see_it(working):
    contact = working.model("contacts.contact")
    role = Role("test.one", "One")
    reader = Actor(id=1, name="one", roles=frozenset({"test.one"}))
    open_policy = Policy((role,), [Access(contact, role, "r")], ())
    blind = Policy((role,), [Access(contact, role, "r", except_fields=("telephones",))], ())
    assert open_policy.fields(contact, reader, "r") == frozenset()
    assert blind.fields(contact, reader, "r") == {"telephones", "telephone"}
    limit = FieldLimit(working.model("contacts.telephone"), "number", frozenset({"test.two"}))
    limited = Policy((role,), [Access(contact, role, "r")], (), [limit])
    assert limited.fields(contact, reader, "r") == {"telephone"}
    assert can(Actor(id=1, roles=frozenset({"admin"})), "r", contact, "telephone")
