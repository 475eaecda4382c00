"""Imports are written all or none, long ones by a job, and undone but for what others worked on."""

import json

import pytest

from core.access.models import User
from core.background.jobs.models import Job
from core.data.actor import system
from core.data.database import transaction
from core.data.fields import now
from core.errors import UserError
from core.exchange.uploads import taking, undoing
from core.exchange.uploads.jobs import KEPT, forget_uploads
from core.exchange.uploads.models import Upload, UploadChunk, keep, lines_in
from core.exchange.uploads.writing import Writer
from tests.web.sending_files import LIST, checked, counts, problems, send

ROLE = "contacts.manager"
MANY = "Name,Reference\n" + "".join(f"Mijoz {n:04},R{n}\n" for n in range(1200))


@pytest.fixture
def manager(as_role):
    return as_role(ROLE, "core.staff", login="dilnoza")


@pytest.fixture
def contacts(working):
    """The model of contacts, for a test that looks and works past every rule."""
    return working.model("contacts.contact")


def names(contacts):
    with system("a test looks"):
        return sorted(name for (name,) in contacts.select(contacts.name).tuples())


def test_a_row_that_is_refused_at_the_end_leaves_nothing_behind(manager, contacts):
    content = "Name,Reference\nBahor,B1\nOlmazor,B2\n"
    url = checked(manager, content, ["name", "reference"])
    with system("somebody is faster"):
        contacts.create(name="Tezkor", reference="B2")
    answer = manager.post(f"{url}/run")
    assert answer.status_code == 303
    page = manager.get(url).text
    assert problems(page) == ["Another record has this already: it must differ."]
    assert names(contacts) == ["Tezkor"]
    manager.post(f"{url}/correct", {"line": "3", "column": "1", "new": "B3"})
    manager.post(f"{url}/run")
    assert names(contacts) == ["Bahor", "Olmazor", "Tezkor"]


def test_an_import_that_was_undone_leaves_what_somebody_worked_on(manager, contacts, as_role):
    with system("a test makes a customer"):
        old = contacts.create(name="Eski", reference="E1", city="Buxoro", job="Doʻkon")
    content = "Name,Reference,City\nEski,E1,Xiva\nBahor,B1,\nOlmazor,O1,\n"
    url = checked(manager, content, ["name", "reference", "city"], key="reference")
    manager.post(f"{url}/run")
    other = as_role("contacts.manager", "core.staff", login="jasur")
    with system("a test looks"):
        bahor = contacts.get(contacts.name == "Bahor")
    form = {"version": str(bahor.version), "name": "Bahor", "city": "Nukus", "kind": "company"}
    assert other.post(f"{LIST}{bahor.id}/edit", form).status_code == 303
    form = {"version": "2", "name": "Eski", "job": "Bozor", "kind": "company"}
    assert other.post(f"{LIST}{old.id}/edit", form).status_code == 303

    page = manager.get(f"{url}/undo").text
    assert "Undo the rest" in page
    assert "changed · jasur" in page
    assert "Bahor" in page
    assert "Eski" not in page.partition("Worked on since the import")[2]
    manager.post(f"{url}/undo")
    assert names(contacts) == ["Bahor", "Eski"]
    with system("a test looks"):
        record = contacts.get_by_id(old.id)
    assert (record.city, record.job) == ("Buxoro", "Bozor")
    assert "stayed as somebody worked on them: 1" in manager.get(url).text


def test_of_a_record_that_is_out_of_reach_now_an_undo_tells_nothing(as_role, contacts):
    seller = as_role("contacts.own", "core.staff")
    url = checked(seller, "Name\nBahor\nOlmazor\n", ["name"])
    seller.post(f"{url}/run")
    with system("a manager gives a customer to somebody else"):
        stranger = User.create(login="begona", name="Begona")
        record = contacts.get(contacts.name == "Bahor")
        record.change({"owner": stranger, "name": "Maxfiy nom"})
    page = seller.get(f"{url}/undo").text
    assert "out of your reach" in page
    assert f"№ {record.id}" in page
    assert "Maxfiy nom" not in page
    seller.post(f"{url}/undo")
    assert names(contacts) == ["Maxfiy nom"]


