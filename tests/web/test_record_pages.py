"""What the page of a record, Home and the dialog of disabling say, and what they leave out."""

import re

import pytest

from core.web.shell import initials


def _text(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text.partition("<main")[2]))


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Bahor Market", "BM"),
        ("Oʻtkir Ergashev", "OʻE"),
        ("Baxtiyor Oʻrinov", "BOʻ"),
        ("Gʻijduvon Kabobxonasi", "GʻK"),
        ("«Zarafshon Savdo» MChJ", "ZS"),
        ("Toʻrayev", "T"),
        ("Ўткир Эргашев", "ЎЭ"),
        ("3M", "3"),
        ("—", "?"),
        ("", "?"),
    ],
)
def test_the_letters_of_a_name_are_those_that_begin_its_first_two_words(name, letters):
    assert initials(name) == letters


def test_the_page_of_a_record_says_what_is_known_and_nothing_else(working, as_role):
    contact = working.model("contacts.contact").create(name="Bahor Market", city="Buxoro")
    text = _text(as_role("contacts.manager").get(f"/contacts/contact/{contact.id}"))
    assert "City Buxoro" in text
    assert "Birthday" not in text
    assert "Papers" not in text


def test_numbers_are_shown_in_groups_and_their_kind_after_them(working, as_role):
    contact = working.model("contacts.contact").create(name="Bahor Market")
    working.model("contacts.telephone").create(contact=contact, kind="fax", number="+998712441830")
    page = as_role("contacts.manager").get(f"/contacts/contact/{contact.id}")
    assert "+998 71 244 18 30 Fax" in _text(page)
    assert 'href="tel:+998712441830"' in page.text


def test_tags_are_links_side_by_side(working, as_role):
    contact = working.model("contacts.contact").create(name="Bahor Market")
    tag = working.model("contacts.tag").create(name="Ulgurji")
    working.model("contacts.contact_tag").create(contact=contact, tag=tag)
    page = as_role("contacts.manager").get(f"/contacts/contact/{contact.id}")
    assert f'<a class="st" href="/contacts/tag/{tag.id}">Ulgurji</a>' in page.text


def test_the_dialog_of_disabling_counts_a_section_of_the_menu_once(as_role):
    text = _text(as_role("admin").get("/apps/contacts/disable"))
    assert "1 menu section, 2 pages" in text


def test_the_dialog_of_disabling_counts_every_address_of_the_api(as_role, registry):
    text = _text(as_role("admin").get("/apps/contacts/disable"))
    addresses = [name for name in registry.by_name if name.startswith("contacts.")]
    assert len(addresses) > 1
    assert f"{len(addresses)} API addresses" in text
