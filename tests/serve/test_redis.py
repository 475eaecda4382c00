"""Processes of one instance and one Redis: what one does the others hear of at once."""

import time

import pytest
import redis as library

from core.access.accounts import create_user
from core.access.login import PER_PAIR, set_password
from core.background import wake
from core.background.jobs.models import DONE, Job
from core.data.actor import system
from core.data.database import release, transaction
from core.data.redis import current_redis
from core.modules import lifecycle
from core.modules.registry import using
from core.testing.demo import PASSWORD
from core.web.live import hub as live

CODE = """
from core.api import job

@job()
def note(word):
    return word
"""
# Tells who loads it.
BUILT = """
import os
with open({path!r}, "a") as file:
    print(os.getpid(), file=file)
"""
LONG = 20.0


class Office:
    """An instance with Redis and an addon that has a job; `environ` names the same to verbs."""

    def __init__(self, instance, registry, note, environ):
        self.instance, self.registry, self.note = instance, registry, note
        self.environ = environ
        self.contact = registry.model("contacts.contact")


@pytest.fixture
def office(open_at, migrated_url, write_addon, addon_folder, redis_server):
    name = write_addon("notes", jobs=CODE)
    environ = {"KARVON_ADDONS__PATH": str(addon_folder), "KARVON_REDIS__URL": redis_server.url}
    instance = open_at(migrated_url, **environ)
    lifecycle.enable(instance.found(), name)
    with using(instance.registry()) as registry, system("a test"):
        note = next(m.function for m in registry.marked if m.name == f"{name}.note")
        yield Office(instance, registry, note, environ)


@pytest.fixture
def told(office, redis_server):
    """Make `told()`: the names of what was told since the last call."""
    prefix = f"{current_redis().prefix}:news:"
    with library.Redis.from_url(redis_server.url) as client, client.pubsub() as ear:
        ear.psubscribe(f"{prefix}*")
        assert ear.get_message(timeout=LONG)["type"] == "psubscribe"

        def since():
            client.publish(f"{prefix}end", "")
            names = []
            while (name := _next(ear).removeprefix(prefix)) != "end":
                names.append(name)
            return sorted(names)

        yield since


def _next(ear):
    return ear.get_message(timeout=LONG)["channel"].decode()


@pytest.fixture
def hears(office):
    """Return once this process is told by Redis of what others do."""
    end = time.monotonic() + LONG
    while not _waits(0.3):
        assert time.monotonic() < end, "Redis is not heard"


def _waits(seconds):
    began = time.monotonic()
    wake._jobs.wait(0.0, seconds)
    return time.monotonic() - began >= seconds


def _until(condition):
    end = time.monotonic() + LONG
    while not condition():
        assert time.monotonic() < end
        release()
        time.sleep(0.02)
    release()


def test_jobs_and_writes_are_told_once_and_after_the_commit(office, told):
    with transaction():
        for number in range(3):
            office.contact.create(name=f"Bahor {number}")
            office.note.later(word="x")
        assert told() == []
    assert told() == ["history", "jobs"]
    with transaction() as undone:
        office.contact.create(name="Kuz")
        office.note.later(word="y")
        undone.rollback()
    assert told() == []
    lifecycle.disable(office.instance.found(), "contacts")
    assert told() == ["addons", "history"]


def test_a_worker_that_sleeps_long_is_woken_by_the_job_of_another_process(
    office, hears, monkeypatch, shell
):
    monkeypatch.setattr(wake, "TOLD_SECONDS", LONG * 2)
    text = "next(m.function for m in registry.marked if m.name.endswith('.note')).later(word='x')"
    done = shell.run("shell", "--run", text, **office.environ)
    assert done.returncode == 0, done.stderr
    began = time.monotonic()
    wake.sleep(0.0)
    assert time.monotonic() - began < LONG
    assert Job.select().count() == 1


def test_a_live_stream_is_told_of_the_write_of_another_process(office, hears, monkeypatch, shell):
    monkeypatch.setattr(live, "TOLD_SECONDS", LONG * 2)
    monkeypatch.setattr(live, "LOOK_SECONDS", LONG * 2)
    stream = live.hub.open(1)
    try:
        assert shell.run("shell", "--run", "Contact.create(name='Bahor')", **office.environ)
        (event,) = stream.get(LONG)
        assert event.model == office.contact._meta.table_name
    finally:
        live.hub.close(stream)


def test_servers_share_the_count_of_wrong_passwords_and_serve_on_without_redis(
    office, shell, redis_server
):
    set_password(create_user("dilnoza", roles=("contacts.user",)).id, PASSWORD)
    release()
    servers = [shell.serve("--workers", "2", **office.environ) for _ in range(2)]
    tries = [s.visitor().log_in("dilnoza", "wrong").status for s in servers * 2]
    assert tries == [401] * 4, servers[0].complained()
    visitor = servers[0].visitor()
    assert visitor.log_in("dilnoza", "wrong").status == 401
    assert servers[1].visitor().log_in("dilnoza", PASSWORD).status == 429
    assert PER_PAIR == 5
    redis_server.stop()
    assert visitor.log_in("dilnoza", PASSWORD).status == 303
    assert visitor.get("/contacts/contact/").status == 200
    said = servers[0].complained()
    assert "is away" in said
    assert redis_server.url not in said
    assert max(s.complained().count("Redis at") for s in servers) <= 2  # one for each process


def test_work_goes_on_when_redis_dies_and_comes_back(office, shell, redis_server):
    shell.serve(KARVON_BACKGROUND__WORKERS="1", **office.environ)
    for turn in (redis_server.stop, redis_server.start):
        turn()
        office.note.later(word="x")
        release()
        _until(lambda: Job.select().where(Job.state != DONE).count() == 0)
    assert Job.select().count() == 2


def test_every_process_builds_the_new_app_before_anybody_asks(office, shell, write_addon, tmp_path):
    built = tmp_path / "built"
    name = write_addon("tells", jobs=BUILT.format(path=str(built)))
    served = shell.serve("--workers", "2", **office.environ)
    workers = {str(id) for id in served.workers()}
    time.sleep(1)  # until they listen
    lifecycle.enable(office.instance.found(), name)
    release()
    _until(lambda: workers <= set(built.read_text().split()))
    assert served.stop() < 2