def test_what_others_refer_to_is_archived_by_an_undo(manager, contacts):
    url = checked(manager, "Name\nBahor\nOlmazor\n", ["name"])
    manager.post(f"{url}/run")
    with system("a test makes a person there"):
        bahor = contacts.get(contacts.name == "Bahor")
        contacts.create(name="Dilnoza", parent=bahor)
    manager.post(f"{url}/undo")
    assert names(contacts) == ["Bahor", "Dilnoza"]
    with system("a test looks"):
        assert contacts.get_by_id(bahor.id).archived_at is not None


def test_a_comment_stands_in_the_way_of_deleting(manager, contacts):
    url = checked(manager, "Name\nBahor\n", ["name"])
    manager.post(f"{url}/run")
    with system("a test looks"):
        id = contacts.get(contacts.name == "Bahor").id
    manager.post(f"{LIST}{id}/comments", {"text": "Muhim mijoz"})
    assert "commented · dilnoza" in manager.get(f"{url}/undo").text
    manager.post(f"{url}/undo")
    assert names(contacts) == ["Bahor"]


@pytest.mark.attack(32)
def test_a_long_file_is_read_checked_written_and_undone_by_jobs(manager, contacts, run_jobs):
    url = send(manager, MANY)
    assert "You can leave this page" in manager.get(url).text
    assert manager.post(f"{url}/check", {"place": ["name", "reference"]}).status_code == 400
    run_jobs()
    manager.post(f"{url}/check", {"place": ["name", "reference"], "key": "reference"})
    assert "You can leave this page" in manager.get(url).text
    run_jobs()
    assert counts(manager.get(url).text) == (1200, 0, 0, 0)
    manager.post(f"{url}/run")
    assert names(contacts) == []
    run_jobs()
    assert len(names(contacts)) == 1200
    assert "The import is done" in manager.get(url).text
    results = [
        json.loads(job.result)["links"][0]["url"]
        for job in Job.select().where(Job.result.is_null(False))
    ]
    assert set(results) == {url}
    manager.post(f"{url}/undo")
    run_jobs()
    assert names(contacts) == []


def test_a_long_import_that_was_stopped_goes_on_or_is_undone(manager, contacts, run_jobs):
    url = send(manager, MANY)
    run_jobs()
    manager.post(f"{url}/check", {"place": ["name", "reference"], "key": ""})
    run_jobs()
    with system("somebody is faster"):
        contacts.create(name="Tezkor", reference="R900")
    manager.post(f"{url}/run")
    run_jobs()
    page = manager.get(url).text
    assert "A part of the rows is imported." in page
    assert "Some rows were refused: correct them, then import the rest." in page
    assert problems(manager.get(f"{url}?show=bad").text) == [
        "Another record has this already: it must differ."
    ]
    assert 500 <= len(names(contacts)) < 1000
    manager.post(f"{url}/correct", {"line": "902", "column": "1", "new": "R9000"})
    manager.post(f"{url}/run")
    run_jobs()
    assert len(names(contacts)) == 1201
    manager.post(f"{url}/undo")
    run_jobs()
    assert names(contacts) == ["Tezkor"]


def test_an_import_whose_worker_was_killed_goes_on_after_its_last_chunk(
    manager, contacts, run_jobs, acting
):
    url = send(manager, MANY)
    run_jobs()
    manager.post(f"{url}/check", {"place": ["name", "reference"], "key": ""})
    run_jobs()
    manager.post(f"{url}/run")
    with acting(manager.user):
        first, *_others = Writer(Upload.get()).prepared()
        with transaction():
            first()
    assert len(names(contacts)) == 250
    run_jobs()
    assert len(names(contacts)) == 1200
    with acting(manager.user), pytest.raises(UserError), transaction():
        first()
    assert len(names(contacts)) == 1200


def test_a_file_that_is_too_long_is_refused_by_its_job(manager, contacts, run_jobs, monkeypatch):
    monkeypatch.setattr(taking, "MOST_ROWS", 1100)
    url = send(manager, MANY)
    run_jobs()
    assert "A file may hold 1,100 rows: split it." in manager.get(url).text
    assert manager.post(f"{url}/check", {"place": ["name"]}).status_code == 400


