"""No write reaches a hidden row, by whatever way it goes."""

from collections.abc import Callable
from typing import Any

import pytest
from peewee import SQL

from core.data.actor import system
from core.data.database import db
from core.errors import NotAllowed, UserError

REFUSED = (NotAllowed, TypeError, UserError)
Write = Callable[[Any], Any]


def loaded(world: Any, id: int) -> Any:
    with system("a record is read by somebody else first"):
        return world.contact.get_by_id(id)


def a_hidden(world: Any, kind: str) -> int:
    return min(world.hidden(kind))


def a_line(world: Any, contact: int) -> int:
    return min(id for id, owner in world.telephones.items() if owner == contact)


@pytest.mark.requirement("S27")
def test_update_changes_only_rows_in_reach(undone, kind):
    reach = undone.reach(kind)
    with undone.acting(kind):
        assert undone.contact.update(note="x").execute() == len(reach)
    with system("a test looks"):
        changed = {r.id for r in undone.contact.select().where(undone.contact.note == "x")}
    assert changed == reach


def test_delete_takes_only_rows_in_reach(undone, kind):
    may = undone.reach(kind) if kind in ("all", "ruled", "nobody's") else set()
    if kind == "nobody's":
        may = undone.reach("ruled") & {
            id for id, row in undone.rows.items() if row["owner"] == undone.people["own"]
        }
    with system("a test clears what refers to them"):
        undone.telephone.delete().execute()
        undone.contact.update(parent=None).execute()
    before = set(undone.rows)
    with undone.acting(kind):
        assert undone.contact.delete().execute() == len(may)
    with system("a test looks"):
        left = {id for (id,) in undone.contact.select(undone.contact.id).tuples()}
    assert before - left == may


def set_by_id(world: Any, id: int) -> Any:
    return world.contact.set_by_id(id, {"note": "x"})


def set_item(world: Any, id: int) -> Any:
    world.contact[id] = {"note": "x"}


def delete_item(world: Any, id: int) -> Any:
    del world.contact[id]


def save_what_another_read(world: Any, id: int) -> Any:
    record = loaded(world, id)
    record.note = "x"
    return record.save()


def save_by_hand(world: Any, id: int) -> Any:
    record = world.contact(id=id, version=1)
    record.note = "x"
    return record.save()


def save_under_another_id(world: Any, id: int) -> Any:
    record = world.contact.select().first() or world.contact(id=0, version=1)
    record.id, record.version, record.note = id, 1, "x"
    return record.save()


def change(world: Any, id: int) -> Any:
    return loaded(world, id).change({"note": "x"})


def update_from_a_table(world: Any, id: int) -> Any:
    other = world.contact.alias("other")
    query = world.contact.update(note="x").from_(other)
    return query.where((world.contact.id == other.id) & (other.id == id)).execute()


def update_by_an_alias(world: Any, id: int) -> Any:
    """The row is named by a sub-query that somebody wider wrote."""
    with system("a list of ids that leaked"):
        every = [record.id for record in world.contact.select()]
    return (
        world.contact.update(note="x")
        .where(world.contact.id.in_(every), world.contact.id == id)
        .execute()
    )


def upsert(world: Any, id: int) -> Any:
    reference = loaded(world, id).reference
    return world.contact.upsert([{"reference": reference, "name": "x"}], by="reference")


def insert_over(world: Any, id: int) -> Any:
    return world.contact.insert(id=id, name="x").on_conflict_replace().execute()


def on_conflict(world: Any, id: int) -> Any:
    query = world.contact.insert(id=id, name="x")
    return query.on_conflict(conflict_target=[world.contact.id], update={"note": "x"}).execute()


def delete_with_returning(world: Any, id: int) -> Any:
    return list(world.contact.delete().where(world.contact.id == id).returning(SQL("*")).execute())


def ways_past(name: str, *arguments: Any) -> Write:
    def call(world: Any, id: int) -> Any:
        return getattr(world.contact, name)(*arguments)

    return call


