"""The pages of personal data: an archive is asked for and taken, a person is erased for good."""

import io
import re
import zipfile

import pytest

from core.data.history import History
from core.personal.models import PersonArchive


@pytest.fixture
def person(working):
    return working.model("contacts.contact").create(
        name="Zulayho Qodirxonova", kind="person", note="choy"
    )


@pytest.fixture
def url(person):
    return f"/contacts/contact/{person.id}"


def test_the_menu_of_a_person_leads_there_for_those_who_care_alone(url, as_role):
    assert f'href="{url}/personal"' in as_role("admin").get(url).text
    carer = as_role("contacts.manager", "core.privacy")
    assert f'href="{url}/personal"' in carer.get(url).text
    assert carer.get(f"{url}/personal").status_code == 200
    seller = as_role("contacts.manager")
    assert "/personal" not in seller.get(url).text
    assert seller.get(f"{url}/personal").status_code == 403


def test_records_that_are_no_people_have_no_such_page(working, as_role):
    tag = working.model("contacts.tag").create(name="Ulgurji")
    admin = as_role("admin")
    assert "/personal" not in admin.get(f"/contacts/tag/{tag.id}").text
    assert admin.get(f"/contacts/tag/{tag.id}/personal").status_code == 404


def test_an_archive_is_asked_for_made_and_taken_by_whoever_asked(url, as_role, run_jobs):
    admin = as_role("admin")
    asked = admin.post(f"{url}/personal/archives")
    assert asked.status_code == 303
    assert asked.headers["Location"].startswith("/jobs/")
    assert "is being made" in admin.get(f"{url}/personal").text
    run_jobs()
    [file] = re.findall(r'href="([^"]+/archives/\d+)"', admin.get(f"{url}/personal").text)
    sent = admin.get(file)
    assert sent.headers["Content-Type"] == "application/zip"
    assert sent.headers["Content-Disposition"].startswith("attachment")
    assert sent.headers["Cache-Control"] == "no-store"
    assert "record.json" in zipfile.ZipFile(io.BytesIO(sent.data)).namelist()
    sent.close()
    assert as_role("admin").get(file).status_code == 404
    assert "Personal data handed out" in admin.get(url).text


def test_a_person_is_erased_by_a_reason_and_their_number(url, person, as_role):
    admin = as_role("admin")
    shown = admin.get(f"{url}/personal/erase").text
    assert "Fields of the record" in shown
    unsaid = admin.post(f"{url}/personal/erase", {"reason": " "})
    assert unsaid.status_code == 422
    sure = admin.post(f"{url}/personal/erase", {"reason": "asked for it"})
    assert "This cannot be undone." in sure.text
    form = {"step": "do", "reason": "asked for <b>it</b>", "version": "1"}
    assert admin.post(f"{url}/personal/erase", {**form, "number": "no"}).status_code == 400
    stale = {**form, "number": str(person.id), "version": "0"}
    assert admin.post(f"{url}/personal/erase", stale).status_code == 409
    assert type(person).get_by_id(person.id).name == "Zulayho Qodirxonova"
    done = admin.post(f"{url}/personal/erase", {**form, "number": f" {person.id} "})
    assert (done.status_code, done.headers["Location"]) == (303, url)
    page = admin.get(url).text
    assert "Zulayho" not in page
    assert "Personal data erased: asked for &lt;b&gt;it&lt;/b&gt;" in page
    assert "Erased: Name, " in page
    assert "The personal data was erased:" in admin.get(f"{url}/personal").text


def test_search_and_api_know_the_erased_state_alone(url, person, as_role, program):
    admin, send = as_role("admin"), program("admin")
    assert "Zulayho" in admin.get("/contacts/contact/?search=Zulayho").text.split("<tbody")[-1]
    form = {"step": "do", "reason": "asked", "version": "1", "number": str(person.id)}
    admin.post(f"{url}/personal/erase", form)
    assert send("GET", "/api/v1/contacts/contact?search=Zulayho").json["items"] == []
    found = send("GET", f"/api/v1/contacts/contact/{person.id}").json
    assert (found["name"], found["note"]) == (type(person).get_by_id(person.id).name, "")


def test_an_erased_value_is_not_restored(url, person, as_role):
    person.change({"note": "kofe"})
    admin = as_role("admin")
    assert "/restore" in admin.get(url).text
    form = {"step": "do", "reason": "asked", "version": "2", "number": str(person.id)}
    admin.post(f"{url}/personal/erase", form)
    page = admin.get(url).text
    assert "kofe" not in page
    assert "history/" not in re.sub(r'href="[^"]*history\?[^"]*"', "", page)


def test_a_company_is_erased_by_an_administrator_alone(working, as_role):
    company = working.model("contacts.contact").create(name="Bahor Market")
    url = f"/contacts/contact/{company.id}/personal"
    carer = as_role("contacts.manager", "core.privacy")
    assert "Only an administrator may erase" in carer.get(url).text
    form = {"step": "do", "reason": "x", "version": "1", "number": str(company.id)}
    assert carer.post(f"{url}/erase", form).status_code == 403
    assert type(company).get_by_id(company.id).name == "Bahor Market"
    assert as_role("admin").post(f"{url}/erase", form).status_code == 303


def test_who_may_not_change_a_person_does_not_erase_them(person, url, as_role):
    reader = as_role("core.privacy", "core.staff")
    assert reader.get(f"{url}/personal").status_code in (403, 404)
    form = {"step": "do", "reason": "x", "version": "1", "number": str(person.id)}
    assert reader.post(f"{url}/personal/erase", form).status_code in (403, 404)


def test_a_get_of_any_of_the_pages_changes_nothing(url, as_role):
    admin = as_role("admin")
    before = History.select().count()
    for path in ("/personal", "/personal/erase?step=do&reason=x&number=1&version=1"):
        assert admin.get(f"{url}{path}").status_code == 200
    assert admin.get(f"{url}/personal/archives").status_code == 405
    assert (History.select().count(), PersonArchive.select().count()) == (before, 0)
