"""The lines of a record follow it: who cannot reach the record cannot touch its lines."""

from typing import Any

import pytest

from core.data.actor import system
from core.data.database import db
from core.data.search import narrow_or_broad
from core.errors import NotAllowed

KINDS = ("own", "team", "ruled", "roleless", "public", "nobody's")


def line_of_a_hidden(world: Any, kind: str) -> int:
    hidden = world.hidden(kind)
    return min(id for id, contact in world.telephones.items() if contact in hidden)


def line_of_ones_own(world: Any, kind: str) -> int:
    reach = world.reach(kind)
    return min(id for id, contact in world.telephones.items() if contact in reach)


@pytest.mark.requirement("S27")
def test_lines_of_a_hidden_record_are_hidden(world, kind):
    line, numbers = world.telephone, world.numbers(kind)
    with world.acting(kind):
        assert {one.id for one in line.select()} == numbers
        assert line.select().count() == len(numbers)
        assert {id for id in world.telephones if id in line} == numbers
        fragment = line.select().where(line.number.contains("90123"))
        assert {one.id for one in fragment} == numbers


@pytest.mark.requirement("S27")
def test_lines_of_a_hidden_record_are_not_written(undone):
    line, before = undone.telephone, undone.dump()
    for kind in KINDS:
        theirs = line_of_a_hidden(undone, kind)
        with db.atomic() as change, undone.acting(kind):
            assert line.update(number="0").where(line.id == theirs).execute() == 0
            assert line.delete().where(line.id == theirs).execute() == 0
            assert line.set_by_id(theirs, {"number": "0"}) == 0
            with system("a record is read by somebody else first"):
                record = line.get_by_id(theirs)
            record.number = "0"
            with pytest.raises(NotAllowed):
                record.save()
            assert record.delete_instance() == 0
            assert undone.dump() == before
            change.rollback()


@pytest.mark.requirement("S27")
def test_nobody_adds_a_line_to_a_hidden_record(undone):
    line, before = undone.telephone, undone.dump()
    for kind in KINDS:
        theirs = min(undone.hidden(kind))
        row = {"contact": theirs, "number": "0", "kind": "work"}
        ways = [
            lambda row=row: line.create(**row),
            lambda row=row: line.insert(**row).execute(),
            lambda row=row: line.create_many([row]),
            lambda row=row: line(**row).save(),
            lambda row=row: line.get_or_create(**row),
        ]
        for way in ways:
            with db.atomic() as change, undone.acting(kind):
                with pytest.raises(NotAllowed):
                    way()
                assert undone.dump() == before
                change.rollback()


@pytest.mark.requirement("S27")
@pytest.mark.parametrize("kind", ["own", "team", "ruled", "all"])
def test_a_line_stays_with_its_record(undone, kind):
    line, before = undone.telephone, undone.dump()
    mine = line_of_ones_own(undone, kind)
    elsewhere = max(undone.rows)
    with undone.acting(kind):
        record = line.get_by_id(mine)
        record.contact = elsewhere
        with pytest.raises(TypeError, match="stays with"):
            record.save()
        for key in ("contact", "contact_id", line.contact):
            with pytest.raises(TypeError, match="stays with"):
                line.update({key: elsewhere}).where(line.id == mine).execute()
        with pytest.raises(TypeError, match="stays with"):
            line.get_by_id(mine).change({"contact_id": elsewhere})
        assert undone.dump() == before


def test_lines_of_ones_own_record_are_written(undone):
    line = undone.telephone
    with undone.acting("own"):
        mine = min(undone.reach("own"))
        made = line.create(contact=mine, number="1", kind="fax")
        made.number = "2"
        made.save()
        assert line.delete().where(line.id == made.id).execute() == 1


def test_a_reader_who_may_not_update_the_record_may_not_write_its_lines(undone):
    """core.staff reads users; their roles are lines of them."""
    role = undone.registry.model("core.user_role")
    someone = undone.people["else"]
    with undone.acting("own"):
        for way in (
            lambda: role.create(user=someone, role="admin"),
            lambda: role.create(user=undone.people["own"], role="admin"),
            lambda: role.create_many([{"user": someone, "role": "admin"}]),
        ):
            with pytest.raises(NotAllowed):
                way()
        assert role.update(role="admin").execute() == 0
        assert role.delete().execute() == 0


def test_a_search_for_the_number_of_a_hidden_record_finds_nothing(world, kind):
    reach = world.reach(kind)
    with world.acting(kind):
        for id in world.rows:
            line = min(n for n, contact in world.telephones.items() if contact == id)
            with system("a test looks the number up"):
                number = world.telephone.get_by_id(line).number
            hits = world.contact.select(world.contact.id).where(
                narrow_or_broad(world.contact, number)[0]
            )
            assert {id for (id,) in hits.tuples()} <= reach
