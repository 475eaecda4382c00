"""Every way of writing leaves its rows in the history, and nothing changes them afterwards."""

import peewee
import pytest

from core.access.lines import Access, Role
from core.access.models import User
from core.access.policy import Policy, ruled_by
from core.data.actor import Actor, acting_as, system
from core.data.database import transaction
from core.data.history import History, coming_from
from core.errors import NotAllowed
from tests.data.told import values_of

TABLE = "contacts_contact"


@pytest.fixture
def contact(working):
    return working.model("contacts.contact")


@pytest.fixture
def since(working):
    """Make `since()`: [(action, table, id, {field: (old, new)})] told since it was last asked."""
    seen = [History.select(peewee.fn.MAX(History.id)).scalar() or 0]

    def told():
        rows = list(History.select().where(History.id > seen[0]).order_by(History.id))
        seen[0] = rows[-1].id if rows else seen[0]
        return [(row.action, row.model, row.record, values_of(row)) for row in rows]

    return told


@pytest.fixture
def dilnoza(working):
    return User.create(login="dilnoza", name="Dilnoza").id


def test_a_new_record_is_told_without_values(contact, since):
    record = contact.create(name="Bahor")
    assert since() == [("create", TABLE, record.id, {})]


def test_many_new_records_are_told_in_their_order_by_one_statement(contact, since, query_count):
    with query_count:
        ids = contact.create_many({"name": f"Bahor {n}"} for n in range(150))
    assert since() == [("create", TABLE, id, {}) for id in ids]
    assert len([sql for sql in query_count.statements if "core_history" in sql]) == 1


def test_a_save_tells_what_changed_from_what_to_what(contact, since):
    record = contact.create(name="Bahor", city="Buxoro", is_customer=False)
    since()
    record.city, record.is_customer, record.birthday = "Xiva", True, "2001-02-03"
    record.save()
    values = {
        "city": ("Buxoro", "Xiva"),
        "is_customer": (False, True),
        "birthday": (None, "2001-02-03"),
    }
    assert since() == [("update", TABLE, record.id, values)]


def test_writing_what_stands_already_tells_nothing(contact, since):
    record = contact.create(name="Bahor", city="Buxoro")
    since()
    contact.update(city="Buxoro").where(contact.id == record.id).execute()
    contact.update().where(contact.id == record.id).execute()
    record.change({"city": "Buxoro"})
    assert since() == []


def test_an_update_of_many_rows_tells_each_that_changed(contact, since):
    ids = contact.create_many({"name": "Bahor", "city": city} for city in ("Xiva", "Buxoro", ""))
    contact.create_many([{"name": "Navroʻz"}])
    since()
    assert contact.update(city="Xiva").where(contact.name == "Bahor").execute() == 3
    assert sorted(since(), key=lambda row: row[2]) == [
        ("update", TABLE, ids[1], {"city": ("Buxoro", "Xiva")}),
        ("update", TABLE, ids[2], {"city": ("", "Xiva")}),
    ]


def test_an_expression_is_told_by_its_outcome(contact, since):
    record = contact.create(name="Bahor")
    since()
    contact.update(name=contact.name.concat("!")).where(contact.id == record.id).execute()
    assert since() == [("update", TABLE, record.id, {"name": ("Bahor", "Bahor!")})]


def test_archiving_and_restoring_are_called_so(contact, since):
    record = contact.create(name="Bahor")
    since()
    record.archive()
    contact.get_by_id(record.id).restore()
    assert since() == [("archive", TABLE, record.id, {}), ("restore", TABLE, record.id, {})]


def test_a_deleted_record_leaves_all_that_it_held(contact, since):
    record = contact.create(name="Bahor", city="Xiva")
    since()
    record.delete_instance()
    [(action, _table, id, values)] = since()
    assert (action, id) == ("delete", record.id)
    assert values["name"] == ("Bahor", None)
    assert values["city"] == ("Xiva", None)
    assert values["is_customer"] == (False, None)
    assert not {"version", "created_at", "updated_at", "id"} & values.keys()


def test_an_upsert_tells_of_what_it_made_and_what_it_changed(contact, since):
    contact.upsert([{"reference": "a", "name": "A"}, {"reference": "b", "name": "B"}], "reference")
    first, second = (row[2] for row in since())
    wanted = [{"reference": r, "name": n} for r, n in (("a", "A"), ("b", "Z"), ("c", "C"))]
    contact.upsert(wanted, "reference")
    told = since()
    assert sorted(row[0] for row in told) == ["create", "update"]
    assert ("update", TABLE, second, {"name": ("B", "Z")}) in told
    assert first not in [row[2] for row in told]


def test_a_part_is_told_with_its_record(working, contact):
    record = contact.create(name="Bahor")
    line = working.model("contacts.telephone").create(contact=record, number="+998901234567")
    line.number = "+998907654321"
    line.save()
    line.delete_instance()
    rows = list(History.select().where(History.model == "contacts_telephone").order_by(History.id))
    assert [row.action for row in rows] == ["create", "update", "delete"]
    where = {(row.record, row.root_model, row.root_record) for row in rows}
    assert where == {(line.id, TABLE, record.id)}
    assert values_of(rows[1]) == {"number": ("+998901234567", "+998907654321")}


def test_a_row_says_who_did_it_from_where(contact, dilnoza):
    with acting_as(Actor(id=dilnoza, name="Dilnoza", roles=frozenset({"admin"}))):
        with coming_from("10.0.0.9", "0a1b2c3d"):
            contact.create(name="Bahor")
        with system("a test looks past the rules"):
            contact.create(name="Navroʻz")
    contact.create(name="Yalpiz")
    rows = list(History.select().order_by(History.id.desc()).limit(3))
    who = [(row.actor, row.actor_name) for row in rows]
    assert who == [(None, "a test"), (dilnoza, "Dilnoza"), (dilnoza, "Dilnoza")]
    assert [(row.address, row.request) for row in rows[1:]] == [("", ""), ("10.0.0.9", "0a1b2c3d")]


def test_what_is_rolled_back_leaves_nothing(contact, since):
    record = contact.create(name="Bahor")
    since()
    with transaction() as change:
        contact.update(city="Xiva").where(contact.id == record.id).execute()
        assert len(since()) == 1
        change.rollback()
    assert since() == []


def test_a_refused_write_leaves_nothing(contact, dilnoza, since):
    record = contact.create(name="Bahor")
    since()
    with acting_as(Actor(id=dilnoza, roles=frozenset({"contacts.own"}))):
        with pytest.raises(NotAllowed):
            contact.create(name="Navroʻz", owner=None)
        record.city = "Xiva"
        with pytest.raises(NotAllowed):
            record.save()
        assert contact.update(city="Xiva").execute() == 0
        assert contact.delete().execute() == 0
    assert since() == []


def test_what_is_written_unread_is_told_of_all_the_same(working, since):
    tag = working.model("contacts.tag")
    role = Role("contacts.blind", "Blind")
    record = tag.create(name="Ulgurji")
    since()
    with (
        ruled_by(Policy([role], [Access(tag, role, "ud")], [])),
        acting_as(Actor(id=None, roles=frozenset({"contacts.blind"}))),
    ):
        assert tag.update(name="Chakana").where(tag.id == record.id).execute() == 1
        assert tag.delete().where(tag.id == record.id).execute() == 1
    assert since() == [
        ("update", "contacts_tag", record.id, {"name": ("Ulgurji", "Chakana")}),
        ("delete", "contacts_tag", record.id, {"name": ("Chakana", None)}),
    ]
