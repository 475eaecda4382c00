"""The list and the page of a contact, as people with different roles see them."""

import re

from core.testing.instances import Browser


def _contact(working, **values):
    model = working.model("contacts.contact")
    return model.create(**{"name": "Bahor Market", **values})


def test_a_list_shows_what_there_is(working, as_role):
    _contact(working)
    browser: Browser = as_role("contacts.manager")
    page = browser.get("/contacts/contact/")
    assert page.status_code == 200
    assert "Bahor Market" in page.text


def test_the_number_in_a_list_calls_and_words_stay_words(working, as_role):
    for number in ("+998 90 000 01 61", "910000105", "soʻrash kerak <b>"):
        contact = _contact(working)
        working.model("contacts.telephone").create(contact=contact, number=number)
    page = as_role("contacts.manager").get("/contacts/contact/").text
    assert '<a href="tel:+998900000161">+998 90 000 01 61</a>' in page
    assert 'href="tel:+998910000105"' in page
    assert "soʻrash kerak &lt;b&gt;" in page
    assert page.count('href="tel:') == 2


def test_what_is_said_behind_a_number_is_not_dialled(working, as_role):
    for number in (
        "+998 71 200-00-01 'ish'",
        "+998712000002 (ichki 12)",
        '+998 "90" 0000003',
        "+1 212 555 0100 x45",
        "+998 90 000\u00a000-05",
    ):
        contact = _contact(working)
        working.model("contacts.telephone").create(contact=contact, number=number)
    page = as_role("contacts.manager").get("/contacts/contact/").text
    dialled = set(re.findall(r'href="tel:([^"]*)"', page))
    local = {f"+99871200000{n}" for n in (1, 2)} | {f"+99890000000{n}" for n in (3, 5)}
    assert dialled == local | {"+12125550100"}


def test_a_list_of_a_hundred_rows_asks_the_database_a_few_times(working, as_role, query_count):
    model = working.model("contacts.contact")
    model.create_many({"name": f"Mijoz {n}", "city": "Buxoro"} for n in range(120))
    browser = as_role("contacts.manager")
    browser.get("/contacts/contact/")
    with query_count:
        page = browser.get("/contacts/contact/")
    assert page.text.count("<tr>") >= 100
    assert len(query_count) <= 9
