"""An unsafe request keeps all that it did or nothing of it, and passes where it can."""

import peewee
import pytest
from flask import abort

from core.errors import UserError
from core.web.transactions import TRIES, Refusal, in_transaction


@pytest.fixture
def at_work(app, working):
    """Inside a request, with a model to write to."""
    with app.test_request_context():
        yield working.model("contacts.tag")


class Interrupted:
    """Work that others stand in the way of `times` times."""

    def __init__(self, model, times, state="40001"):
        self.model, self.times, self.state, self.runs = model, times, state, 0

    def __call__(self):
        self.runs += 1
        self.model.create(name="Ulgurji")
        if self.runs <= self.times:
            cause = Exception()
            cause.sqlstate = self.state
            raise peewee.OperationalError(cause)
        return "done"


def test_what_succeeded_is_kept(at_work):
    assert in_transaction(lambda: str(at_work.create(name="Ulgurji"))).status_code == 200
    assert at_work.select().count() == 1


@pytest.mark.parametrize("error", [UserError("no"), ValueError("broken")])
def test_an_exception_takes_everything_back(at_work, error):
    def work():
        at_work.create(name="Ulgurji")
        raise error

    with pytest.raises(type(error)):
        in_transaction(work)
    assert at_work.select().count() == 0


def test_abort_takes_everything_back(at_work):
    def work():
        at_work.create(name="Ulgurji")
        abort(404)

    with pytest.raises(Exception, match="404"):
        in_transaction(work)
    assert at_work.select().count() == 0


def test_an_answer_that_refuses_takes_everything_back(at_work):
    def work():
        at_work.create(name="Ulgurji")
        return "no", 400

    assert in_transaction(work).status_code == 400
    assert at_work.select().count() == 0


def test_the_page_of_a_refusal_is_made_when_all_was_taken_back(at_work):
    def work():
        at_work.create(name="Ulgurji")
        return Refusal(422, lambda: f"{at_work.select().count()} left")

    answer = in_transaction(work)
    assert (answer.status_code, answer.get_data(as_text=True)) == (422, "0 left")


@pytest.mark.parametrize("state", ["40001", "40P01"])
def test_what_others_stood_in_the_way_of_is_done_again(at_work, state):
    work = Interrupted(at_work, TRIES - 1, state)
    assert in_transaction(work).status_code == 200
    assert work.runs == TRIES
    assert at_work.select().count() == 1


def test_what_never_passes_is_given_up(at_work):
    work = Interrupted(at_work, TRIES)
    with pytest.raises(peewee.OperationalError):
        in_transaction(work)
    assert work.runs == TRIES


def test_another_trouble_of_the_database_is_not_repeated(at_work):
    work = Interrupted(at_work, 1, "57014")
    with pytest.raises(peewee.OperationalError):
        in_transaction(work)
    assert work.runs == 1
    assert at_work.select().count() == 0
