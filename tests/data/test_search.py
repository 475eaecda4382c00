"""Customers are found by any spelling of their name and any form of their number."""

import pytest

from core.data.search import narrow_or_broad


@pytest.fixture
def contact(working):
    """Make `contact("Oʻtkir", "+998 90 123-45-67")`: a contact with telephones."""
    model = working.model("contacts.contact")
    telephone = working.model("contacts.telephone")

    def make(name, *numbers, **values):
        made = model.create(name=name, **values)
        for number in numbers:
            telephone.create(contact=made, number=number)
        return made

    return make


@pytest.fixture
def find(working):
    model = working.model("contacts.contact")
    return lambda text: sorted(
        name for (name,) in model.select(model.name).where(narrow_or_broad(model, text)[0]).tuples()
    )


@pytest.mark.requirement("S39")
@pytest.mark.parametrize(
    "spelling", ["Oʻtkir", "O'tkir", "Otkir", "Ўткир", "o‘tkir", "OTKIR", "tki"]
)
def test_a_name_is_found_by_any_spelling(contact, find, spelling):
    contact("Oʻtkir Ergashev")
    contact("Sevara Nurmatova")
    assert find(spelling) == ["Oʻtkir Ergashev"]


@pytest.mark.parametrize(
    "number",
    ["901234567", "+998901234567", "+998 90 123-45-67", "90 123 45 67", "1234567", "(90) 123-45"],
)
def test_a_telephone_is_found_by_any_form(contact, find, number):
    contact("Bahor Market", "+998 90 123-45-67")
    contact("Chorsu", "+998 71 244 18 30")
    assert find(number) == ["Bahor Market"]


def test_every_word_must_be_there(contact, find):
    contact("Bahor Market", city="Toshkent")
    contact("Bahor Savdo", city="Buxoro")
    assert find("bahor buxoro") == ["Bahor Savdo"]
    assert find("bahor xiva") == []


def test_a_short_word_alone_is_the_beginning_of_a_name(contact, find):
    contact("Oʻtkir")
    contact("Toʻlqin")
    assert find("o'") == ["Oʻtkir"]
    assert find("to") == ["Toʻlqin"]


def test_a_short_word_narrows_the_hits_of_a_long_one(contact, find):
    contact("Bahor MChJ")
    contact("Bahor AJ")
    assert find("bahor aj") == ["Bahor AJ"]


def test_the_index_follows_changes(contact, find, working):
    made = contact("Registon", "+998 90 000-01-02")
    made.change({"name": "Xiva"})
    assert find("registon") == []
    assert find("xiva") == ["Xiva"]
    telephone = working.model("contacts.telephone")
    telephone.update(number="+998 90 777-77-77").where(telephone.contact == made).execute()
    assert find("0000102") == []
    assert find("7777777") == ["Xiva"]
    telephone.delete().where(telephone.contact == made).execute()
    assert find("7777777") == []


def test_a_telephone_made_with_many_others_is_found(contact, find, working):
    made = [contact(f"Mijoz {letter}") for letter in "abc"]
    working.model("contacts.telephone").create_many(
        {"contact": one, "number": f"+998 90 555-00-0{place}"} for place, one in enumerate(made)
    )
    assert find("905550001") == ["Mijoz b"]


@pytest.mark.parametrize(
    "text", ['"', "%%%", "a_b_c", "abc\\", "OR AND NOT", "(((", "' --", "xyz*"]
)
def test_signs_of_the_query_language_are_only_signs(contact, find, text):
    contact("Bahor Market")
    assert find(text) in ([], ["Bahor Market"])


def test_an_empty_search_finds_everything(contact, find):
    contact("Bahor Market")
    assert find("  ") == ["Bahor Market"]


@pytest.mark.parametrize("text", ["(", "\\", "_", "🙂", '"""', "% %", "(\\"])
def test_a_search_for_signs_alone_finds_nothing(contact, find, text):
    contact("Bahor Market (eski)", "+998 90 123-45-67")
    assert find(text) == []


@pytest.mark.parametrize("text", ["call after 5", "after", "AFTER 5", "1234567", "90 123 45 67"])
def test_what_is_written_around_a_number_is_found_as_the_number_is(contact, find, text):
    contact("Bahor Market", "901234567 call after 5")
    contact("Chorsu", "+998 71 244 18 30")
    assert find(text) == ["Bahor Market"]
