"""Groups of records: which there are, in which order, how many in each, and what they open to."""

from datetime import date

import pytest

from core.access.models import User
from core.data.actor import system
from core.errors import UserError
from core.exchange import groups
from core.exchange.selection import Ask, Selection
from core.modules.registry import using


@pytest.fixture
def contacts(working):
    """Twelve contacts of three cities, with and without birthdays and owners."""
    model = working.model("contacts.contact")
    owners = [User.create(login=name, name=name) for name in ("zafar", "anvar")]
    model.create_many(
        {
            "name": f"Mijoz {n}",
            "city": ("Toshkent", "", "Buxoro")[n % 3],
            "birthday": date(1980, 1 + n % 2, 28) if n % 4 else None,
            "status": ("regular", "lead")[n % 2],
            "is_customer": n < 5,
            "owner": owners[n % 2] if n % 3 else None,
        }
        for n in range(12)
    )
    return model


def counted(model, name, **ask):
    selection = Selection(model, Ask(group=name, **ask))
    found = selection.grouping.count(selection).groups
    return [(group.name or group.key, group.count) for group in found]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("status", [("lead", 6), ("regular", 6)]),
        ("city", [("Buxoro", 4), ("Toshkent", 4), (None, 4)]),
        ("is_customer", [(True, 5), (False, 7)]),
        ("birthday", [("1980-01", 3), ("1980-02", 6), (None, 3)]),
        ("owner", [("anvar", 4), ("zafar", 4), (None, 4)]),
    ],
)
def test_groups_stand_in_their_order_with_their_counts(contacts, name, wanted):
    assert counted(contacts, name) == wanted


@pytest.mark.parametrize("name", ["status", "city", "is_customer", "birthday", "owner"])
def test_each_group_opens_to_as_many_records_as_it_counts(contacts, name):
    selection = Selection(contacts, Ask(group=name))
    grouping, seen = selection.grouping, []
    for group in grouping.count(selection).groups:
        key = grouping.read(grouping.word(group.key))
        assert key == group.key
        rows = selection.within(grouping.condition(key)).page().rows
        assert len(rows) == group.count
        seen += [row[0] for row in rows]
    assert len(seen) == len(set(seen)) == 12
    assert selection.ids() == seen


def test_groups_are_those_of_what_the_filters_leave(contacts):
    assert counted(contacts, "city", where=(["status", "=", "lead"],)) == [
        ("Buxoro", 2),
        ("Toshkent", 2),
        (None, 2),
    ]
    assert counted(contacts, "city", search="Mijoz 11") == [("Buxoro", 1)]


def test_times_stand_in_the_month_of_the_reader(contacts):
    selection = Selection(contacts, Ask(group="created_at"))
    ((group),) = selection.grouping.count(selection).groups
    assert group.count == 12
    assert selection.within(selection.grouping.condition(group.key)).count() == (12, False)


def test_sums_stand_beside_the_counts(with_warehouse):
    registry = with_warehouse.registry()
    move = registry.model("warehouse.move")
    with using(registry), system("a test counts"):
        item = registry.model("warehouse.item").create(name="Un", sku="un")
        for quantity in ("1.5", "2.25"):
            move.create(item=item, direction="in", quantity=quantity)
        selection = Selection(move, Ask(group="item"))
        ((group),) = selection.grouping.count(selection, ("quantity", "unknown")).groups
    assert group.name == "Un"
    assert {name: str(total) for name, total in group.totals.items()} == {"quantity": "3.750"}


def test_more_groups_than_people_read_are_cut(contacts, monkeypatch):
    monkeypatch.setattr(groups, "MOST_GROUPS", 2)
    selection = Selection(contacts, Ask(group="city"))
    found = selection.grouping.count(selection)
    assert found.is_cut
    assert len(found.groups) == 2
    assert len(selection.ids()) == 12


def test_a_count_that_stops_early_says_so(contacts, monkeypatch):
    monkeypatch.setattr(groups, "LOOKED_AT", 5)
    selection = Selection(contacts, Ask(group="status"))
    found = selection.grouping.count(selection)
    assert found.is_capped
    assert sum(group.count for group in found.groups) == 6


@pytest.mark.parametrize("name", ["note", "secret", "telephones", "id"])
def test_what_cannot_be_grouped_by_is_said(contacts, name):
    with pytest.raises(UserError):
        Selection(contacts, Ask(group=name))


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("status", "nowhere"),
        ("birthday", "1980-13"),
        ("birthday", "1980-W1-1"),
        ("birthday", "x"),
        ("owner", "x"),
        ("owner", "9" * 30),
        ("is_customer", "perhaps"),
        ("city", "\0"),
    ],
)
def test_no_group_is_made_of_a_forged_word(contacts, name, word):
    with pytest.raises(UserError):
        Selection(contacts, Ask(group=name)).grouping.read(word)


def test_a_text_that_looks_like_nothing_is_a_group_of_its_own(contacts):
    contacts.create(name="Gʻalati", city="~")
    grouping = Selection(contacts, Ask(group="city")).grouping
    assert grouping.word("~") == "~~"
    assert grouping.read("~~") == "~"
    assert grouping.read("~") is None
