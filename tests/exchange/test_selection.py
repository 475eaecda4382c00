"""Pages of records: every row once, in order, forwards and backwards, on both databases."""

from datetime import date

import pytest

from core.errors import UserError
from core.exchange import statements
from core.exchange.selection import Ask, Selection


@pytest.fixture
def contacts(working):
    """Twenty contacts, with names that are alike and birthdays that are missing."""
    model = working.model("contacts.contact")
    model.create_many(
        {
            "name": f"Mijoz {n % 7}",
            "city": ("Buxoro", "Toshkent", "")[n % 3],
            "birthday": date(1980 + n % 5, 1, 1) if n % 4 else None,
        }
        for n in range(20)
    )
    return model


def pages(model, **ask):
    """Walk to the end and back; the ids forwards and the ids backwards."""
    forwards, after, page = [], "", None
    while page is None or after:
        page = Selection(model, Ask(limit=3, after=after, **ask)).page()
        forwards += [row[0] for row in page.rows]
        after = page.next
    backwards, before = [row[0] for row in page.rows], page.previous
    while before:
        page = Selection(model, Ask(limit=3, before=before, **ask)).page()
        backwards = [row[0] for row in page.rows] + backwards
        before = page.previous
    return forwards, backwards


@pytest.mark.parametrize(
    "sort", ["", "name", "-name", "id", "-id", "birthday", "-birthday", "city", "-created_at"]
)
def test_walking_the_pages_meets_every_row_once_in_order(contacts, sort):
    whole = [row[0] for row in Selection(contacts, Ask(limit=100, sort=sort)).page().rows]
    forwards, backwards = pages(contacts, sort=sort)
    assert len(whole) == 20
    assert forwards == whole
    assert backwards == whole


def test_rows_made_and_archived_meanwhile_disturb_no_page(contacts):
    first = Selection(contacts, Ask(limit=5)).page()
    contacts.create(name="AAA comes before all")
    contacts.get_by_id(first.rows[0][0]).archive()
    second = Selection(contacts, Ask(limit=5, after=first.next)).page()
    assert not {row[0] for row in first.rows} & {row[0] for row in second.rows}
    assert len(second.rows) == 5


@pytest.mark.requirement("S6")
@pytest.mark.parametrize(
    ("where", "number"),
    [
        (["city", "=", "Buxoro"], 7),
        (["city", "!=", "Buxoro"], 13),
        (["city", "in", ["Buxoro", "Toshkent"]], 14),
        (["city", "contains", "xor"], 7),
        (["city", "starts", "Tosh"], 7),
        (["city", "empty", True], 6),
        (["city", "empty", False], 14),
        (["birthday", ">=", "1983-01-01"], 6),
        (["birthday", "empty", True], 5),
        (["or", ["city", "=", "Buxoro"], ["city", "=", "Toshkent"]], 14),
        (["and", ["city", "=", "Buxoro"], ["name", "=", "Mijoz 0"]], 1),
        (["kind", "=", "person"], 0),
        (["is_customer", "=", False], 20),
    ],
)
def test_filters_do_what_they_say(contacts, where, number):
    assert Selection(contacts, Ask(where=(where,))).count() == (number, False)


@pytest.mark.parametrize(
    "ask",
    [
        Ask(where=(["nothing", "=", 1],)),
        Ask(where=(["city", "~", "x"],)),
        Ask(where=(["city"],)),
        Ask(where=("city",)),
        Ask(where=(["and"],)),
        Ask(where=(["owner", "contains", "x"],)),
        Ask(where=(["id", "=", "one"],)),
        Ask(where=(["id", "=", 10**30],)),
        Ask(where=(["birthday", "=", "yesterday"],)),
        Ask(where=(["name", "=", "a\0b"],)),
        Ask(where=(["name", "=", ["a"]],)),
        Ask(where=(["city", "in", "Buxoro"],)),
        Ask(where=(["is_customer", "=", "perhaps"],)),
        Ask(sort="nothing"),
        Ask(sort="note"),
        Ask(sort="owner"),
        Ask(after="rubbish"),
        Ask(after="WyJhIiwgMV0"),
    ],
)
def test_a_question_that_makes_no_sense_gets_a_sentence(contacts, ask):
    with pytest.raises(UserError):
        Selection(contacts, ask).page()


