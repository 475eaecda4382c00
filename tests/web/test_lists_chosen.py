"""Records chosen in a list are archived together: all of them, or none."""

import pytest

from core.access.actors import actor_of, by_id
from core.data.actor import acting_as, system

LIST = "/contacts/contact/"


@pytest.fixture
def contacts(working):
    model = working.model("contacts.contact")
    return [model.create(name=f"Mijoz {number}") for number in range(4)]


def archived(contacts):
    with system("a test looks"):
        return [bool(type(one).get_by_id(one.id).archived_at) for one in contacts]


def test_chosen_records_are_archived_together(contacts, as_role):
    browser = as_role("contacts.manager")
    page = browser.get(LIST)
    assert f'name="id" value="{contacts[0].id}"' in page.text
    answer = browser.post(f"{LIST}archive", {"id": [str(one.id) for one in contacts[:2]]})
    assert answer.status_code == 303
    assert archived(contacts) == [True, True, False, False]
    page = browser.get(LIST)
    assert "Archived 2 records" in page.text
    assert "Mijoz 0" not in page.text


@pytest.mark.attack(5)
def test_one_foreign_record_leaves_all_of_them_as_they_are(contacts, as_role):
    browser = as_role("contacts.own")
    with acting_as(actor_of(by_id(browser.user.id)[0], "en")):
        mine = [type(contacts[0]).create(name=f"Meniki {n}", owner=browser.user) for n in range(2)]
    ids = [str(one.id) for one in mine]
    for foreign in (str(contacts[0].id), "999999999"):
        answer = browser.post(f"{LIST}archive", {"id": [*ids, foreign]})
        assert answer.status_code == 404
        assert not any(archived([*mine, *contacts]))
    assert browser.post(f"{LIST}archive", {"id": ids}).status_code == 303
    assert archived([*mine, *contacts]) == [True, True, False, False, False, False]


@pytest.mark.attack(5)
def test_who_may_only_read_chooses_nothing(working, as_role):
    tag = working.model("contacts.tag").create(name="Ulgurji")
    browser = as_role("contacts.own")
    assert 'name="id"' not in browser.get("/contacts/tag/").text
    assert browser.post("/contacts/tag/archive", {"id": [str(tag.id)]}).status_code == 403
    assert archived([tag]) == [False]


@pytest.mark.parametrize(
    ("ids", "said"),
    [
        ([], "Choose records in the list first"),
        (["1", "x"], "named by their numbers"),
        ([str(10**30)], "named by their numbers"),
        ([str(number) for number in range(1, 102)], "at most 100 records"),
    ],
)
def test_what_cannot_be_done_is_said(contacts, as_role, ids, said):
    answer = as_role("contacts.manager").post(f"{LIST}archive", {"id": ids})
    assert answer.status_code == 400
    assert said in answer.text
    assert not any(archived(contacts))
