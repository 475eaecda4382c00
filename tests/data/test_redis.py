"""Redis: what is kept there, what is logged, and that nothing fails while it is away."""

import logging
import socket
import threading
import time
from contextlib import contextmanager

import pytest
import redis as library

from core.access.throttle import count_attempt, is_throttled
from core.config import Settings, load_settings
from core.data import redis as store
from core.data.redis import Redis, close_redis, use_redis
from core.data.signals import Signal
from core.errors import ConfigError
from core.testing.ports import HOST, free_port
from core.testing.redis import PASSWORD

DATABASE = "postgresql://karvon:secret@db.example.uz/karvon"
ONCE = Signal("a test")


@pytest.fixture
def bound():
    """Make `bound(url)`: the Redis of this process."""

    def bind(url, database=DATABASE):
        environ = {"KARVON_REDIS__URL": url, "KARVON_DATABASE__URL": database}
        use_redis(load_settings(None, environ))
        return store.current_redis()

    yield bind
    close_redis()


@pytest.fixture
def soon(monkeypatch):
    """Ask Redis again at once after it was away."""
    monkeypatch.setattr(store, "AGAIN_SECONDS", 0.0)


def _keys(server):
    with library.Redis.from_url(server.url) as client:
        return [key.decode() for key in client.keys("*")]


def _until(condition):
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_keys_begin_with_the_instance_and_name_nobody(bound, redis_server):
    bound(redis_server.url).count_up("login name dilnoza", 60)
    (key,) = _keys(redis_server)
    assert key.startswith(f"{store.current_redis().prefix}:count:")
    assert "dilnoza" not in key


def test_instances_of_other_databases_share_no_count_and_those_of_one_do(bound, redis_server):
    assert bound(redis_server.url).count_up("one", 60) == 1
    assert bound(redis_server.url, "postgresql:///karvon?host=/run/a").count_up("one", 60) == 1
    assert bound(redis_server.url, "postgresql:///karvon?host=/run/b").count_up("one", 60) == 1
    same = "postgresql://other:word@db.example.uz/karvon?connect_timeout=3"
    assert bound(redis_server.url, same).count_up("one", 60) == 2


def test_news_reach_another_process_and_only_of_the_same_instance(bound, redis_server):
    mine = bound(redis_server.url)
    ONCE.wait(0.0, 0.0)  # from now on it listens
    _until(lambda: _came_back(ONCE))
    other = Redis(redis_server.url, DATABASE)
    stranger = Redis(redis_server.url, "sqlite:////srv/other.db")
    assert stranger.prefix != mine.prefix
    began = time.monotonic()
    stranger.publish(ONCE.name)
    ONCE.wait(0.5, 0.5)
    assert time.monotonic() - began >= 0.5
    threading.Timer(0.1, lambda: other.publish(ONCE.name)).start()
    began = time.monotonic()
    ONCE.wait(20.0, 20.0)
    assert time.monotonic() - began < 10
    other.close()
    stranger.close()


def _came_back(signal):
    """Whether it is heard: then waiting alone for nothing takes the longer time."""
    began = time.monotonic()
    signal.wait(0.0, 0.1)
    return time.monotonic() - began > 0.05


def test_whoever_waits_long_looks_for_itself_when_redis_dies_and_is_told_again_later(
    bound, soon, redis_server
):
    bound(redis_server.url)
    _until(lambda: _came_back(ONCE))
    threading.Timer(0.1, redis_server.stop).start()
    began = time.monotonic()
    ONCE.wait(0.01, 20.0)
    assert time.monotonic() - began < 10
    redis_server.start()
    _until(lambda: _came_back(ONCE))


def test_the_database_counts_while_redis_is_away_and_the_log_says_so_once(
    instance, bound, soon, redis_server, caplog
):
    bound(redis_server.url)
    assert count_attempt("one") == 1
    redis_server.stop()
    assert [count_attempt("one") for _ in range(3)] == [1, 2, 3]
    assert is_throttled("one", 3)
    redis_server.start()
    assert count_attempt("two") == 1
    said = [record.getMessage() for record in caplog.records if record.name == "karvon.redis"]
    assert len(said) == 2
    assert "is away" in said[0]
    assert "the database stands in" in said[0]
    assert said[1].endswith("answers again.")


def test_a_server_that_says_nothing_holds_nobody_up_for_long(instance, bound):
    with socket.create_server((HOST, 0)) as silent:
        bound(f"redis://{HOST}:{silent.getsockname()[1]}")
        began = time.monotonic()
        for _ in range(20):
            count_attempt("one")
        assert time.monotonic() - began < 8
        assert count_attempt("one") == 21


@contextmanager
def _answering(answer):
    """A server that answers whatever it is asked with `answer` of the words it was asked with."""

    def serve():
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            with client:
                while words := client.recv(4096):
                    client.sendall(answer(words))

    with socket.create_server((HOST, 0)) as listener:
        threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]


def _repeats(words):
    return (
        b"-ERR unknown command, with args beginning with: " + words.replace(b"\r\n", b" ") + b"\r\n"
    )


@pytest.mark.parametrize("answer", [_repeats, lambda words: b"\x80\x04\x95nonsense\r\n"])
def test_the_password_is_never_logged_whatever_the_server_says(instance, bound, caplog, answer):
    caplog.set_level(logging.DEBUG)
    with _answering(answer) as port:
        redis = bound(f"redis://ombor:{PASSWORD}%21@{HOST}:{port}")
        assert count_attempt("one") == 1
        said = redis.check()
    assert said
    for text in (caplog.text, said, redis.place, repr(redis), str(vars(Settings().redis))):
        assert PASSWORD not in text
        assert "ombor:" not in text


def test_a_wrong_password_and_a_server_that_is_not_there_are_told(bound, redis_server):
    assert bound(redis_server.url).check() == ""
    assert bound(redis_server.url.replace(PASSWORD, "another")).check() != ""
    assert bound(f"redis://{HOST}:{free_port()}").check() != ""


@pytest.mark.parametrize(
    "url", ["http://redis", "redis://", "redis://a/b", "redis://:secret@h:port", "redis://h/0?x=1"]
)
def test_an_address_that_is_none_is_refused_without_its_password(url):
    with pytest.raises(ConfigError) as told:
        load_settings(None, {"KARVON_REDIS__URL": url})
    assert "KARVON_REDIS__URL must be redis://HOST:PORT" in str(told.value)
    assert "secret" not in str(told.value)


def test_the_settings_do_not_show_the_address():
    settings = load_settings(None, {"KARVON_REDIS__URL": f"redis://:{PASSWORD}@{HOST}"})
    assert PASSWORD not in repr(settings)
