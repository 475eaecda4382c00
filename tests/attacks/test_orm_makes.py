"""Nobody makes a row out of their own reach, or moves one there."""

from typing import Any

import pytest
from peewee import SQL

from core.data.actor import system
from core.data.database import db
from core.errors import Conflict, NotAllowed, UserError

REFUSED = (NotAllowed, TypeError, UserError)


def loaded(world: Any, id: int) -> Any:
    with system("a record is read by somebody else first"):
        return world.contact.get_by_id(id)


def of_another(world: Any) -> dict[str, Any]:
    return {"name": "x", "owner": world.people["else"], "team": world.teams["south"]}


def save_new(world: Any, row: dict[str, Any]) -> Any:
    return world.contact(**row).save()


def save_new_with_an_id(world: Any, row: dict[str, Any]) -> Any:
    return world.contact(id=99_999, **row).save(force_insert=True)


MAKES: dict[str, Any] = {
    "create": lambda w, row: w.contact.create(**row),
    "insert": lambda w, row: w.contact.insert(**row).execute(),
    "insert of many": lambda w, row: w.contact.insert([row, row]).execute(),
    "insert as row count": lambda w, row: w.contact.insert(**row).as_rowcount().execute(),
    "insert returning": lambda w, row: w.contact.insert(**row).returning(w.contact).execute(),
    "save": save_new,
    "save with an id": save_new_with_an_id,
    "create_many": lambda w, row: w.contact.create_many(
        [{"name": "mine", "owner": w.people["own"], "team": None}, row]
    ),
    "upsert": lambda w, row: w.contact.upsert(
        [{**row, "reference": "new"}, {"reference": "new2", "name": "y"}], by="reference"
    ),
    "get_or_create": lambda w, row: w.contact.get_or_create(**row),
    "set_by_id of none": lambda w, row: w.contact.set_by_id(None, row),
}


@pytest.mark.requirement("S27")
@pytest.mark.parametrize("way", MAKES)
def test_nobody_makes_a_row_that_they_may_not_reach(undone, way):
    before = undone.dump()
    for kind in ("own", "team", "ruled", "roleless", "public", "nobody's"):
        with db.atomic() as change, undone.acting(kind):
            with pytest.raises((*REFUSED, ValueError)):
                MAKES[way](undone, of_another(undone))
            assert undone.dump() == before, kind
            change.rollback()


def test_a_row_of_ones_own_can_be_made_and_kept(undone):
    with undone.acting("own"):
        made = undone.contact.create(name="Mine", owner=undone.people["own"])
        made.name = "Still mine"
        made.save()
        assert undone.contact.get_by_id(made.id).name == "Still mine"
        assert undone.contact.create_many([{"name": "a", "owner": undone.people["own"]}] * 3)


def mine(world: Any, kind: str) -> int:
    return min(world.reach(kind))


def moved(world: Any, kind: str) -> dict[str, Any]:
    away = {"owner": world.people["else"], "team": world.teams["south"]}
    return {**away, "city": "Buxoro"} if kind == "ruled" else away


MOVES: dict[str, Any] = {
    "update": lambda w, id, to: w.contact.update(**to).where(w.contact.id == id).execute(),
    "update of all": lambda w, id, to: w.contact.update(**to).execute(),
    "update from itself": lambda w, id, to: (
        w.contact.update({w.contact.owner: to["owner"], w.contact.team: to["team"]})
        .where(w.contact.id == id)
        .execute()
    ),
    "update by a sub-query": lambda w, id, to: w.contact.update(
        owner=w.contact.select(SQL(str(to["owner"]))).limit(1), team=None
    ).execute(),
    "change": lambda w, id, to: w.contact.get_by_id(id).change(to),
    "set_by_id": lambda w, id, to: w.contact.set_by_id(id, to),
    "upsert": lambda w, id, to: w.contact.upsert(
        [{"reference": loaded(w, id).reference, **to}], by="reference"
    ),
}


@pytest.mark.requirement("S27")
@pytest.mark.parametrize("kind", ["own", "team", "ruled"])
@pytest.mark.parametrize("way", MOVES)
def test_nobody_moves_a_row_out_of_their_own_reach(undone, kind, way):
    before = undone.dump()
    with undone.acting(kind):
        with pytest.raises(NotAllowed):
            MOVES[way](undone, mine(undone, kind), moved(undone, kind))
        assert undone.dump() == before


def test_a_stale_record_is_a_conflict_and_not_a_refusal(undone):
    with undone.acting("own"):
        record = undone.contact.get_by_id(mine(undone, "own"))
        undone.contact.update(note="faster").where(undone.contact.id == record.id).execute()
        record.note = "slower"
        with pytest.raises(Conflict):
            record.save()


def test_a_row_that_left_the_reach_before_the_write_is_refused(undone):
    with undone.acting("own"):
        record = undone.contact.get_by_id(mine(undone, "own"))
    with system("somebody gives it away meanwhile"):
        undone.contact.update(owner=undone.people["else"]).where(
            undone.contact.id == record.id
        ).execute()
    record.note = "x"
    with undone.acting("own"), pytest.raises(NotAllowed):
        record.save()
