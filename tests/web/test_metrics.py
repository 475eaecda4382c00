"""Figures are there for those who watch over the server, and for nobody else."""

import pytest

from core.access.accounts import create_token
from core.data.actor import system
from core.data.history import History
from core.testing.instances import BASE_URL


@pytest.mark.attack(49)
def test_whoever_may_not_watch_finds_no_figures(client, as_role):
    nowhere = client.get("/metrics")
    assert nowhere.status_code == 404
    staff = as_role("contacts.manager")
    assert staff.get("/metrics").status_code == 404
    wrong = {"Authorization": "Bearer nonsense"}
    assert client.client.get("/metrics", base_url=BASE_URL, headers=wrong).status_code == 404


def test_an_observer_reads_the_figures_with_a_token(client, as_role):
    watcher = as_role("core.observer")
    with system("a test hands out a token"):
        token = create_token(watcher.user)
    bearer = {"Authorization": f"Bearer {token}"}
    shown = client.get("/login").status_code
    answer = client.client.get("/metrics", base_url=BASE_URL, headers=bearer)
    assert answer.status_code == 200
    counted = f'karvon_requests_total{{method="GET",route="/login",status="{shown}"}} '
    assert counted in answer.text
    assert 'karvon_addons{state="enabled"} ' in answer.text
    assert "karvon_oldest_job_seconds 0.0" in answer.text


def test_an_answer_and_the_history_carry_the_name_of_the_request(working, as_role):
    browser = as_role("contacts.manager")
    made = browser.post("/contacts/contact/new", {"name": "Bahor"})
    name = made.headers["X-Request-ID"]
    assert {row.action for row in History.select().where(History.request == name)} == {"create"}
