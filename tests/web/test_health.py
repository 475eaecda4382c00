"""How the instance is, check by check: for those who watch over the server, and nobody else."""

import pytest

from core.access.accounts import create_token, create_user
from core.access.models import User
from core.background.jobs import shifts
from core.data.actor import system
from core.data.database import db
from core.modules.registry import using
from core.testing.instances import BASE_URL, browser_for
from core.testing.ports import HOST, free_port

PLACE = "/readyz/details"


@pytest.mark.attack(49)
def test_whoever_may_not_watch_finds_nothing(client, as_role):
    assert client.get(PLACE).status_code == 404
    assert as_role("contacts.manager").get(PLACE).status_code == 404
    wrong = {"Authorization": "Bearer nonsense"}
    assert client.client.get(PLACE, base_url=BASE_URL, headers=wrong).status_code == 404


def test_an_observer_reads_each_check_with_a_token(client, as_role):
    watcher = as_role("core.observer")
    with system("a test hands out a token"):
        token = create_token(watcher.user)
    shifts.be_seen("a machine:1:a")
    bearer = {"Authorization": f"Bearer {token}"}
    answer = client.client.get(PLACE, base_url=BASE_URL, headers=bearer)
    assert (answer.status_code, answer.json["ready"]) == (200, True)
    checks = answer.json["checks"]
    names = {"database", "migrations", "worker", "search", "files", "papers"}
    assert checks.keys() == names
    assert {name for name in names if not checks[name]["ok"]} == set()
    assert answer.headers["Cache-Control"] == "no-store"


def test_what_is_wrong_is_said_and_pages_still_come(working, as_role, instance):
    watcher = as_role("core.observer")
    working.model("contacts.contact").create(name="Bahor")
    db.execute_sql('DELETE FROM "contacts_contact_search"')
    (instance.settings.paths.var / "files").write_text("no folder")
    answer = watcher.get(PLACE)
    assert (answer.status_code, answer.json["ready"]) == (200, True)
    wrong = {name: each["text"] for name, each in answer.json["checks"].items() if not each["ok"]}
    assert wrong["worker"] == "0 seen within a minute"
    assert wrong["search"] == "lacks the newest of contacts_contact"
    assert wrong.keys() == {"worker", "search", "files"}


def test_without_a_migration_of_the_core_it_is_not_ready(as_role):
    watcher = as_role("core.observer")
    db.execute_sql("DELETE FROM core_migration WHERE name = '0016_shifts'")
    answer = watcher.get(PLACE)
    assert (answer.status_code, answer.json["ready"]) == (503, False)
    assert answer.json["checks"]["migrations"]["text"] == "run migrate"


def test_redis_is_told_of_where_there_is_one(open_at, migrated_url, redis_server):
    def checked(url):
        instance = open_at(migrated_url, KARVON_REDIS__URL=url)
        with using(instance.registry()), system("a test"):
            user = create_boss()
        return browser_for(instance.build(), user).get(PLACE).json

    assert checked(redis_server.url)["checks"]["redis"] == {"ok": True, "text": "answers"}
    away = checked(f"redis://:word@{HOST}:{free_port()}")
    assert away["ready"]
    assert not away["checks"]["redis"]["ok"]
    assert "word" not in away["checks"]["redis"]["text"]


def create_boss():
    return User.get_or_none(User.login == "boss") or create_user("boss", roles=("admin",))
