"""Statements that are rendered once: each answers for its own reader and its own values alone."""

import pytest

from core.access.lines import OWN, Access, Role, Rule
from core.access.models import User
from core.data.actor import acting_as
from core.exchange.selection import Ask, Selection
from core.exchange.statements import lines_of, reached

CLERK, GUEST = Role("test.clerk", "Clerk"), Role("test.guest", "Guest")


@pytest.fixture
def contact(working):
    return working.model("contacts.contact")


@pytest.fixture
def people(working):
    return [User.create(login=f"u{n}", name=f"u{n}").id for n in range(3)]


def names(contact, *where):
    page = Selection(contact, Ask(where=where)).page(contact.name)
    count, _capped = Selection(contact, Ask(where=where)).count_nearby()
    found = {name for _id, name in page.rows}
    assert count == len(found)
    return found


def test_a_statement_is_kept_for_each_reader_and_serves_no_other(ruled, actor, people, contact):
    ids = {owner: contact.create(name=f"of {owner}", owner=owner).id for owner in people}
    with ruled([Access(contact, CLERK, "r", scope=OWN), Access(contact, GUEST, "r")]):
        for _ in range(2):
            for me in people:
                with acting_as(actor(me, CLERK)):
                    assert names(contact) == {f"of {me}"}
                    assert names(contact, ["name", "!=", "x"]) == {f"of {me}"}
                    assert {id for id in ids.values() if reached(contact, id)} == {ids[me]}
            with acting_as(actor(people[0], GUEST)):
                assert len(names(contact)) == 3
            with acting_as(actor(people[0])):
                assert [reached(contact, id) for id in ids.values()] == [None] * 3


def test_lines_go_with_their_record_whoever_asked_before(ruled, actor, people, contact, working):
    telephone = working.model("contacts.telephone")
    for owner in people:
        record = contact.create(name="x", owner=owner)
        telephone.create(contact=record, kind="work", number=f"+99890{owner:07}")
        telephone.create(contact=record, kind="fax", number="+998712000000")
    every = [id for (id,) in contact.select(contact.id).tuples()]
    with ruled([Access(contact, CLERK, "r", scope=OWN)]):
        for me in [*people, *people]:
            with acting_as(actor(me, CLERK)):
                called = telephone.kind != "fax"
                lines = lines_of(telephone.contact, every, telephone.number, where=called)
                assert [number for _id, number in lines] == [f"+99890{me:07}"]
                assert len(lines_of(telephone.contact, every, telephone.number)) == 2


def test_a_rule_of_an_addon_is_asked_each_time(ruled, actor, people, contact):
    town = ["Buxoro"]
    rule = Rule(contact, CLERK, lambda row, reader: row.city == town[0])
    for city in ("Buxoro", "Nukus"):
        contact.create(name=city, city=city)
    with ruled([Access(contact, CLERK, "r")], [rule]), acting_as(actor(people[0], CLERK)):
        assert names(contact) == {"Buxoro"}
        town[0] = "Nukus"
        assert names(contact) == {"Nukus"}


def test_filters_of_one_shape_differ_in_their_values(ruled, actor, people, contact):
    for city, owner in (("Buxoro", people[0]), ("Nukus", people[1]), ("", None)):
        contact.create(name=f"{city}?", city=city, owner=owner)
    with ruled([Access(contact, CLERK, "r")]), acting_as(actor(people[0], CLERK)):
        for _ in range(2):
            assert names(contact, ["city", "=", "Buxoro"]) == {"Buxoro?"}
            assert names(contact, ["city", "=", "Nukus"]) == {"Nukus?"}
            assert names(contact, ["city", "!=", "Nukus"]) == {"Buxoro?", "?"}
            assert names(contact, ["owner", "=", people[1]]) == {"Nukus?"}
            assert names(contact, ["owner", "=", None]) == {"?"}
            assert names(contact, ["owner", "!=", None]) == {"Buxoro?", "Nukus?"}
            either = ["or", ["city", "=", "Buxoro"], ["owner", "=", people[1]]]
            assert names(contact, either) == {"Buxoro?", "Nukus?"}
            both = ["and", ["city", "=", "Buxoro"], ["owner", "=", people[1]]]
            assert names(contact, both) == set()


@pytest.mark.parametrize("step", [1, 7])
def test_many_ids_are_found_however_they_lie(working, contact, step):
    contact.create_many({"name": f"{n}"} for n in range(1_500 * step))
    every = sorted(id for (id,) in contact.select(contact.id).tuples())
    wanted = every[::step]
    telephone = working.model("contacts.telephone")
    for id in every[:50]:
        telephone.create(contact=id, kind="work", number="+998901234567")
    lines = lines_of(telephone.contact, wanted, telephone.number)
    assert [contact for contact, _number in lines] == [id for id in every[:50] if id in wanted]