def test_only_its_owner_and_administrators_see_a_file(manager, as_role, app):
    url = checked(manager, "Name\nBahor\n", ["name"])
    admin = as_role("admin")
    other, seller = as_role(ROLE, "core.staff"), as_role("contacts.own", "core.staff")
    for browser in (other, seller):
        for path in ("", "/undo", "/errors.csv"):
            assert browser.get(f"{url}{path}").status_code == 404
        for path in ("/check", "/correct", "/run", "/undo"):
            assert browser.post(f"{url}{path}").status_code == 404
    assert "Bahor" in admin.get(url).text
    assert manager.get(url.replace("contact/import", "tag/import")).status_code == 404
    assert manager.get(f"{LIST}import/999999999999").status_code == 404


def test_who_may_make_no_records_imports_none(as_role, contacts):
    reader = as_role("core.staff")
    assert reader.get(f"{LIST}import").status_code == 403
    seller = as_role("contacts.own", "core.staff")
    assert seller.get("/contacts/tag/import").status_code == 403
    assert "/contacts/tag/import" not in seller.get("/contacts/tag/").text


def test_a_seller_imports_for_themselves_and_for_nobody_else(as_role, contacts, app):
    seller = as_role("contacts.own", "core.staff")
    with system("a test makes what the seller does not see"):
        stranger = User.create(login="begona", name="Begona")
        contacts.create(name="Maxfiy", reference="M1", owner=stranger)
    content = "Name,Reference,Owner\nBahor,B1,\nOlmazor,B2,begona\nMaxfiy,M1,\n"
    url = checked(seller, content, ["name", "reference", "owner"], key="reference")
    page = seller.get(url).text
    assert counts(page) == (1, 0, 0, 2)
    assert "Another record has this already: it must differ." in problems(page)
    assert names(contacts) == ["Maxfiy"]
    seller.post(f"{url}/correct", {"do": "leave"})
    seller.post(f"{url}/run")
    with system("a test looks"):
        assert contacts.get(contacts.name == "Bahor").owner_id == seller.user.id
        assert contacts.get(contacts.name == "Maxfiy").owner_id == stranger.id


def test_a_correction_that_came_meanwhile_is_not_overwritten(manager, contacts):
    url = checked(manager, "Name,Kind\nBahor,x\nOlmazor,y\n", ["name", "kind"])
    slow = UploadChunk.get()
    lines = lines_in(slow)
    manager.post(f"{url}/correct", {"line": "2", "column": "1", "new": "person"})
    lines[1].cells[1] = "company"
    assert not keep(slow, lines)
    assert problems(manager.get(url).text) == [
        "It is none of the choices Company, Person. Write one of them."
    ]


def test_rows_that_refer_to_each_other_are_written_and_taken_back(manager, contacts):
    content = "Name,Parent\nBahor,Olmazor\nOlmazor,Bahor\n"
    url = checked(manager, content, ["name", "parent"])
    assert counts(manager.get(url).text) == (2, 0, 0, 0)
    manager.post(f"{url}/run")
    with system("a test looks"):
        bahor = contacts.get(contacts.name == "Bahor")
        assert contacts.get_by_id(bahor.parent_id).parent_id == bahor.id
    manager.post(f"{url}/undo")
    assert names(contacts) == []


def test_the_rows_are_thrown_away_after_a_while_and_what_they_made_stays(manager, contacts):
    url = checked(manager, "Name\nBahor\n", ["name"])
    manager.post(f"{url}/run")
    assert forget_uploads() == 0
    Upload.update(created_at=now() - KEPT * 2).execute()
    assert forget_uploads() == 1
    assert UploadChunk.select().count() == 0
    assert names(contacts) == ["Bahor"]
    assert manager.get(url).status_code == 404


@pytest.mark.attack(3)
def test_who_may_change_no_record_any_more_undoes_no_change(manager, contacts, monkeypatch):
    with system("a test"):
        old = contacts.create(name="Bahor", reference="B1", city="Buxoro")
    content = "Name,Reference,City\nBahor,B1,Xiva\nOlmazor,B2,Xiva\n"
    url = checked(manager, content, ["name", "reference", "city"], key="reference")
    manager.post(f"{url}/run")
    monkeypatch.setattr(undoing, "can", lambda *_: False)
    manager.post(f"{url}/undo")
    with system("a test looks"):
        assert contacts.get_by_id(old.id).city == "Xiva"
    assert names(contacts) == ["Bahor"]
