"""The pages of jobs: whoever started one sees it, others do not, an administrator sees all."""

import json
from datetime import timedelta

import pytest

from core.background.jobs.models import Job
from core.background.jobs.sweeping import forget_ended_jobs
from core.data.fields import now


@pytest.fixture
def started(as_role):
    """Make `started(browser, state="queued", …)`: a job of whoever sits there; answers its id."""

    def start(browser, **values):
        row = {"name": "contacts.jobs.x", "addon": "contacts", "arguments": "{}"}
        row |= {"language": "en", "zone": "UTC", "user": browser.user.id}
        return Job.insert(**row | values).execute()

    return start


def test_whoever_started_a_job_sees_its_progress_and_its_result(as_role, started):
    dilnoza = as_role("contacts.user")
    id = started(dilnoza, state="running", done=3, total=10, text="Reading")
    page = dilnoza.get(f"/jobs/{id}").text
    assert 'value="3" max="10"' in page
    assert "hx-trigger" in page
    links = [{"title": "Download", "url": "/files/7"}, {"title": "Away", "url": "//evil.example"}]
    result = json.dumps({"text": "10 came", "links": links})
    Job.update(state="done", result=result).execute()
    page = dilnoza.get(f"/jobs/{id}", headers={"HX-Request": "true"}).text
    assert "10 came" in page
    assert 'href="/files/7"' in page
    assert "evil.example" not in page
    assert "hx-trigger" not in page
    assert "<html" not in page


def test_the_job_of_somebody_else_is_not_there(as_role, started):
    dilnoza, aziz = as_role("contacts.user"), as_role("contacts.user")
    id = started(dilnoza)
    assert aziz.get(f"/jobs/{id}").status_code == 404
    assert aziz.post(f"/jobs/{id}/cancel").status_code == 404
    assert aziz.get("/jobs").status_code == 403
    assert dilnoza.post(f"/jobs/{id}/retry").status_code == 403
    assert aziz.get("/jobs/99999999999").status_code == 404


def test_what_the_system_does_on_behalf_of_somebody_is_not_shown_to_them(as_role, started):
    dilnoza = as_role("contacts.user")
    assert dilnoza.get(f"/jobs/{started(dilnoza, reason='a listener')}").status_code == 404


def test_a_job_can_be_cancelled_once(as_role, started):
    dilnoza = as_role("contacts.user")
    id = started(dilnoza)
    assert dilnoza.post(f"/jobs/{id}/cancel").status_code == 303
    assert Job.get_by_id(id).state == "cancelled"
    assert dilnoza.post(f"/jobs/{id}/cancel").status_code == 400


def test_an_administrator_sees_what_failed_and_queues_it_again(as_role, started):
    admin = as_role("admin")
    id = started(as_role("contacts.user"), state="failed", error="The disk is full.")
    started(admin, state="done")
    page = admin.get("/jobs?state=failed").text
    assert "The disk is full." in page
    assert page.count("/retry") == 1
    assert admin.post(f"/jobs/{id}/retry").status_code == 303
    assert Job.get_by_id(id).state == "queued"
    assert admin.post(f"/jobs/{id}/retry").status_code == 400


def test_a_job_of_the_system_says_so_in_the_language_of_its_reader(as_role, started):
    admin = as_role("admin")
    started(admin, user=None, reason="webhooks are sent apart from requests")
    page = admin.get("/jobs").text
    assert "The system" in page
    assert "apart from requests" not in page


def test_what_the_clock_did_does_not_hide_all_else(as_role, started):
    admin = as_role("admin")
    clock = {"user": None, "name": "core.tick", "reason": "core.tick"}
    done = started(admin, state="done", **clock)
    failed = started(admin, state="failed", error="The disk is full.", **clock)
    page = admin.get("/jobs").text
    assert f'"/jobs/{failed}"' in page
    assert f'"/jobs/{done}"' not in page
    assert f'"/jobs/{done}"' in admin.get("/jobs?state=done").text


def test_what_the_clock_did_is_forgotten_after_a_day(as_role, started):
    admin = as_role("admin")
    ended = {"state": "done", "finished_at": now() - timedelta(days=2)}
    started(admin, user=None, name="core.tick", reason="core.tick", **ended)
    kept = started(admin, **ended)
    assert forget_ended_jobs() == 1
    assert [job.id for job in Job.select()] == [kept]
