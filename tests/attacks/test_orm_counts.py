"""Counts, sums and firsts tell of no hidden row."""

from peewee import fn


def test_noop_gives_nothing(world, kind):
    with world.acting(kind):
        assert list(world.contact.noop()) == []


def test_counts_and_sums_see_only_rows_in_reach(world, kind):
    contact, reach = world.contact, world.reach(kind)
    with world.acting(kind):
        assert len(contact) == contact.select().count() == len(reach)
        total, least, most = fn.SUM(contact.id), fn.MIN(contact.id), fn.MAX(contact.id)
        found = contact.select(total, least, most).tuples().first()
        by_city = contact.select(contact.city, fn.COUNT(contact.id)).group_by(contact.city)
        cities = dict(by_city.having(fn.COUNT(contact.id) > 0).tuples())
    assert found == ((sum(reach), min(reach), max(reach)) if reach else (None, None, None))
    expected: dict[str, int] = {}
    for id in reach:
        expected[world.rows[id]["city"]] = expected.get(world.rows[id]["city"], 0) + 1
    assert cities == expected


def test_the_first_of_each_order_is_in_reach(world, kind):
    contact, reach = world.contact, sorted(world.reach(kind))
    with world.acting(kind):
        first = contact.select().order_by(contact.id).first()
        last = contact.select().order_by(contact.id.desc()).first()
    assert [record and record.id for record in (first, last)] == (
        [reach[0], reach[-1]] if reach else [None, None]
    )
