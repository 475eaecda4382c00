"""By what somebody is known, and which texts name them."""

import json
from urllib.parse import quote, quote_plus

import pytest

from core.personal.words import Words, identifies

NAME = 'Oʻktam "Oʻtkir" Aliyev'
NAMING = {
    "plain": f"Salom, {NAME}!",
    "small": NAME.lower(),
    "JSON": json.dumps({"a": f"\n{NAME}"}),
    "JSON of letters alone": json.dumps({"a": f"\t{NAME}"}, ensure_ascii=False),
    "an address": f"search={quote(NAME)}&x=1",
    "a form": f"search={quote_plus(NAME)}",
}
OTHERS = ("", "Aliyev", 'Oʻktam "Oʻtkir" Aliyeva', 'Toʻlqinoʻktam "Oʻtkir" Aliyev')


@pytest.mark.parametrize("text", NAMING.values(), ids=NAMING)
def test_a_text_that_names_the_person_in_any_writing_is_found(text):
    assert Words([NAME]).named(None, text)


@pytest.mark.parametrize("text", OTHERS)
def test_parts_of_words_name_nobody(text):
    assert not Words([NAME]).named(text)
    assert not Words([]).named(NAME)


def test_a_number_with_a_sign_before_it_is_found():
    assert Words(["+998 90 777"]).named("tel:+998 90 777")
    assert not Words(["+998 90 777"]).named("+998 90 7771")


KNOWN = {
    ("contacts.contact", "name", "Zulayho Qodirova"): True,
    ("contacts.contact", "name", "Zulayho"): False,
    ("contacts.contact", "city", "Kattaqoʻrgʻon shahri"): False,
    ("contacts.contact", "reference", "R-17"): True,
    ("contacts.contact", "reference", "abcd"): False,
    ("contacts.telephone", "number", "777 13 17"): True,
    ("contacts.telephone", "normal", "+998907771317"): True,
    ("contacts.contact", "telephone", "+998907771317"): False,
    ("core.user", "login", "aziza"): False,
    ("core.user", "login", "aziza.k"): True,
}


@pytest.mark.parametrize(("what", "is_known"), KNOWN.items(), ids=str)
def test_full_names_addresses_and_numbers_tell_somebody_from_others(working, what, is_known):
    model, name, text = what
    assert identifies(working.model(model)._meta.fields[name], text) is is_known


def test_the_database_finds_every_writing_that_names_the_person(working):
    tag = working.model("contacts.tag")
    for text in NAMING.values():
        tag.create(name=text[:64])
    found = tag.select().where(Words([NAME]).within(tag.name)).count()
    assert found == len([text for text in NAMING.values() if Words([NAME]).named(text[:64])])
