"""Deliveries of webhooks: tried again, in order, given up, paused, and forgotten in the end."""

import json

import pytest

from core.access.models import User
from core.background.jobs.models import Job
from core.background.notices import Notice
from core.background.reachable import use_http
from core.config import Http
from core.data.database import transaction
from core.data.fields import now
from core.exchange.webhooks import delivering, keeping
from core.exchange.webhooks.models import Delivery, Webhook


def due_now():
    Delivery.update(due_at=now()).execute()
    Webhook.update(due_at=now()).execute()
    delivering.deliver_what_waits()


def test_a_server_that_is_away_is_asked_again_with_the_same_body(hooks, http, working, run_jobs):
    hooks.make()
    http.will_answer(503)
    contact = working.model("contacts.contact").create(name="Bahor")
    run_jobs()
    contact.name = "Navroʻz"
    contact.save()
    run_jobs()
    assert len(http.sent) == 1  # the line waits, in its order
    assert Delivery.get().status == 503
    due_now()
    run_jobs()
    first, second, third = http.sent
    assert first.body == second.body
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]
    assert json.loads(third.body)["record"]["name"] == "Navroʻz"
    assert Webhook.get().failures == 0


def test_what_is_refused_lets_the_next_one_through(hooks, http, working, run_jobs):
    hooks.make()
    http.will_answer(422)
    for name in ("Bahor", "Navroʻz"):
        working.model("contacts.contact").create(name=name)
    run_jobs()
    assert len(http.sent) == 2
    states = [row.state for row in Delivery.select().order_by(Delivery.id)]
    assert states == ["waiting", "arrived"]


def test_a_delivery_is_given_up_in_the_end_and_can_be_sent_again(hooks, http, working, run_jobs):
    hooks.make()
    working.model("contacts.contact").create(name="Bahor")
    for _try in range(delivering.ATTEMPTS):
        http.will_answer(422)
    for _try in range(delivering.ATTEMPTS + 2):
        run_jobs()
        due_now()
    assert len(http.sent) == delivering.ATTEMPTS
    assert Delivery.get().state == "failed"
    delivering.send_again(Delivery.get())
    run_jobs()
    assert Delivery.get().state == "arrived"
    assert len({sent.headers["idempotency-key"] for sent in http.sent}) == 1


def test_a_webhook_that_fails_too_often_is_paused_and_its_owner_is_told(
    hooks, http, working, run_jobs
):
    hook = hooks.make()
    Webhook.update(failures=delivering.MOST_FAILURES - 1).execute()
    http.will_answer(500)
    working.model("contacts.contact").create(name="Bahor")
    run_jobs()
    told = Notice.get()
    assert (told.user_id, told.kind, told.url) == (
        hooks.owner,
        "core.webhook",
        f"/webhooks/{hook.id}",
    )
    assert "500" in told.text
    due_now()
    run_jobs()
    assert len(http.sent) == 1
    keeping.go_on(Webhook.get())
    run_jobs()
    assert len(http.sent) == 2


def test_a_paused_webhook_keeps_nothing_to_be_sent_but_answers_a_ping(
    hooks, http, working, run_jobs
):
    hook = hooks.make()
    keeping.pause(hook.hook)
    working.model("contacts.contact").create(name="Bahor")
    delivering.ping(hook.hook, "a" * 32)
    run_jobs()
    assert [json.loads(sent.body)["event"] for sent in http.sent] == ["ping"]


def test_a_user_who_may_not_log_in_any_more_is_told_nothing(hooks, http, working, run_jobs):
    hook = hooks.make()
    working.model("contacts.contact").create(name="Bahor")
    User.update(is_active=False).where(User.id == hook.user_id).execute()
    run_jobs()
    assert http.sent == []
    assert "may not log in" in Delivery.get().error


@pytest.mark.attack(35)
def test_an_address_that_moved_into_our_network_is_not_asked(hooks, http, working, run_jobs):
    hooks.make()
    use_http(Http())
    working.model("contacts.contact").create(name="Bahor")
    run_jobs()
    assert http.sent == []
    assert "within this network" in Delivery.get().error


def test_a_secret_is_kept_sealed_and_another_one_takes_its_place(hooks, http, working, run_jobs):
    hook = hooks.make()
    assert hook.said not in str(Webhook.select().dicts().get())
    other = keeping.renew_secret(hook.hook)
    assert Webhook.get().open_secret() == other != hook.said


def test_many_records_are_told_in_one_job(hooks, http, working, run_jobs):
    hooks.make()
    contact = working.model("contacts.contact")
    with transaction():
        for number in range(5):
            contact.create(name=f"Mijoz {number}")
    assert Job.select().where(Job.key.startswith("webhook")).count() == 1
    run_jobs()
    assert len(http.sent) == 5


def test_deliveries_are_forgotten_after_a_month(hooks, http, working, run_jobs):
    hooks.make()
    working.model("contacts.contact").create(name="Bahor")
    run_jobs()
    assert delivering.forget_deliveries() == 0
    Delivery.update(at=now() - delivering.KEPT * 2).execute()
    assert delivering.forget_deliveries() == 1
