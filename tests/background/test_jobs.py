"""Jobs: queued within the transaction, done for whoever asked, once, and tried again."""

from dataclasses import replace

import pytest

from core.access.accounts import create_user
from core.access.actors import actor_of, by_id
from core.access.models import User
from core.background.jobs import queue
from core.background.jobs.models import Job
from core.data.actor import acting_as
from core.data.database import transaction
from core.data.fields import now


def test_a_job_runs_for_whoever_queued_it_in_their_language(works, run_jobs):
    user = create_user("dilnoza", roles=("contacts.user",))
    User.update(name="Dilnoza", language="ru").where(User.id == user.id).execute()
    with acting_as(actor_of(by_id(user.id)[0], "en")):
        id = works.note.later(word="salom")
    assert run_jobs() == 1
    assert works.seen == [("salom", "Dilnoza", False, "ru")]
    job = Job.get_by_id(id)
    assert (job.state, job.result) == ("done", '{"word": "salom"}')


def test_a_job_is_gone_with_the_transaction_that_queued_it(works, run_jobs):
    with transaction() as undone:
        works.note.later(word="never")
        undone.rollback()
    assert run_jobs() == 0


def test_a_job_of_a_narrowed_token_gets_no_more_roles(works, run_jobs):
    user = create_user("dilnoza", roles=("contacts.user",))
    actor = replace(actor_of(by_id(user.id)[0], "en"), roles=frozenset())
    with acting_as(actor):
        id = works.add.later(name="Smuggled")
    run_jobs()
    assert Job.get_by_id(id).state == "failed"


def test_a_job_of_somebody_who_was_disabled_fails_with_a_sentence(works, run_jobs):
    user = create_user("dilnoza", roles=("contacts.user",))
    with acting_as(actor_of(by_id(user.id)[0], "en")):
        id = works.note.later(word="late")
    User.update(is_active=False).where(User.id == user.id).execute()
    run_jobs()
    assert Job.get_by_id(id).error == "Whoever started this may not log in any more."


def test_arguments_that_the_function_does_not_take_are_refused_at_once(works):
    with pytest.raises(TypeError):
        works.note.later(wort="salom")


def test_of_a_key_only_one_waits(works, run_jobs):
    first = works.add.later(name="Bahor")
    assert works.add.later(name="Bahor") == first
    works.add.later(name="Kuz")
    assert run_jobs() == 2


def test_a_key_that_runs_lets_the_next_one_wait_until_it_ends(works):
    works.add.later(name="Bahor")
    running = queue.claim("a worker", [works.name])
    works.add.later(name="Bahor")
    assert queue.claim("another", [works.name]) is None
    queue.finish(running, None, {})
    assert queue.claim("another", [works.name]) is not None


def test_a_job_that_raises_is_tried_again_later_and_then_has_failed(works, run_jobs):
    id = works.stumble.later()
    for attempt in (1, 2):
        assert run_jobs() == 1
        job = Job.get_by_id(id)
        assert (job.state, job.attempts) == ("queued", attempt)
        assert job.not_before > now()
        Job.update(not_before=now()).execute()
    run_jobs()
    job = Job.get_by_id(id)
    assert job.state == "failed"
    assert "ValueError: a stone" in job.error


def test_a_rule_of_the_business_ends_a_job_at_once(works, run_jobs):
    id = works.refuse.later()
    run_jobs()
    job = Job.get_by_id(id)
    assert (job.state, job.attempts, job.error) == ("failed", 1, "Give it a name first.")


def test_a_job_with_a_key_leaves_nothing_half_done(works, run_jobs):
    works.half.later()
    run_jobs()
    contact = works.registry.model("contacts.contact")
    assert not contact.select().where(contact.name == "Half done").exists()


def test_a_job_of_which_the_worker_is_gone_goes_back_and_at_last_fails(works):
    id = works.note.later(word="x")
    for loss in range(queue.MOST_LOSSES):
        assert Job.get_by_id(id).losses == loss
        queue.give_back(queue.claim("a worker", [works.name]))
    assert Job.get_by_id(id).state == "failed"


def test_a_worker_that_lost_its_job_cannot_finish_it(works):
    works.note.later(word="x")
    lost = queue.claim("one", [works.name])
    queue.give_back(lost)
    queue.claim("two", [works.name])
    assert not queue.finish(lost, None, {})


def test_a_cancelled_job_is_not_begun_and_can_be_queued_again(works, run_jobs):
    id = works.note.later(word="x")
    assert queue.cancel(id)
    assert run_jobs() == 0
    assert queue.retry(id)
    assert run_jobs() == 1


def test_the_jobs_of_an_addon_that_is_off_wait(works):
    works.note.later(word="x")
    assert queue.claim("a worker", ["core"]) is None
    assert queue.claim("a worker", ["core", works.name]) is not None
