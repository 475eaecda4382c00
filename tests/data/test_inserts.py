"""New rows are written by SQL that was rendered once, and are what Peewee would have written."""

import logging

import pytest
from peewee import Value, fn

from core.data.actor import Actor, acting_as
from core.errors import NotAllowed


@pytest.fixture
def contact(working):
    return working.model("contacts.contact")


@pytest.fixture
def said(caplog):
    """The INSERTs into the table that ran since, as (SQL, parameters)."""
    caplog.set_level(logging.DEBUG, "peewee")

    def inserts(table):
        found = [record.msg for record in caplog.records if isinstance(record.msg, tuple)]
        return [each for each in found if each[0].startswith(f'INSERT INTO "{table}" ')]

    return inserts


@pytest.mark.parametrize("count", [1, 3])
def test_rows_are_written_by_the_sql_of_peewee(contact, said, count):
    """Which renders a row that holds more than plain values, as a `Value` is."""
    plain = [{"name": f"Bahor {n}", "kind": "person"} for n in range(count)]
    contact.create_many(plain)
    contact.create_many({**row, "name": Value(row["name"])} for row in plain)
    contact.create_many(plain)
    ours, of_peewee, again = said(contact._meta.table_name)
    assert ours[0] == of_peewee[0] == again[0]
    assert len(ours[1]) == len(of_peewee[1])


def test_one_record_is_written_by_the_sql_of_peewee(contact, said):
    contact.insert(name="Bahor", city="Nukus").execute()
    contact.insert(city="Nukus", name=Value("Bahor")).execute()
    ours, of_peewee = said(contact._meta.table_name)
    assert ours[0] == of_peewee[0]
    assert ours[1][2:] == of_peewee[1][2:]  # after the times


def test_a_value_that_the_database_works_out_is_still_one(contact):
    for _ in range(2):
        made = contact.insert(name=fn.UPPER("bahor")).execute()
        assert contact.get_by_id(made).name == "BAHOR"
        (made,) = contact.create_many([{"name": fn.LOWER("BAHOR")}])
        assert contact.get_by_id(made).name == "bahor"


def test_a_record_is_as_good_as_its_id(contact, working):
    owner = contact.create(name="Bahor")
    telephone = working.model("contacts.telephone")
    ids = [
        telephone.insert(contact=owner, number="1").execute(),
        *telephone.create_many([{"contact": owner, "number": "2"}]),
        *telephone.create_many([{"contact_id": owner.id, "number": "3"}]),
    ]
    assert {telephone.get_by_id(id).contact_id for id in ids} == {owner.id}


def test_rows_of_many_batches_answer_their_ids_in_order(contact):
    ids = contact.create_many({"name": f"Bahor {n}"} for n in range(450))
    names = dict(contact.select(contact.id, contact.name).tuples())
    assert [names[id] for id in ids] == [f"Bahor {n}" for n in range(450)]


def test_what_was_rendered_for_one_who_may_is_refused_to_one_who_may_not(contact):
    contact.create(name="Bahor")
    contact.create_many([{"name": "Bahor"}])
    with acting_as(Actor(id=None)):
        with pytest.raises(NotAllowed):
            contact.create(name="Bahor")
        with pytest.raises(NotAllowed):
            contact.create_many([{"name": "Bahor"}])
    assert contact.select().count() == 2
