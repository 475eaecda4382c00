"""Four processes of one server decide as one: each in turn is the only one that can answer."""

import os
import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.access.login import PER_PAIR
from core.testing.servers import Visitor

WORKERS = 4
LIST = "/contacts/contact/"
API = "/api/v1/contacts/contact"


@contextmanager
def alone(worker: int, workers: list[int]) -> Iterator[None]:
    """Stop all other processes: whatever is asked in the block, this one answers."""
    others = [id for id in workers if id != worker]
    try:
        for id in others:
            os.kill(id, signal.SIGSTOP)
            _wait_for(lambda id=id: _state(id) == "T")
        yield
    finally:
        for id in others:
            os.kill(id, signal.SIGCONT)
            _wait_for(lambda id=id: _state(id) != "T")


def _state(id: int) -> str:
    return Path(f"/proc/{id}/stat").read_text().rpartition(")")[2].split()[0]


def _wait_for(condition) -> None:
    until = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.005)


class Office:
    """A server of four processes behind a proxy, and those who visit it from their addresses."""

    def __init__(self, shell):
        self.shell = shell
        self.served = shell.serve("--workers", str(WORKERS), KARVON_SERVER__PROXIES="1")
        _wait_for(lambda: len(self.served.workers()) == WORKERS)
        self.workers = self.served.workers()
        self.password = self.made("user", "create", "dilnoza", "--role", "contacts.user")

    def made(self, *words):
        """What a verb makes: the last word that it prints."""
        done = self.shell.run(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout.split()[-1]

    def visitor(self, address):
        return Visitor(self.served.port, headers={"X-Forwarded-For": address})

    def from_each(self, ask):
        """What each process answers, one after the other."""
        found = []
        for worker in self.workers:
            with alone(worker, self.workers):
                found.append(ask())
        assert self.served.workers() == self.workers
        return found

    def database(self, text):
        """What Python says of the database of the server."""
        done = self.shell.run("shell", "--run", text)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


@pytest.fixture
def office(shell):
    return Office(shell)


@pytest.mark.requirement("S30")
@pytest.mark.attack(40)
def test_ten_wrong_logins_anywhere_throttle_the_pair_everywhere(office):
    guesser = office.visitor("10.6.6.6")

    def guess(password):
        return office.from_each(lambda: guesser.log_in("dilnoza", password).status)

    statuses = [status for _ in range(3) for status in guess("wrong-password")][:10]
    assert statuses == [401] * PER_PAIR + [429] * (10 - PER_PAIR)
    assert guess(office.password) == [429] * WORKERS
    # The real user, elsewhere, comes in by any of them, and is known to all.
    for status in office.from_each(
        lambda: office.visitor("10.0.0.7").log_in("dilnoza", office.password).status
    ):
        assert status == 303
    real = office.visitor("10.0.0.7")
    assert real.log_in("dilnoza", office.password).status == 303
    assert office.from_each(lambda: real.get(LIST).status) == [200] * WORKERS


@pytest.mark.attack(40)
def test_the_table_of_attempts_stays_bounded_however_many_guess_where(office):
    guesser = office.visitor("10.6.6.6")
    for number in range(6):
        office.from_each(lambda n=number: guesser.log_in(f"user{n}{time.time()}", "x").status)
    rows = office.database(
        "from core.access.models import Attempt; print(Attempt.select().count())"
    )
    # One for the address, two for each name that was tried before the address was stopped.
    assert int(rows) <= 1 + 2 * 20
    office.database(
        "from core.access.models import Attempt; from core.data.fields import now;"
        " Attempt.update(until=now()).execute()"
    )
    assert office.visitor("10.0.0.7").log_in("dilnoza", office.password).status == 303
    rows = office.database(
        "from core.access.models import Attempt; print(Attempt.select().count())"
    )
    assert int(rows) <= 3


@pytest.mark.requirement("S30")
@pytest.mark.attack(39)
def test_what_is_taken_away_is_felt_on_the_next_request_in_all_four(office):
    visitor = office.visitor("10.0.0.7")
    visitor.log_in("dilnoza", office.password)
    token = office.made("user", "token", "dilnoza")

    def pages():
        return office.from_each(lambda: visitor.get(LIST).status)

    def calls():
        bearer = {"Authorization": f"Bearer {token}"}
        return office.from_each(lambda: office.visitor("10.0.0.9").get(API, **bearer).status)

    assert (pages(), calls()) == ([200] * WORKERS, [200] * WORKERS)
    office.database("from core.access.models import UserRole; UserRole.delete().execute()")
    assert (pages(), calls()) == ([403] * WORKERS, [403] * WORKERS)
    office.database(
        "from core.access.models import User, UserRole;"
        " UserRole.create(user=User.get(User.login == 'dilnoza'), role='contacts.user')"
    )
    assert (pages(), calls()) == ([200] * WORKERS, [200] * WORKERS)
    office.made("user", "disable", "dilnoza")
    assert (pages(), calls()) == ([302] * WORKERS, [401] * WORKERS)


@pytest.mark.requirement("S30")
@pytest.mark.attack(38)
@pytest.mark.attack(39)
def test_a_login_that_is_ended_elsewhere_is_dead_in_all_four(office):
    first, second = office.visitor("10.0.0.7"), office.visitor("10.0.0.8")
    for visitor in (first, second):
        assert visitor.log_in("dilnoza", office.password).status == 303
    page = first.get("/account/sessions").text
    (path,) = re.findall(r"/account/sessions/\d+/end", page)
    assert office.from_each(lambda: second.get("/").status) == [200] * WORKERS
    assert first.post(path).status == 303
    assert office.from_each(lambda: second.get("/").status) == [302] * WORKERS
    # Confirming changes the id of the session: the one before is dead everywhere.
    thief = office.visitor("10.6.6.6")
    thief.cookies.update(first.cookies)
    assert office.from_each(lambda: thief.get("/").status) == [200] * WORKERS
    assert first.post("/account/confirm", {"password": office.password}).status == 303
    assert office.from_each(lambda: thief.get("/").status) == [302] * WORKERS
    assert office.from_each(lambda: first.get("/").status) == [200] * WORKERS
