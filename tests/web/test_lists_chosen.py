"""Records chosen in a list are archived together: all of them, or none."""

import re

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


def values_of(page):
    """What the button "Undo" of the message on a page sends, and where."""
    form = re.search(r'<form method="post" action="([^"]+take-back)">(.*?)</form>', page.text, re.S)
    pairs = re.findall(r'name="(action|request|ids)" value="([^"]*)"', form[2])
    return form[1], dict(pairs)


def test_archiving_many_is_taken_back_by_the_message(contacts, as_role):
    browser = as_role("contacts.manager")
    with system("one was archived before"):
        contacts[2].archive()
    browser.post(f"{LIST}archive", {"id": [str(one.id) for one in contacts[:3]]})
    url, values = values_of(browser.get(LIST))
    assert archived(contacts) == [True, True, True, False]
    answer = browser.post(url, values)
    assert answer.status_code == 303
    assert archived(contacts) == [False, False, True, False]
    assert "It was taken back" in browser.get(LIST).text


def test_archived_records_are_listed_and_restored_together(contacts, as_role):
    browser = as_role("contacts.manager")
    with system("a test archives"):
        for one in contacts[:3]:
            one.archive()
    page = browser.get(f"{LIST}?archive=1")
    assert re.findall(r'id="r\d+"[^>]*>(Mijoz \d)', page.text) == ["Mijoz 0", "Mijoz 1", "Mijoz 2"]
    assert f'action="{LIST}restore"' in page.text
    form = {"id": [str(one.id) for one in contacts[:2]], "asked": "archive=1"}
    answer = browser.post(f"{LIST}restore", form)
    assert (answer.status_code, answer.location) == (303, f"{LIST}?archive=1")
    assert archived(contacts) == [False, False, True, False]
    url, values = values_of(browser.get(f"{LIST}?archive=1"))
    browser.post(url, values)
    assert archived(contacts) == [True, True, True, False]


@pytest.mark.attack(11)
def test_nobody_takes_back_what_somebody_else_did(contacts, as_role):
    browser, other = as_role("contacts.manager"), as_role("contacts.manager")
    browser.post(f"{LIST}archive", {"id": [str(contacts[0].id)]})
    url, values = values_of(browser.get(LIST))
    forged = (
        {**values, "request": "00000000"},
        {**values, "request": ""},
        {**values, "action": "restore"},
        {**values, "action": "delete"},
        {**values, "ids": str(contacts[1].id)},
    )
    assert [browser.post(url, form).status_code for form in forged] == [404] * 5
    assert browser.post(url, {**values, "ids": "x"}).status_code == 400
    assert other.post(url, values).status_code == 404
    assert as_role("contacts.own").post(url, values).status_code == 404
    assert archived(contacts) == [True, False, False, False]


@pytest.mark.attack(5)
def test_one_foreign_record_leaves_all_of_them_archived(contacts, as_role):
    browser = as_role("contacts.own")
    with acting_as(actor_of(by_id(browser.user.id)[0], "en")):
        mine = type(contacts[0]).create(name="Meniki", owner=browser.user)
        mine.archive()
    with system("a test archives"):
        contacts[0].archive()
    form = {"id": [str(mine.id), str(contacts[0].id)]}
    assert browser.post(f"{LIST}restore", form).status_code == 404
    assert archived([mine, contacts[0]]) == [True, True]


def test_chosen_records_are_taken_out_alone(contacts, as_role):
    browser = as_role("contacts.manager")
    ids = [str(one.id) for one in contacts[1:3]]
    form = {"id": ids, "format": "csv", "asked": "sort=-name&columns=name,city"}
    answer = browser.post(f"{LIST}take-out", form)
    assert answer.status_code == 303
    text = browser.get(answer.location).data.decode("utf-8-sig")
    assert re.findall(r"Mijoz \d", text) == ["Mijoz 2", "Mijoz 1"]
    assert browser.post(f"{LIST}take-out", {**form, "format": "exe"}).status_code == 404
    assert browser.get(f"{LIST}export.csv?ids=1,x").status_code == 400
    assert as_role("contacts.user").post(f"{LIST}take-out", form).status_code == 404


def test_a_list_of_some_records_says_so(contacts, as_role):
    page = as_role("contacts.manager").get(f"{LIST}?ids={contacts[0].id}")
    assert re.findall(r'id="r\d+"[^>]*>(Mijoz \d)', page.text) == ["Mijoz 0"]
    assert "Chosen records: 1" in page.text
