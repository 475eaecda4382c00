"""Fields of many records are set at once: in all of them or in none, and taken back."""

import re

import pytest

from core.access.actors import actor_of, by_id
from core.background.jobs.models import Job
from core.background.jobs.running import Stopped, progress
from core.data.actor import acting_as, system
from core.exchange.bulk import editing, undoing
from core.exchange.bulk.models import BulkEdit
from core.exchange.shapes import Shape

LIST = "/contacts/contact/"


@pytest.fixture
def contacts(working):
    model = working.model("contacts.contact")
    return [model.create(name=f"Mijoz {number}", city="Buxoro") for number in range(4)]


def cities(contacts):
    with system("a test looks"):
        return [type(one).get_by_id(one.id).city for one in contacts]


def sent(contacts, step="do", **values):
    return {"id": [str(one.id) for one in contacts], "step": step, "set": list(values), **values}


def test_a_list_offers_to_change_what_is_chosen(contacts, as_role):
    page = as_role("contacts.manager").get(f"{LIST}?city=Buxoro")
    assert f'formaction="{LIST}bulk"' in page.text
    assert 'name="asked" value="city=Buxoro"' in page.text


def test_the_fields_to_set_are_offered_without_those_that_must_differ(contacts, as_role):
    page = as_role("contacts.manager").post(f"{LIST}bulk", sent(contacts[:2], step=""))
    offered = set(re.findall(r'name="set" value="(\w+)"', page.text))
    assert {"name", "city", "owner", "status"} <= offered
    assert "reference" not in offered
    assert "The 2 that are chosen" in page.text
    assert "All 4 of the list" in page.text


@pytest.mark.requirement("S45")
def test_it_is_shown_then_done_then_taken_back(contacts, as_role):
    browser = as_role("contacts.manager")
    values = sent(contacts[:3], step="preview", city="Samarqand")
    page = browser.post(f"{LIST}bulk", values)
    assert page.status_code == 200
    assert "3 records will be changed." in page.text
    assert cities(contacts) == ["Buxoro"] * 4

    done = browser.post(f"{LIST}bulk", {**values, "step": "do"})
    assert done.status_code == 303
    assert cities(contacts) == ["Samarqand"] * 3 + ["Buxoro"]
    page = browser.get(done.location)
    assert "3 records were changed." in page.text
    assert "Samarqand" in page.text

    back = browser.post(f"{done.location}/undo")
    assert back.status_code == 303
    assert cities(contacts) == ["Buxoro"] * 4
    page = browser.get(done.location)
    assert "Undo this change" not in page.text
    assert browser.post(f"{done.location}/undo").status_code == 400


def test_a_trial_says_how_many_have_the_values_already(contacts, as_role):
    with system("a test"):
        contacts[0].change({"city": "Samarqand"})
    values = sent(contacts, step="preview", city="Samarqand")
    page = as_role("contacts.manager").post(f"{LIST}bulk", values)
    assert "3 records will be changed. 1 has these values already." in page.text


def test_all_that_the_list_shows_are_changed(contacts, working, as_role):
    other = working.model("contacts.contact").create(name="Boshqa", city="Navoiy")
    values = {**sent([], city="Xiva"), "which": "all", "asked": "city=Buxoro&search=Mijoz"}
    assert as_role("contacts.manager").post(f"{LIST}bulk", values).status_code == 303
    assert cities([*contacts, other]) == ["Xiva"] * 4 + ["Navoiy"]


def test_a_field_that_is_not_ticked_stays_and_one_without_text_is_emptied(contacts, as_role):
    browser = as_role("contacts.manager")
    values = {**sent(contacts, city=""), "job": "Direktor"}
    assert browser.post(f"{LIST}bulk", values).status_code == 303
    assert cities(contacts) == [""] * 4
    with system("a test looks"):
        assert type(contacts[0]).get_by_id(contacts[0].id).job == ""


def test_what_is_wrong_stands_beside_its_field(contacts, as_role):
    browser = as_role("contacts.manager")
    page = browser.post(f"{LIST}bulk", sent(contacts, name="", birthday="soon"))
    assert page.status_code == 422
    assert 'id="quick-name-said"' in page.text
    assert 'id="quick-birthday-said"' in page.text
    page = browser.post(f"{LIST}bulk", sent(contacts, step="preview"))
    assert "Tick at least one field" in page.text
    assert cities(contacts) == ["Buxoro"] * 4