def of_the_table(method: str, **values: Any) -> Write:
    def call(world: Any, id: int) -> Any:
        return getattr(world.contact._meta.table, method)(**values).execute(db)

    return call


WRITES: dict[str, Any] = {
    "update where": lambda w, id: w.contact.update(note="x").where(w.contact.id == id).execute(),
    "update returning": lambda w, id: list(
        w.contact.update(note="x").where(w.contact.id == id).returning(w.contact.name).execute()
    ),
    "update or": lambda w, id: (
        w.contact.update(note="x").where((w.contact.id == id) | (w.contact.id == -1)).execute()
    ),
    "update of the version": lambda w, id: (
        w.contact.update({w.contact.version: w.contact.version + 1})
        .where(w.contact.id == id)
        .execute()
    ),
    "update from": update_from_a_table,
    "update by leaked ids": update_by_an_alias,
    "set_by_id": set_by_id,
    "[] =": set_item,
    "delete where": lambda w, id: w.contact.delete().where(w.contact.id == id).execute(),
    "delete returning": delete_with_returning,
    "delete_by_id": lambda w, id: w.contact.delete_by_id(id),
    "del []": delete_item,
    "delete_instance": lambda w, id: loaded(w, id).delete_instance(),
    "delete_instance recursive": lambda w, id: loaded(w, id).delete_instance(recursive=True),
    "save": save_what_another_read,
    "save by hand": save_by_hand,
    "save under another id": save_under_another_id,
    "change": change,
    "archive": lambda w, id: loaded(w, id).archive(),
    "restore": lambda w, id: loaded(w, id).restore(),
    "upsert": upsert,
    "insert or replace": insert_over,
    "insert on conflict": on_conflict,
    "insert or ignore": lambda w, id: (
        w.contact.insert(id=id, name="x").on_conflict_ignore().execute()
    ),
    "insert_many": ways_past("insert_many", [{"name": "x"}]),
    "insert_from": ways_past("insert_from", None, []),
    "bulk_create": ways_past("bulk_create", []),
    "bulk_update": ways_past("bulk_update", [], []),
    "replace": ways_past("replace", {"name": "x"}),
    "replace_many": ways_past("replace_many", [{"name": "x"}]),
    "raw": ways_past("raw", "SELECT * FROM contacts_contact"),
    "truncate_table": ways_past("truncate_table"),
    "drop_table": ways_past("drop_table"),
    "update of the table": of_the_table("update", note="x"),
    "insert into the table": of_the_table("insert", name="x"),
    "delete from the table": of_the_table("delete"),
    "replace in the table": of_the_table("replace", name="x"),
    "update of an alias of the table": lambda w, id: (
        w.contact._meta.table.alias("a").update(note="x").execute(db)
    ),
    "update rendered elsewhere": lambda w, id: db.execute(w.contact.update(owner=w.people["else"])),
    "insert rendered elsewhere": lambda w, id: db.execute(
        w.contact.insert(name="x", owner=w.people["else"])
    ),
    "insert without its check": lambda w, id: w.contact.insert(
        name="x", owner=w.people["else"]
    ).execute_returning(db),
    "update without its check": lambda w, id: (
        w.contact.update(owner=w.people["else"]).returning(w.contact.id).execute_returning(db)
    ),
    "write in a cte": lambda w, id: list(
        w.contact.select(SQL("1")).with_cte(
            w.contact.insert(name="x", owner=w.people["else"]).cte("made")
        )
    ),
}


@pytest.mark.requirement("S27")
@pytest.mark.parametrize("way", WRITES)
def test_a_write_leaves_hidden_rows_as_they_were(undone, way):
    before = undone.dump()
    for kind in ("own", "team", "ruled", "roleless", "public", "nobody's"):
        with db.atomic() as change, undone.acting(kind):
            try:
                done = WRITES[way](undone, a_hidden(undone, kind))
            except REFUSED:
                done = 0
            assert not done, kind
            assert undone.dump() == before, kind
            change.rollback()
