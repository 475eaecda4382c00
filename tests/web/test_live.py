"""The live stream: who is told what, when it ends, and what there is for whom no stream is left."""

import http.client
import json
import time

import pytest

from core.access.accounts import create_token, create_user
from core.access.actors import actor_of, by_id
from core.access.login import tell_of_login
from core.access.models import User
from core.access.sessions import close_session, open_session
from core.data.actor import system
from core.data.database import release
from core.modules import lifecycle
from core.modules.registry import using
from core.testing.ports import HOST
from core.web.live.events import events_after, newest, told_to
from core.web.requests import LOGIN_COOKIE, lifetime_of


class Listener:
    """A client of the stream."""

    def __init__(self, served, key, **headers):
        self.connection = http.client.HTTPConnection(HOST, served.port, timeout=10)
        self.connection.request(
            "GET", "/live", headers={"Cookie": f"{LOGIN_COOKIE}={key}", **headers}
        )
        self.socket = self.connection.sock
        self.answer = self.connection.getresponse()

    def lines(self):
        until = time.monotonic() + 10
        while line := self.answer.readline():
            assert time.monotonic() < until, "the stream says nothing"
            yield line.decode().strip()

    def next(self):
        """The data of the next event, past what begins the stream."""
        data = (line[6:] for line in self.lines() if line.startswith("data: "))
        return next((found for text in data if (found := json.loads(text))), None)

    def close(self):
        self.answer.close()
        self.connection.close()
        self.socket.close()

    def ends_within(self, seconds):
        begun = time.monotonic()
        for _ in self.lines():
            assert time.monotonic() < begun + seconds
        self.close()
        return True


@pytest.fixture
def listen():
    """Make `listen(served, key)`: a listener that is closed at the end."""
    made = []

    def begin(served, key, **headers):
        made.append(Listener(served, key, **headers))
        return made[-1]

    yield begin
    for listener in made:
        listener.close()


@pytest.fixture
def office(shell, open_at, migrated_url):
    """A server with Dilnoza, and the same database here."""
    instance = open_at(migrated_url)
    with using(instance.registry()) as registry, system("a test"):
        user = create_user("dilnoza", roles=("contacts.manager",))
        key = open_session(user.id, lifetime_of(instance.settings), HOST)
        release()
        yield shell, registry.model("contacts.contact"), user, key, instance


def test_what_others_change_is_told_within_a_moment_and_again_to_whom_missed_it(office, listen):
    shell, contact, _user, key, _instance = office
    served = shell.serve()
    listener = listen(served, key)
    assert listener.answer.headers["Content-Type"].startswith("text/event-stream")
    first = contact.create(name="Bahor")
    told = listener.next()
    assert (told["model"], told["record"], told["action"]) == (
        "contacts.contact",
        first.id,
        "create",
    )
    assert not told["mine"]
    listener.close()
    second = contact.create(name="Kuz")
    again = listen(served, key, **{"Last-Event-ID": str(told["id"])})
    assert again.next()["record"] == second.id
    assert served.stop() < 2


def test_a_stream_ends_with_the_session_and_with_the_user(office, listen):
    shell, _contact, user, key, instance = office
    served = shell.serve()
    other = open_session(user.id, lifetime_of(instance.settings), HOST)
    listeners = listen(served, key), Listener(served, other)
    close_session(key)
    release()
    assert listeners[0].ends_within(5)
    User.update(is_active=False).where(User.id == user.id).execute()
    release()
    assert listeners[1].ends_within(5)


def test_a_stream_ends_when_other_addons_are_enabled(office, listen):
    shell, _contact, _user, key, instance = office
    listener = listen(shell.serve(), key)
    lifecycle.disable(instance.found(), "contacts")
    release()
    assert listener.ends_within(5)


def test_half_of_the_threads_hold_streams_and_the_others_poll(office, listen):
    shell, contact, _user, key, _instance = office
    served = shell.serve(KARVON_SERVER__THREADS="4")
    listeners = [listen(served, key) for _ in range(3)]
    assert [each.answer.status for each in listeners] == [200, 200, 503]
    before = newest()
    made = contact.create(name="Bahor")
    release()
    visitor = served.visitor()
    visitor.cookies[LOGIN_COOKIE] = key
    found = json.loads(visitor.get(f"/live?since={before}").text)
    assert [each["record"] for each in found["events"]] == [made.id]
    assert found["last"] == newest()


def test_another_site_and_a_stranger_get_no_stream(as_role, client):
    dilnoza = as_role("contacts.user")
    assert client.get("/live?since=0").status_code in (302, 303, 404)
    foreign = {"Origin": "https://evil.example"}
    assert dilnoza.get("/live?since=0", headers=foreign).status_code == 400
    crossing = {"Sec-Fetch-Site": "cross-site"}
    assert dilnoza.get("/live?since=0", headers=crossing).status_code == 400
    assert dilnoza.get("/live?since=0").status_code == 200
    assert dilnoza.get("/live?since=no").status_code == 200


def test_nobody_is_told_of_what_they_may_not_see(working):
    before = newest()
    contact = working.model("contacts.contact").create(name="Bahor")
    working.model("contacts.telephone").create(contact=contact, number="+998901234567")
    create_user("aziz", roles=())
    events = events_after(before)
    told = told_to(_actor("aziz"), working, events)
    assert told == []
    create_user("dilnoza", roles=("contacts.manager",))
    told = told_to(_actor("dilnoza"), working, events)
    about_it = [each for each in told if each["model"] == "contacts.contact"]
    assert [(each["record"], each["action"]) for each in about_it] == [
        (contact.id, "create"),
        (contact.id, "update"),
    ]


@pytest.mark.attack(12)
def test_colleagues_are_not_told_of_logins_and_of_what_is_done_to_tokens(as_role, registry):
    zafar, colleague = as_role("core.staff", login="zafar"), as_role("core.staff")
    begun = newest()
    with using(registry), system("a test"):
        tell_of_login(zafar.user.id, "Firefox")
        create_token(zafar.user)
        User.get_by_id(zafar.user.id).change({"name": "Zafar aka"})
    told = colleague.get(f"/live?since={begun}").json
    assert [each["action"] for each in told["events"]] == ["update"]
    assert told["last"] == newest()


def _actor(login):
    return actor_of(by_id(User.get(User.login == login).id)[0], "en")