@pytest.mark.parametrize("word", ["", "or", "and"])
def test_as_many_filters_work_together_as_are_promised_and_no_more(contacts, word):
    def asked(number):
        items = [["city", "empty", False]] * number
        return Selection(contacts, Ask(where=([word, *items],) if word else tuple(items)))

    most = asked(50)
    assert most.count() == most.count_nearby() == (len(most.page().rows), False)
    with pytest.raises(UserError, match="50"):
        asked(51)


def test_a_count_stops_at_its_cap(contacts):
    assert Selection(contacts, Ask()).count(cap=10) == (10, True)
    assert Selection(contacts, Ask()).count(cap=20) == (20, False)


def test_everything_can_be_asked_for_without_any_condition(contacts):
    everything = Selection(contacts, Ask(archived=True))
    assert everything.count() == (20, False)
    assert len(everything.page().rows) == 20
    some = Selection(contacts, Ask(archived=True, where=(["name", "contains", "Mijoz 1"],)))
    assert some.count_nearby() == some.count() == (3, False)


@pytest.mark.parametrize("item", [1, None, "city", {}, [["city"], "=", "x"], ["city", "=", {}]])
def test_what_is_no_filter_is_refused_with_a_sentence(contacts, item):
    with pytest.raises(UserError):
        Selection(contacts, Ask(where=(item,)))


def test_without_any_condition_every_record_is_there_archived_or_not(contacts):
    contacts.select().first().archive()
    everything = Selection(contacts, Ask(limit=30, archived=True))
    assert len(everything.page().rows) == 20
    assert everything.count() == everything.count_nearby() == (20, False)
    assert Selection(contacts, Ask()).count() == (19, False)


def test_a_count_beside_a_list_looks_at_few_rows_and_says_so(contacts):
    asked = Selection(contacts, Ask(where=(["city", "=", "Buxoro"], ["name", "!=", "Mijoz 0"])))
    exact = contacts.select().where(contacts.city == "Buxoro", contacts.name != "Mijoz 0").count()
    assert asked.count_nearby() == (exact, False)
    asked.looked_at = 3
    number, capped = asked.count_nearby()
    assert capped
    assert number <= exact


def test_a_broad_search_finds_what_a_narrow_one_would(contacts, monkeypatch):
    def found(text):
        asked = Selection(contacts, Ask(search=text, limit=30))
        return [row[0] for row in asked.page().rows], asked.count()

    words = ("Mijoz", "Mijoz 3", "ijo bux", "mi")
    narrow = [found(text) for text in words]
    monkeypatch.setattr("core.data.search.NARROW", 0)
    assert [found(text) for text in words] == narrow
    assert narrow[0][1] == narrow[3][1] == (20, False)


@pytest.mark.parametrize(("given", "asked"), [("name", "city"), ("", "-name"), ("id", "-id")])
def test_a_place_in_one_order_is_refused_in_another(contacts, given, asked):
    place = Selection(contacts, Ask(limit=3, sort=given)).page().next
    with pytest.raises(UserError, match="This place in the list is not valid"):
        Selection(contacts, Ask(limit=3, sort=asked, after=place)).page()
    assert Selection(contacts, Ask(limit=3, sort=given, after=place)).page().rows


def test_a_place_in_the_usual_order_stands_also_when_that_order_is_named(contacts):
    place = Selection(contacts, Ask(limit=3)).page().next
    assert Selection(contacts, Ask(limit=3, sort="name", after=place)).page().rows


def test_what_can_be_asked_for_fills_no_memory(working, monkeypatch):
    monkeypatch.setattr(statements, "MOST_KEPT", 5)
    for limit in range(1, 20):
        Selection(working.model("contacts.contact"), Ask(limit=limit)).page()
    assert len(working.once("asked", dict)) <= 5
