"""Imports: bombs, sheets without an end, foreign files, fields and rows that are not one's own."""

import zipfile
from io import BytesIO

import openpyxl
import pytest

from core.background.files.models import Content
from core.background.jobs.models import Job
from core.data.actor import system
from core.exchange.uploads.models import Upload
from tests.web.sending_files import LIST, checked, problems, send, upload, workbook

BILLION = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY a
"&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">]><worksheet>&a;</worksheet>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<sst><si><t>&x;</t></si></sst>"""
SOME = "Name\n" + "".join(f"Mijoz {n}\n" for n in range(3))


def repacked(name, content):
    """A workbook in which one of its files is another."""
    source, target = BytesIO(workbook(["Name"], ["Bahor"])), BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename != name:
                new.writestr(entry.filename, old.read(entry.filename))
        new.writestr(name, content)
    return target.getvalue()


def crowded(entries):
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for number in range(entries):
            archive.writestr(f"xl/{number}.xml", b"<a/>")
    return target.getvalue()


@pytest.fixture
def manager(as_role):
    return as_role("contacts.manager", "core.staff")


@pytest.mark.attack(23)
@pytest.mark.parametrize(
    "content",
    [crowded(2_001), repacked("xl/worksheets/sheet1.xml", b"<a>" + b" " * 30_000_000)],
    ids=["entries", "ratio"],
)
def test_a_bomb_is_refused_and_leaves_nothing(manager, working, run_jobs, content):
    answer = upload(manager, content, "a.xlsx")
    if answer.status_code == 303:  # so heavy that a job unpacks it
        run_jobs()
        page = manager.get(answer.headers["Location"]).text
        assert "Unpacked, the file would be far too large" in page
        assert Job.select().where(Job.state == "failed").count() == 1
    else:
        assert answer.status_code == 400
        assert "Unpacked, the file would be far too large" in answer.text
        assert Upload.select().count() == 0


@pytest.mark.attack(32)
@pytest.mark.parametrize(
    ("name", "content"),
    [("xl/worksheets/sheet1.xml", BILLION), ("xl/sharedStrings.xml", OUTSIDE)],
)
def test_entities_are_refused(manager, working, name, content):
    answer = upload(manager, repacked(name, content), "a.xlsx")
    assert answer.status_code == 400
    assert "root:" not in answer.text
    assert Upload.select().count() == 0


@pytest.mark.attack(32)
def test_a_sheet_without_an_end_is_a_job_and_not_a_hung_page(manager, working):
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for number in range(60_000):
        sheet.append([f"Mijoz {number}" if number else "Name"])
    content = BytesIO()
    book.save(content)
    url = send(manager, content.getvalue(), "a.xlsx")
    assert Job.select().where(Job.name == "core.exchange.uploads.jobs.read_upload").count() == 1
    assert "You can leave this page" in manager.get(url).text
    assert Upload.get().rows == 0


@pytest.mark.attack(23)
def test_a_file_that_is_too_large_is_refused(manager, working, app):
    limit = app.config["KARVON"].files.limit
    answer = upload(manager, b"Name\n" + b"x" * (limit + 1))
    assert answer.status_code == 413
    assert Upload.select().count() == 0


@pytest.mark.attack(11)
def test_the_import_of_another_is_like_one_that_never_was(manager, as_role, working):
    url = checked(manager, SOME, ["name"])
    never = f"{LIST}import/{10**6}"
    for roles in (("contacts.manager", "core.staff"), ("contacts.own", "core.staff")):
        browser = as_role(*roles)
        for path in ("", "/undo", "/errors.csv"):
            page, lost = browser.get(f"{url}{path}"), browser.get(f"{never}{path}")
            assert page.status_code == lost.status_code == 404
            assert "Mijoz" not in page.text
            assert "mijozlar.csv" not in page.text
        for path in ("/check", "/correct", "/run", "/undo"):
            form = {"place": ["name"], "line": "2", "column": "0", "new": "Oʻgʻri"}
            assert browser.post(f"{url}{path}", form).status_code == 404
    assert "Mijoz 0" in manager.get(url).text


@pytest.mark.attack(15)
def test_an_import_fills_no_field_that_its_sender_may_not(manager, working):
    url = send(manager, "Name,X\nBahor,1\n")
    for name in (
        "id",
        "version",
        "created_by",
        "archived_at",
        "telephones.1.normal",
        "parent.name",
    ):
        answer = manager.post(f"{url}/check", {"place": ["name", name]})
        assert answer.status_code == 400, name
        assert "There is no field" in answer.text
    assert problems(manager.get(url).text) == []


@pytest.mark.attack(4)
def test_an_import_reaches_no_foreign_record_and_tells_of_none(as_role, working):
    contact = working.model("contacts.contact")
    seller = as_role("contacts.own", "core.staff")
    with system("a test makes what the seller does not see"):
        hidden = contact.create(name="Maxfiy", reference="M1", city="Buxoro")
    places = ["name", "city", "parent"]
    url = checked(seller, "Name,City,At\nMaxfiy,Xiva,\nBahor,,Maxfiy\n", places, key="name")
    page = seller.get(url).text
    assert "there is no record called" in page.lower() or problems(page) == []
    seller.post(f"{url}/correct", {"do": "leave"})
    seller.post(f"{url}/run")
    with system("a test looks"):
        assert contact.get_by_id(hidden.id).city == "Buxoro"
        made = list(contact.select().where(contact.id != hidden.id))
        assert {row.owner_id for row in made} == {seller.user.id}
        assert hidden.id not in {row.parent_id for row in made}


@pytest.mark.attack(37)
def test_a_get_writes_nothing_and_the_content_may_be_swept(manager, working):
    url = checked(manager, SOME, ["name"])
    before = [row.__data__ for row in Upload.select()]
    for path in ("", "?show=bad&page=2", "?show=columns", "/undo", "/errors.csv"):
        assert manager.get(f"{url}{path}").status_code == 200
    assert [row.__data__ for row in Upload.select()] == before
    assert Upload.get().content is None
    assert Content.select().count() == 1
