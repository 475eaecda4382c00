"""A new record is begun from one that there is, with what it may take over."""

import pytest

from tests.web.sending import LIST


@pytest.fixture
def original(working):
    contact = working.model("contacts.contact").create(
        name="Bahor Market", city="Buxoro", reference="c-1"
    )
    working.parts(type(contact))["telephones"].create(contact=contact, number="+998901234501")
    return contact


def test_the_form_of_a_duplicate_begins_with_its_values_but_for_what_is_unique(
    original, as_role, working
):
    browser = as_role("contacts.manager")
    assert f"{LIST}new?like={original.id}" in browser.get(f"{LIST}{original.id}").text
    form = browser.get(f"{LIST}new?like={original.id}").text
    assert 'value="Bahor Market"' in form
    assert 'value="+998901234501"' in form
    assert "c-1" not in form
    assert 'name="telephones-0-id"' not in form
    lines = {"telephones-lines": "1", "telephones-0-number": "+998901234501"}
    sent = {"name": "Bahor 2", **lines}
    made = browser.post(f"{LIST}new?like={original.id}", sent)
    assert made.status_code == 303
    copy = working.model("contacts.contact").get(name="Bahor 2")
    assert [line.number for line in copy.telephones] == ["+998901234501"]
    assert [line.number for line in original.telephones] == ["+998901234501"]


@pytest.mark.attack(11)
def test_a_record_out_of_reach_is_duplicated_by_nobody(original, as_role):
    stranger = as_role("contacts.own")
    assert stranger.get(f"{LIST}new?like={original.id}").status_code == 404
    assert stranger.get(f"{LIST}new?like=999999").status_code == 404
    assert stranger.get(f"{LIST}new?like=x").status_code == 404
