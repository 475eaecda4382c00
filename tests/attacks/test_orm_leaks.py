"""Whatever way a query takes, it gives exactly the rows that its actor reaches."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from peewee import JOIN, SQL, PostgresqlDatabase, Select, Table, fn, prefetch

from core.data.database import db
from core.data.search import narrow_or_broad

Read = Callable[[Any], Iterable[int]]


def ids(query: Any) -> list[int]:
    return [row[0] for row in query.tuples()]


def get_each(world: Any) -> Iterable[int]:
    found = [world.contact.get_or_none(world.contact.id == id) for id in world.rows]
    return [record.id for record in found if record is not None]


def get_by_id_each(world: Any) -> Iterable[int]:
    for ask in (world.contact.get_by_id, world.contact.__getitem__, world.contact.get):
        found = set()
        for id in world.rows:
            try:
                found.add(ask(id).id)
            except world.contact.DoesNotExist:
                continue
        yield from found


def filter_across(world: Any) -> Iterable[int]:
    found = world.telephone.filter(contact__name__ilike="mijoz%")
    return [line.contact_id for line in found]


def cte(world: Any) -> Iterable[int]:
    some = world.contact.select(world.contact.id).cte("some")
    query = world.contact.select(some.c.id).from_(some).with_cte(some)
    return ids(query)


def recursive_cte(world: Any) -> Iterable[int]:
    """Down the tree of parents, from every root that is seen."""
    contact, child = world.contact, world.contact.alias()
    base = contact.select(contact.id, contact.parent).cte("tree", recursive=True)
    step = child.select(child.id, child.parent).join(base, on=child.parent == base.c.id)
    tree = base.union(step)
    return ids(tree.select_from(tree.c.id))


def in_from(world: Any) -> Iterable[int]:
    inner = world.contact.select(world.contact.id).alias("inner_rows")
    return [row[0] for row in Select((inner,), (inner.c.id,)).bind(db).tuples()]


def in_where(world: Any) -> Iterable[int]:
    inner = world.contact.alias()
    return ids(
        world.contact.select(world.contact.id).where(world.contact.id.in_(inner.select(inner.id)))
    )


def in_projection(world: Any) -> Iterable[int]:
    """A scalar sub-query for every id there is: a hidden row must give NULL."""
    numbers = Table("contacts_contact_search", ("id",))
    one = world.contact.select(world.contact.id).where(world.contact.id == numbers.id)
    found = Select((numbers,), (one.alias("found"),)).bind(db).tuples()
    return [id for (id,) in found if id is not None]


def exists(world: Any) -> Iterable[int]:
    contact = world.contact
    return [id for id in world.rows if contact.select().where(contact.id == id).exists()]


def exists_of(world: Any) -> Iterable[int]:
    """Whether a contact is there, asked from a table of all ids."""
    numbers = Table("contacts_contact_search", ("id",))
    one = world.contact.select(SQL("1")).where(world.contact.id == numbers.id)
    found = Select((numbers,), (numbers.id,)).where(fn.EXISTS(one)).bind(db).tuples()
    return [id for (id,) in found]


def not_in(world: Any) -> Iterable[int]:
    """What is *not* missing: a negation must not turn the rule around."""
    other = world.contact.alias()
    none = other.select(other.id).where(other.id < 0)
    return ids(world.contact.select(world.contact.id).where(~(world.contact.id.in_(none))))


def lines(query: Any) -> list[int]:
    return [line.contact_id for line in query]


def backrefs(world: Any) -> Iterable[int]:
    for record in world.contact.select():
        yield record.id
        for person in record.people:
            yield person.id
        for line in record.telephones:
            yield line.contact_id


def backrefs_of_a_hidden(world: Any) -> Iterable[int]:
    """From records that were built by hand, as if they had been read."""
    for id in world.rows:
        stranger = world.contact(id=id)
        yield from (person.id for person in stranger.people)
        yield from (line.contact_id for line in stranger.telephones)


def prefetched(world: Any) -> Iterable[int]:
    for record in prefetch(world.contact.select(), world.telephone.select()):
        yield record.id
        yield from (line.contact_id for line in record.telephones)


def with_related(world: Any) -> Iterable[int]:
    for record in world.contact.select().with_related(world.contact.telephones):
        yield record.id
        yield from (line.contact_id for line in record.telephones)


def with_related_parent(world: Any) -> Iterable[int]:
    for line in world.telephone.select().with_related(world.telephone.contact):
        yield line.contact_id


def lazy_parents(world: Any) -> Iterable[int]:
    for record in world.contact.select():
        yield record.id
        try:
            parent = record.parent
        except world.contact.DoesNotExist:
            continue
        if parent is not None:
            yield parent.id


def joined_parents(world: Any) -> Iterable[int]:
    contact, parent = world.contact, world.contact.alias()
    query = contact.select(contact.id, parent.id).join(
        parent, JOIN.LEFT_OUTER, on=contact.parent == parent.id
    )
    for id, above in query.tuples():
        yield id
        if above is not None:
            yield above


def windowed(world: Any) -> Iterable[int]:
    contact = world.contact
    over = fn.COUNT(contact.id).over(partition_by=[contact.city]).alias("n")
    for id, number in contact.select(contact.id, over).tuples():
        assert number <= len(world.rows)
        yield id


def lagged(world: Any) -> Iterable[int]:
    contact = world.contact
    before = fn.LAG(contact.id).over(order_by=[contact.id])
    for id, other in contact.select(contact.id, before).tuples():
        yield id
        if other:
            yield other


def grouped(world: Any) -> Iterable[int]:
    contact = world.contact
    some = contact.select(contact.id.alias("n")).alias("some")
    query = Select((some,), (some.c.n,)).group_by(some.c.n).having(fn.COUNT(some.c.n) > 0)
    return [id for (id,) in query.bind(db).tuples()]


def of_table(table: Any) -> list[int]:
    return [row[0] for row in table.select(table.id).bind(db).tuples()]


READS: dict[str, Read] = {
    "select": lambda w: ids(w.contact.select(w.contact.id)),
    "iteration": lambda w: [record.id for record in w.contact],
    "get_or_none": get_each,
    "get, get_by_id, []": get_by_id_each,
    "in": lambda w: [id for id in w.rows if id in w.contact],
    "dicts": lambda w: [row["id"] for row in w.contact.select().dicts()],
    "named tuples": lambda w: [row.id for row in w.contact.select().namedtuples()],
    "iterator": lambda w: [row.id for row in w.contact.select().iterator()],
    "scalars": lambda w: list(w.contact.select(w.contact.id).scalars()),
    "distinct": lambda w: ids(w.contact.select(w.contact.id).distinct()),
    "alias": lambda w: [row.id for row in w.contact.alias("t1").select()],
    "alias of the rule's own name": lambda w: [row.id for row in w.contact.alias("t2").select()],
    "filter across": filter_across,
    "parts": lambda w: lines(w.telephone.select()),
    "inner join": lambda w: [
        line.contact.id for line in w.telephone.select(w.telephone, w.contact).join(w.contact)
    ],
    "join from the other side": lambda w: ids(w.contact.select(w.contact.id).join(w.telephone)),
    "left join": lambda w: ids(w.contact.select(w.contact.id).join(w.telephone, JOIN.LEFT_OUTER)),
    "self-join": joined_parents,
    "cross join": lambda w: [
        id
        for pair in w.contact.select(w.contact.id, w.telephone.contact)
        .join(w.telephone, JOIN.CROSS)
        .tuples()
        for id in pair
    ],
    "sub-query in from": in_from,
    "sub-query in where": in_where,
    "sub-query in select": in_projection,
    "exists": exists,
    "exists()": exists_of,
    "not in": not_in,
    "union": lambda w: ids(w.contact.select(w.contact.id) | w.contact.select(w.contact.id)),
    "union all": lambda w: ids(w.contact.select(w.contact.id) + w.contact.select(w.contact.id)),
    "intersect": lambda w: ids(w.contact.select(w.contact.id) & w.contact.select(w.contact.id)),
    "except": lambda w: ids(
        w.contact.select(w.contact.id) - w.contact.select(w.contact.id).where(w.contact.id < 0)
    ),
    "cte": cte,
    "recursive cte": recursive_cte,
    "back-references": backrefs,
    "prefetch": prefetched,
    "with_related": with_related,
    "with_related parent": with_related_parent,
    "lazy foreign keys": lazy_parents,
    "window": windowed,
    "lag": lagged,
    "group by having": grouped,
    "search": lambda w: ids(
        w.contact.select(w.contact.id).where(narrow_or_broad(w.contact, "mijoz")[0])
    ),
    "search by a part": lambda w: ids(
        w.contact.select(w.contact.id).where(narrow_or_broad(w.contact, "9012345")[0])
    ),
    "the model's own table": lambda w: of_table(w.contact._meta.table),
    "a clone of the table": lambda w: of_table(w.contact._meta.table.clone()),
    "an alias of the table": lambda w: of_table(w.contact._meta.table.alias("x")),
}


@pytest.mark.requirement("S27")
@pytest.mark.parametrize("way", READS)
def test_a_read_gives_exactly_the_rows_in_reach(world, way):
    found = {}
    for kind in world.kinds:
        with world.acting(kind):
            found[kind] = set(READS[way](world))
    assert found == {kind: world.reach(kind) for kind in world.kinds}


def test_a_stranger_built_by_hand_leads_to_nothing_hidden(world, kind):
    with world.acting(kind):
        assert set(backrefs_of_a_hidden(world)) <= world.reach(kind)


def test_a_hidden_parent_or_owner_cannot_be_loaded(world):
    hidden = world.hidden("own")
    with world.acting("own"):
        record = next(r for r in world.contact.select() if world.rows[r.id]["parent"] in hidden)
        with pytest.raises(world.contact.DoesNotExist):
            _ = record.parent.name
    with world.acting("ruled"):
        record = world.contact.select().first()
        with pytest.raises(record._meta.fields["owner"].rel_model.DoesNotExist):
            _ = record.owner.name


def test_a_lateral_join_sees_only_rows_in_reach(world, kind):
    if not isinstance(db.obj, PostgresqlDatabase):
        return  # SQLite has none
    contact, line = world.contact, world.telephone.alias()
    numbers = Table("contacts_contact_search", ("id",))
    inner = line.select(line.contact.alias("c")).where(line.contact == numbers.id).limit(1)
    inner = inner.lateral().alias("latest")
    query = Select((numbers,), (inner.c.c,)).join(inner, JOIN.LEFT_OUTER, on=SQL("true"))
    with world.acting(kind):
        found = {id for (id,) in query.bind(db).tuples() if id is not None}
        assert found == world.reach(kind)
        assert contact.select().count() == len(found)
