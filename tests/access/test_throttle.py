"""How attempts are counted, in the database or in Redis: all of them, for a while."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import redis as library

from core.access.models import Attempt
from core.access.throttle import (
    WINDOW,
    count_attempt,
    forget_attempts,
    is_throttled,
    network_of,
    take_back,
)
from core.data.database import release
from core.data.fields import now


@pytest.fixture(params=["database", "redis"])
def counting(request, open_at, migrated_url):
    """An instance that counts here or there; answers how many rows the database may have."""
    environ = {}
    if request.param == "redis":
        environ["KARVON_REDIS__URL"] = request.getfixturevalue("redis_server").url
    open_at(migrated_url, **environ)
    yield
    assert bool(Attempt.select().count()) == (request.param == "database")


@pytest.mark.attack(40)
def test_the_table_of_attempts_forgets(instance):
    count_attempt("one")
    count_attempt("two")
    Attempt.update(until=now() - timedelta(seconds=1)).execute()
    count_attempt("three")
    (left,) = Attempt.select()
    assert left.key == "three"
    assert left.until <= now() + WINDOW


def test_attempts_at_the_same_moment_are_all_counted(counting):
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: _counted(), range(24)))
    assert is_throttled("one", 24)
    assert count_attempt("one") == 25


def _counted():
    try:
        count_attempt("one")
    finally:
        release()


def test_what_was_no_guess_is_taken_back_and_never_below_none(counting):
    assert [count_attempt("one") for _ in range(3)] == [1, 2, 3]
    take_back("one")
    assert count_attempt("one") == 3
    for _ in range(5):
        take_back("one")
    take_back("another")
    assert count_attempt("one") == 1
    assert count_attempt("another") == 1


def test_a_key_that_is_forgotten_begins_anew_and_the_others_stay(counting):
    for key in ("one", "one", "two"):
        count_attempt(key)
    forget_attempts("one")
    assert not is_throttled("one", 1)
    assert is_throttled("two", 1)


def test_the_first_attempt_says_how_long_redis_remembers_all(open_at, migrated_url, redis_server):
    open_at(migrated_url, KARVON_REDIS__URL=redis_server.url)
    count_attempt("one")
    with library.Redis.from_url(redis_server.url) as client:
        (key,) = client.keys("*")
        assert 0 < client.ttl(key) <= WINDOW.total_seconds()
        client.expire(key, 60)
        assert count_attempt("one") == 2
        take_back("one")
        assert 0 < client.ttl(key) <= 60
        client.pexpire(key, 1)
        time.sleep(0.01)
    assert not is_throttled("one", 1)
    assert count_attempt("one") == 1


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("10.0.0.7", "10.0.0.7"),
        ("::ffff:10.0.0.7", "10.0.0.7"),
        ("2001:db8::7", "2001:db8::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unknown", "unknown"),
    ],
)
def test_what_an_address_is_counted_under(address, network):
    assert network_of(address) == network
