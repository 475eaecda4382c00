"""The SQL behind the door, letter by letter: a new Peewee that moves it fails here first."""

import pytest
from peewee import PostgresqlDatabase, SqliteDatabase, fn

from core.data.actor import Actor, acting_as, system
from core.data.door import door
from core.data.fields import CharField, ForeignKeyField
from core.data.model import Model

OWNER = 7


class Harbour(Model):
    """A place with an owner; the canary's own, in no database."""

    name = CharField()
    owner = ForeignKeyField("self", null=True, backref="owned")

    class Meta:
        table_name = "harbour"


class Ship(Model):
    """A thing at a place."""

    name = CharField()
    harbour = ForeignKeyField(Harbour, backref="ships")

    class Meta:
        table_name = "ship"


@pytest.fixture(params=[SqliteDatabase, PostgresqlDatabase])
def sql(request):
    """Make `sql(query)`: what the query says on each database, with quotes left out."""
    database = request.param("canary")
    door.reach = lambda model, actor, action: (
        (lambda row: row.owner == actor.id) if model is Harbour else None
    )

    def render(query):
        with acting_as(Actor(id=OWNER)):
            if hasattr(query, "_checked"):
                query = query._checked()
            text, values = database.get_sql_context().sql(query).query()
        assert OWNER in values
        return text.replace('"', "").replace("%s", "?")

    yield render
    door.close()


DOOR = "(SELECT * FROM harbour AS {} WHERE ({}.owner_id = ?))"


def at(row):
    return DOOR.format(row, row)


def test_select(sql):
    query = Harbour.select(Harbour.name)
    assert sql(query) == f"SELECT t1.name FROM {at('t2')} AS t1"


def test_alias(sql):
    other = Harbour.alias("other")
    query = other.select(other.name).where(other.name == "x")
    assert sql(query) == f"SELECT other.name FROM {at('t1')} AS other WHERE (other.name = ?)"


def test_join(sql):
    query = Ship.select(Ship.name, Harbour.name).join(Harbour)
    assert sql(query) == (
        f"SELECT t1.name, t2.name FROM ship AS t1 INNER JOIN {at('t3')} AS t2"
        " ON (t1.harbour_id = t2.id)"
    )


def test_sub_query(sql):
    query = Ship.select(Ship.name).where(Ship.harbour.in_(Harbour.select(Harbour.id)))
    assert sql(query) == (
        "SELECT t1.name FROM ship AS t1 WHERE (t1.harbour_id IN"
        f" (SELECT t2.id FROM {at('t3')} AS t2))"
    )


def test_union(sql):
    query = Harbour.select(Harbour.id) | Harbour.select(Harbour.id)
    said = sql(query)
    if said.startswith("("):  # PostgreSQL sets each part in brackets
        said = said[1:-1].replace(") UNION (", " UNION ")
    assert said == f"SELECT t1.id FROM {at('t2')} AS t1 UNION SELECT t3.id FROM {at('t4')} AS t3"


def test_cte(sql):
    some = Harbour.select(Harbour.id).cte("some")
    query = some.select_from(some.c.id)
    assert sql(query) == (
        f"WITH some AS (SELECT t1.id FROM {at('t2')} AS t1) SELECT some.id FROM some"
    )


def test_count(sql):
    query = Harbour.select(fn.COUNT(Harbour.id))
    assert sql(query) == f"SELECT COUNT(t1.id) FROM {at('t2')} AS t1"


def test_update(sql):
    query = Harbour.update(name="x").where(Harbour.name == "y")
    said = sql(query)
    assert said.startswith("UPDATE harbour SET ")
    assert said.endswith(
        f" WHERE ((harbour.name = ?) AND (harbour.id IN (SELECT t1.id FROM {at('t2')} AS t1)))"
    )


def test_delete(sql):
    query = Harbour.delete().where(Harbour.name == "y")
    assert sql(query) == (
        "DELETE FROM harbour WHERE ((harbour.name = ?) AND (harbour.id IN"
        f" (SELECT t1.id FROM {at('t2')} AS t1)))"
    )


def test_the_system_sees_the_bare_table():
    with system("a test"):
        context = SqliteDatabase("canary").get_sql_context()
        said = context.sql(Harbour.select(Harbour.name)).query()[0]
    assert said.replace('"', "") == "SELECT t1.name FROM harbour AS t1"
