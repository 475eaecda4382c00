"""An export holds the records that were asked for, in their order, whatever happens meanwhile."""

import pytest

from core.data.rows import is_covered
from core.exchange.exports.gathering import Gathering
from core.exchange.selection import Ask, Selection

SHOWN = ("name", "city", "status", "telephone")


@pytest.fixture
def contacts(working):
    model = working.model("contacts.contact")
    model.create_many({"name": f"Mijoz {n:02}", "city": f"Shahar {n}"} for n in range(20))
    return model


def gathering(model, names=SHOWN, **ask):
    return Gathering(Selection(model, Ask(**ask)), names)


def cities(batches):
    return [city for batch in batches for city in batch.values["city"]]


@pytest.mark.parametrize("names", [SHOWN, (*SHOWN, "address", "note")])
@pytest.mark.parametrize("sort", ["", "-name", "city", "id"])
def test_batches_stand_in_the_order_of_the_list(contacts, names, sort):
    gathered = gathering(contacts, names, sort=sort)
    ids = gathered.ids()
    found = cities(gathered.batches(ids, 7))
    by_id = dict(contacts.select(contacts.id, contacts.city).tuples())
    assert found == [by_id[id] for id in ids]
    assert len(found) == 20


def test_a_list_that_changes_meanwhile_loses_nothing_and_gains_nothing(contacts):
    gathered = gathering(contacts)
    ids = gathered.ids()
    batches = gathered.batches(ids, 7)
    found = cities([next(batches)])
    first, last = contacts.get_by_id(ids[0]), contacts.get_by_id(ids[-1])
    first.name, last.name = "Oʻzgargan", "Avval"
    first.save()
    last.save()
    contacts.create(name="Bugun kelgan", city="yangi")
    gone = contacts.get_by_id(ids[10])
    gone.delete_instance()
    found += cities(batches)
    assert found == [f"Shahar {n}" for n in range(20) if n != 10]


def test_the_usual_list_is_read_from_its_index_alone(instance, contacts):
    query = contacts.select(contacts.id, contacts.name, contacts.telephone, contacts.parent)
    query = query.where(contacts.archived_at.is_null()).order_by(contacts.name, contacts.id)
    assert is_covered(query) == instance.settings.database.url.startswith("sqlite")
    assert not is_covered(query.select_extend(contacts.note))
