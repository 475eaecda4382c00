"""Queries put together at random: whatever they ask, their rows are in reach."""

import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from peewee import JOIN, fn

from core.data.search import narrow_or_broad

ENOUGH = 1500 if "--full" in sys.argv else 60

sources = st.sampled_from(["model", "alias", "sub-query", "cte"])
joins = st.lists(st.sampled_from(["lines", "left lines", "parent", "people"]), max_size=2)
wheres = st.lists(
    st.sampled_from(["not", "or", "in", "not in", "exists", "search", "lines", "owner", "null"]),
    max_size=3,
)
combined = st.lists(st.sampled_from(["union", "union all", "intersect", "itself"]), max_size=2)
orders = st.sampled_from(["", "limit", "distinct"])


def condition(world, row, kind, number):
    contact, line = world.contact.alias(), world.telephone.alias()
    return {
        "not": lambda: ~(row.id == number),
        "or": lambda: (row.id > 0) | (row.city == "x"),
        "in": lambda: row.id.in_(contact.select(contact.id)),
        "not in": lambda: row.id.not_in(contact.select(contact.id).where(contact.id == number)),
        "exists": lambda: (
            fn.EXISTS(contact.select(contact.id).where(contact.id != row.id)) | (row.id > 0)
        ),
        "search": lambda: (
            narrow_or_broad(world.contact, "mijoz")[0] if row is world.contact else row.id > 0
        ),
        "lines": lambda: row.id.in_(line.select(line.contact).where(line.id > number)),
        "owner": lambda: row.owner.is_null() | row.owner.is_null(False),
        "null": lambda: (row.parent == None) | (row.parent != number),  # noqa: E711
    }[kind]()


def joined(world, query, row, kind):
    other = world.contact.alias()
    line = world.telephone.alias()
    return {
        "lines": lambda: query.join_from(row, line, on=line.contact == row.id),
        "left lines": lambda: query.join_from(
            row, line, JOIN.LEFT_OUTER, on=line.contact == row.id
        ),
        "parent": lambda: query.join_from(row, other, JOIN.LEFT_OUTER, on=row.parent == other.id),
        "people": lambda: query.join_from(row, other, JOIN.LEFT_OUTER, on=other.parent == row.id),
    }[kind]()


def built(world, source, joins, wheres, number):
    row = world.contact if source in ("model", "cte") else world.contact.alias()
    query = row.select(row.id)
    for kind in joins:
        query = joined(world, query, row, kind)
    for kind in wheres:
        query = query.where(condition(world, row, kind, number))
    if source == "sub-query":
        outer = world.contact.alias()
        query = outer.select(outer.id).where(outer.id.in_(query))
    if source == "cte":
        some = query.cte("some")
        query = some.select_from(some.c.id)
    return query


def finished(query, order):
    if order == "distinct":
        return query.distinct()
    if order == "limit":
        return query.limit(5)
    return query


@pytest.mark.requirement("S27")
def test_a_random_query_gives_only_rows_in_reach(world):
    @settings(
        max_examples=ENOUGH,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(sources, joins, wheres, combined, orders, st.integers(1, 45))
    def ask(source, joins, wheres, combined, order, number):
        for kind in ("own", "team", "ruled", "public", "nobody's"):
            with world.acting(kind):
                query = built(world, source, joins, wheres, number)
                # SQLite knows no WITH inside a union.
                for way in combined if source != "cte" else ():
                    other = built(world, "model", [], wheres[:1], number)
                    query = {
                        "union": lambda q, o: q | o,
                        "union all": lambda q, o: q + o,
                        "intersect": lambda q, o: q & o,
                        "itself": lambda q, o: q | q.clone(),
                    }[way](query, other)
                if not combined and source != "cte":
                    query = finished(query, order)
                found = {id for (id,) in query.tuples()}
                assert found <= world.reach(kind), (kind, source, joins, wheres)
                if source != "cte" and not combined:
                    assert query.count() >= len(found)

    ask()
