"""A record is made and changed by its form, as somebody with a browser does it."""

import html
import re

import pytest

LIST = "/contacts/contact/"


def _version(page):
    return re.search(r'name="version" value="(\d+)"', page.text).group(1)


def _was(page):
    return html.unescape(re.search(r'name="was" value="([^"]*)"', page.text).group(1))


def _edit(browser, id, **values):
    """Open the form of a record, type some values and save."""
    page = browser.get(f"{LIST}{id}/edit")
    return browser.post(
        f"{LIST}{id}/edit", {"version": _version(page), "was": _was(page), **values}
    )


@pytest.mark.requirement("S45")
def test_a_contact_is_made_by_its_form(working, as_role):
    browser = as_role("contacts.manager")
    form = browser.get(f"{LIST}new")
    assert form.status_code == 200
    assert 'name="name"' in form.text
    answer = browser.post(
        f"{LIST}new", {"name": " Bahor Market ", "city": "Buxoro", "is_customer": "1"}
    )
    assert answer.status_code == 303
    contact = working.model("contacts.contact").get(name="Bahor Market")
    assert answer.headers["Location"] == f"{LIST}{contact.id}"
    assert (contact.city, contact.is_customer, contact.created_by_id) == (
        "Buxoro",
        True,
        browser.user.id,
    )
    assert "Created: Bahor Market" in browser.get(f"{LIST}{contact.id}").text


def test_a_contact_is_changed_by_its_form(working, as_role):
    contact = working.model("contacts.contact").create(name="Bahor Market", city="Buxoro")
    browser = as_role("contacts.manager")
    answer = _edit(browser, contact.id, name="Bahor", birthday="1990-05-31")
    assert answer.status_code == 303
    after = type(contact).get_by_id(contact.id)
    assert (after.name, after.city, after.version) == ("Bahor", "Buxoro", 2)
    assert after.birthday.isoformat() == "1990-05-31"