@pytest.mark.attack(5)
def test_one_record_that_may_not_be_changed_leaves_all_as_they_are(contacts, as_role):
    browser = as_role("contacts.own")
    with acting_as(actor_of(by_id(browser.user.id)[0], "en")):
        mine = type(contacts[0]).create(name="Meniki", owner=browser.user, city="Buxoro")
    for step in ("preview", "do"):
        page = browser.post(f"{LIST}bulk", sent([mine, contacts[0]], step=step, city="Xiva"))
        assert f'href="{LIST}{contacts[0].id}"' in page.text
        assert "Mijoz" not in page.text
    assert page.status_code == 422
    assert cities([mine, *contacts]) == ["Buxoro"] * 5
    assert browser.post(f"{LIST}bulk", sent([mine], city="Xiva")).status_code == 303
    everything = {**sent([], city="Navoiy"), "which": "all", "asked": ""}
    assert browser.post(f"{LIST}bulk", everything).status_code == 303
    assert cities([mine, *contacts]) == ["Navoiy"] + ["Buxoro"] * 4


@pytest.mark.attack(5)
def test_a_hidden_or_guarded_field_is_not_set_and_a_reader_sets_nothing(working, as_role):
    tag = working.model("contacts.tag").create(name="Ulgurji")
    reader = as_role("contacts.own")
    values = {"id": str(tag.id), "step": "do", "set": "name", "name": "x"}
    assert reader.post("/contacts/tag/bulk", values).status_code == 403
    manager = as_role("contacts.manager")
    page = manager.post(f"{LIST}bulk", {**values, "set": "version", "version": "9"})
    assert page.status_code == 422


@pytest.mark.attack(5)
def test_the_change_of_another_is_neither_seen_nor_taken_back(contacts, as_role):
    done = as_role("contacts.manager").post(f"{LIST}bulk", sent(contacts, city="Xiva"))
    other = as_role("contacts.manager")
    assert other.get(done.location).status_code == 404
    assert other.post(f"{done.location}/undo").status_code == 404
    assert other.get(f"{LIST}bulk/99999999999").status_code == 404
    assert cities(contacts) == ["Xiva"] * 4


def test_what_somebody_changed_since_stays_and_is_named(contacts, as_role):
    browser = as_role("contacts.manager")
    done = browser.post(f"{LIST}bulk", sent(contacts, city="Xiva"))
    with system("a colleague"):
        type(contacts[1]).get_by_id(contacts[1].id).change({"job": "Direktor"})
    page = browser.post(f"{done.location}/undo")
    assert cities(contacts) == ["Buxoro", "Xiva", "Buxoro", "Buxoro"]
    assert "Changed since by" in page.text
    assert "Mijoz 1" in page.text


def test_many_are_changed_and_taken_back_by_jobs(working, as_role, run_jobs, monkeypatch):
    monkeypatch.setattr("core.web.lists.bulk_edit.AT_ONCE", 2)
    model = working.model("contacts.contact")
    contacts = [model.create(name=f"Mijoz {number}", city="Buxoro") for number in range(3)]
    browser = as_role("contacts.manager")
    page = browser.post(f"{LIST}bulk", sent(contacts, step="preview", city="Xiva"))
    assert "3 records will be changed." in page.text
    answer = browser.post(f"{LIST}bulk", sent(contacts, city="Xiva"))
    assert answer.location.startswith("/jobs/")
    assert cities(contacts) == ["Buxoro"] * 3
    assert run_jobs() == 1
    assert cities(contacts) == ["Xiva"] * 3
    edit = BulkEdit.get(BulkEdit.user == browser.user.id)
    assert f'href="{LIST}bulk/{edit.id}"' in browser.get(answer.location).text
    assert browser.post(f"{LIST}bulk/{edit.id}/undo").location.startswith("/jobs/")
    assert run_jobs() == 1
    assert cities(contacts) == ["Buxoro"] * 3


def test_a_job_in_whose_way_a_record_stands_changes_none(working, as_role, run_jobs, monkeypatch):
    monkeypatch.setattr("core.web.lists.bulk_edit.AT_ONCE", 1)
    model = working.model("contacts.contact")
    contacts = [model.create(name=f"Mijoz {number}", city="Buxoro") for number in range(2)]
    browser = as_role("contacts.own")
    answer = browser.post(f"{LIST}bulk", sent(contacts, city="Xiva"))
    assert run_jobs() == 1
    assert cities(contacts) == ["Buxoro"] * 2
    assert "Nothing was changed" in browser.get(answer.location).text


