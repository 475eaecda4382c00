"""Records written together with their lines: what is right already is left alone."""

import pytest

from core.errors import UserError

ROW = {
    "reference": "c-1",
    "name": "Bahor Market",
    "telephones": [{"kind": "work", "number": "1"}, {"kind": "fax", "number": "2"}],
}


@pytest.fixture
def contact(working):
    return working.model("contacts.contact")


def numbers(contact) -> list[tuple[str, str]]:
    lines = contact.get(reference="c-1").telephones
    return sorted((line.kind, line.number) for line in lines)


def test_a_new_record_gets_its_lines(contact):
    assert contact.upsert([ROW], by="reference") == (1, 0, 0)
    assert numbers(contact) == [("fax", "2"), ("work", "1")]


def test_the_same_lines_in_another_order_change_nothing(contact):
    contact.upsert([ROW], by="reference")
    before = {line.id for line in contact.get().telephones}
    again = {**ROW, "telephones": ROW["telephones"][::-1]}
    assert contact.upsert([again], by="reference") == (0, 0, 1)
    assert {line.id for line in contact.get().telephones} == before
    assert contact.get().version == 1


def test_a_changed_line_is_replaced_and_the_others_keep_their_ids(contact):
    contact.upsert([ROW], by="reference")
    kept = next(line.id for line in contact.get().telephones if line.kind == "fax")
    lines = [{"kind": "work", "number": "3"}, {"kind": "fax", "number": "2"}]
    assert contact.upsert([{**ROW, "telephones": lines}], by="reference") == (0, 1, 0)
    assert numbers(contact) == [("fax", "2"), ("work", "3")]
    assert kept in {line.id for line in contact.get().telephones}
    assert contact.get().version == 2


def test_a_number_that_is_wanted_twice_stands_twice(contact):
    twice = {**ROW, "telephones": [{"number": "1"}, {"number": "1"}]}
    contact.upsert([twice], by="reference")
    assert contact.upsert([twice], by="reference") == (0, 0, 1)
    assert numbers(contact) == [("mobile", "1"), ("mobile", "1")]


def test_an_empty_list_takes_the_lines_away_and_no_list_leaves_them(contact):
    contact.upsert([ROW], by="reference")
    row = {name: ROW[name] for name in ("reference", "name")}
    assert contact.upsert([row], by="reference") == (0, 0, 1)
    assert len(numbers(contact)) == 2
    assert contact.upsert([{**row, "telephones": []}], by="reference") == (0, 1, 0)
    assert numbers(contact) == []


def test_search_follows_the_lines(contact):
    from core.data.search import narrow_or_broad

    contact.upsert([{**ROW, "telephones": [{"number": "90 111 22 33"}]}], by="reference")
    contact.upsert([{**ROW, "telephones": [{"number": "90 444 55 66"}]}], by="reference")
    assert contact.select().where(narrow_or_broad(contact, "901112233")[0]).count() == 0
    assert contact.select().where(narrow_or_broad(contact, "904445566")[0]).count() == 1


def test_a_list_that_is_no_part_is_refused(contact):
    with pytest.raises(UserError, match="There is no field people"):
        contact.upsert([{**ROW, "people": [{"name": "Dilnoza"}]}], by="reference")
