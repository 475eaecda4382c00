"""Two people change one record by its form, and nothing of either is lost."""

import html
import re

import pytest

from tests.web.sending import LIST, edit, lines, reached, version, was


@pytest.mark.requirement("M9")
def test_somebody_who_was_slower_sees_both_versions_and_chooses(working, as_role, contact):
    slow, fast = as_role("contacts.manager"), as_role("contacts.manager", login="dilnoza")
    opened = slow.get(f"{LIST}{contact.id}/edit")
    stale = {"version": version(opened), "was": was(opened)}
    edit(fast, contact.id, name="Theirs", city="Nukus", note="Only theirs")
    mine = {**stale, "name": "Mine", "city": "Xiva", "note": "", "job": "Only mine"}
    answer = slow.post(f"{LIST}{contact.id}/edit", mine)
    assert answer.status_code == 409
    assert "Saved by dilnoza" in answer.text
    assert reached(working, contact.id).name == "Theirs"
    sides = dict(re.findall(r'name="take-(\w+)" value="(\w+)" checked', answer.text))
    assert sides == {"name": "mine", "city": "mine", "note": "theirs", "job": "mine"}
    kept = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', answer.text))
    kept = {name: html.unescape(value) for name, value in kept.items() if name != "csrf_token"}
    take = {f"take-{name}": side for name, side in {**sides, "city": "theirs"}.items()}
    assert slow.post(f"{LIST}{contact.id}/edit", {**kept, **take}).status_code == 303
    after = reached(working, contact.id)
    assert (after.name, after.city, after.note) == ("Mine", "Nukus", "Only theirs")
    assert after.job == "Only mine"


def test_all_of_mine_is_taken_at_once(working, as_role, contact):
    browser = as_role("contacts.manager")
    sent = {"version": "1", "name": "Mine", "take-name": "theirs", "all": "mine"}
    assert browser.post(f"{LIST}{contact.id}/edit", sent).status_code == 303
    assert reached(working, contact.id).name == "Mine"


@pytest.mark.parametrize("began", ['{"name": "\\ud83d"}', "[" * 5000, "[1]", '{"name": 1}', "x"])
def test_what_a_form_cannot_have_begun_with_is_passed_over(as_role, contact, began):
    browser, path = as_role("contacts.manager"), f"{LIST}{contact.id}/edit"
    more = {"was": began, "name": "Mine", "version": "0"}
    page = browser.post(path, {**more, "add": "telephones"})
    assert (page.status_code, 'value="Mine"' in page.text) == (200, True)
    assert browser.post(path, more).status_code == 409


def test_a_change_of_a_line_alone_is_seen_by_who_was_slower(as_role, contact):
    browser = as_role("contacts.manager")
    edit(browser, contact.id, **lines(contact, ("", "+998711234567")))
    answer = browser.post(f"{LIST}{contact.id}/edit", {"version": "1", "name": "Mine"})
    assert answer.status_code == 409


@pytest.mark.parametrize("began", ["[", "[]", '{"telephones": 1, "name": []}', '{"tags": [{}]}'])
def test_a_form_that_lies_about_how_it_began_is_only_asked_more(as_role, contact, began):
    sent = {**lines(contact, ("", "1")), "name": "Mine", "tags": "", "version": "0", "was": began}
    assert as_role("contacts.manager").post(f"{LIST}{contact.id}/edit", sent).status_code == 409