@pytest.fixture
def in_steps(working, as_role, monkeypatch):
    """Six contacts, which a job changes in steps of two for the browser that asked for it."""
    monkeypatch.setattr("core.web.lists.bulk_edit.AT_ONCE", 1)
    monkeypatch.setattr(editing, "ROWS_AT_ONCE", 2)
    model = working.model("contacts.contact")
    contacts = [model.create(name=f"Mijoz {number}", city="Buxoro") for number in range(6)]
    browser = as_role("contacts.manager")
    browser.post(f"{LIST}bulk", sent(contacts, city="Xiva"))
    return browser, contacts


def after_a_step(monkeypatch, module, act):
    """Do something once, when two records were written."""

    def tell(done, total, text="Changing"):
        if (done, str(text)) == (2, "Changing"):
            monkeypatch.setattr(module, "progress", progress)
            act()

    monkeypatch.setattr(module, "progress", tell)


def stop():
    raise Stopped("a test kills the worker")


def test_a_long_change_goes_on_where_it_was_stopped(in_steps, run_jobs, monkeypatch):
    browser, contacts = in_steps
    edit = BulkEdit.get(BulkEdit.user == browser.user.id)
    after_a_step(monkeypatch, editing, stop)
    run_jobs()
    assert cities(contacts) == ["Xiva"] * 2 + ["Buxoro"] * 4
    with system("a colleague"):
        type(contacts[0]).get_by_id(contacts[0].id).change({"city": "Nukus"})
    Job.update(state="queued").execute()
    run_jobs()
    assert cities(contacts) == ["Nukus"] + ["Xiva"] * 5
    assert "6 records were changed." in browser.get(f"{LIST}bulk/{edit.id}").text


def test_a_long_change_that_was_stopped_ends_though_a_record_is_gone(
    in_steps, run_jobs, monkeypatch
):
    browser, contacts = in_steps
    after_a_step(monkeypatch, editing, stop)
    run_jobs()
    with system("a colleague"):
        contacts[5].delete_instance()
    Job.update(state="queued").execute()
    run_jobs()
    assert cities(contacts[:5]) == ["Xiva"] * 5
    page = browser.get(f"/jobs/{Job.get(Job.user == browser.user.id).id}")
    assert "5 records were changed. 1 stays as it is." in page.text


def test_a_long_change_leaves_what_was_refused_meanwhile(in_steps, run_jobs, monkeypatch):
    browser, contacts = in_steps

    def remove():
        with system("a colleague"):
            contacts[5].delete_instance()

    after_a_step(monkeypatch, editing, remove)
    run_jobs()
    assert cities(contacts[:5]) == ["Xiva"] * 5
    page = browser.get(f"/jobs/{Job.get(Job.user == browser.user.id).id}")
    assert "5 records were changed. 1 stays as it is." in page.text


def test_taking_back_many_goes_on_where_it_was_stopped(in_steps, run_jobs, monkeypatch):
    browser, contacts = in_steps
    edit = BulkEdit.get(BulkEdit.user == browser.user.id)
    run_jobs()
    browser.post(f"{LIST}bulk/{edit.id}/undo")
    after_a_step(monkeypatch, undoing, stop)
    run_jobs()
    assert cities(contacts) == ["Buxoro"] * 2 + ["Xiva"] * 4
    Job.update(state="queued").where(Job.name.contains("undo")).execute()
    run_jobs()
    assert cities(contacts) == ["Buxoro"] * 6
    job = Job.get(Job.name.contains("undo"))
    assert "6 records have their old values again." in browser.get(f"/jobs/{job.id}").text
    assert "Undo this change" not in browser.get(f"{LIST}bulk/{edit.id}").text


@pytest.mark.attack(5)
def test_the_filters_of_a_list_are_not_cut_off(contacts, as_role):
    asked = f"name={'x' * 5000}&city=Xiva"
    values = {**sent([], city="Navoiy"), "which": "all", "asked": asked}
    page = as_role("contacts.manager").post(f"{LIST}bulk", values)
    assert page.status_code == 400
    assert cities(contacts) == ["Buxoro"] * 4


@pytest.mark.attack(5)
def test_who_lost_a_field_takes_nothing_of_it_back(contacts, as_role, monkeypatch):
    browser = as_role("contacts.manager")
    done = browser.post(f"{LIST}bulk", sent(contacts, city="Xiva"))
    monkeypatch.setattr(undoing, "shape_for_many", lambda model, _names: Shape(model, {}, {}))
    assert browser.post(f"{done.location}/undo").status_code == 403
    assert cities(contacts) == ["Xiva"] * 4
