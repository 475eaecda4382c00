"""Redis, where `[redis] url` names one: counts that all processes share, and news among them.

Nothing is kept there alone. Where it is away for a while, what asks goes another way: see `ask`.
"""

import hashlib
import logging
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit

from core.config import Settings

log = logging.getLogger("karvon.redis")

PATIENCE_SECONDS = 0.5  # for one answer; a server that is near takes a thousandth of it
AGAIN_SECONDS = 2.0  # that it is left alone after it was away
MESSAGE_SECONDS = 0.5
# A database is told from another one by these, wherever its URL names them.
_PLACES = ("host", "port", "dbname", "service")
_TAKE_BACK = """
local count = tonumber(redis.call('GET', KEYS[1]) or '0')
if count > 0 then return redis.call('DECR', KEYS[1]) end
return 0
"""

T = TypeVar("T")


class Away(Exception):
    """Redis does not answer, or refuses; the text says why, without the password."""


class Redis:
    """One server for one instance: no key and no channel is shared with the instance of another
    database. No connection is opened before the first question.
    """

    def __init__(self, url: str, database: str) -> None:
        parts = urlsplit(url)
        self.place = parts.netloc.rpartition("@")[2]
        self.prefix = f"karvon:{_name_of(database)}"
        self.is_closed = False
        self._url = url
        self._secrets = {text for word in (parts.password, parts.username) for text in _ways(word)}
        self._lock = threading.Lock()
        self._made: Any = None
        self._is_away = False
        self._again = 0.0

    def count_up(self, key: str, seconds: int) -> int:
        """Count one more; the first one sets how long all are remembered."""
        name = self._key(key)
        with self._server().pipeline(transaction=True) as steps:
            steps.set(name, 0, ex=seconds, nx=True)
            steps.incr(name)
            return int(steps.execute()[1])

    def count(self, key: str) -> int:
        return int(self._server().get(self._key(key)) or 0)

    def take_back(self, key: str) -> None:
        self._server().eval(_TAKE_BACK, 1, self._key(key))

    def forget(self, key: str) -> None:
        self._server().delete(self._key(key))

    def publish(self, name: str) -> None:
        """Tell every process of the instance that there is news of this name."""
        self._server().publish(f"{self.prefix}:news:{name}", b"")

    def news(self) -> Iterator[str]:
        """The names of news as they come; an empty one as soon as it listens, and now and then."""
        channels = f"{self.prefix}:news:"
        with self._server().pubsub() as ear:
            ear.psubscribe(f"{channels}*")
            while not self.is_closed:
                message = ear.get_message(timeout=MESSAGE_SECONDS)
                if message is None or message["type"] != "pmessage":
                    yield ""
                else:
                    yield message["channel"].decode("ascii", "replace").removeprefix(channels)

    def try_to(self, work: Callable[["Redis"], T]) -> T:
        """What `work` gets; raises Away, and at once where it was away a moment ago."""
        from redis.exceptions import RedisError  # costs a process without Redis 60 ms

        if time.monotonic() < self._again:
            raise Away("it was away a moment ago")
        try:
            found = work(self)
        except (RedisError, OSError) as error:
            reason = self._without_secrets(error)
            self._went(reason)
            raise Away(reason) from None
        self.came()
        return found

    def check(self) -> str:
        """Why it cannot be used now; empty when it answers."""
        self._again = 0.0
        try:
            self.try_to(lambda redis: redis._server().ping())
        except Away as error:
            return str(error)
        return ""

    def came(self) -> None:
        """It answers: say so where it did not before."""
        if self._is_away:
            with self._lock:
                was_away, self._is_away = self._is_away, False
            if was_away:
                log.warning("Redis at %s answers again.", self.place)

    def close(self) -> None:
        """Close the connections that nobody uses; who listens ends within a moment."""
        self.is_closed = True
        if self._made is not None:
            self._made.connection_pool.disconnect(inuse_connections=False)

    def _went(self, reason: str) -> None:
        with self._lock:
            was_away, self._is_away = self._is_away, True
            self._again = time.monotonic() + AGAIN_SECONDS
        if not was_away and not self.is_closed:
            log.warning("Redis at %s is away (%s): the database stands in.", self.place, reason)

    def _server(self) -> Any:
        if self._made is None:
            import redis
            from redis.backoff import NoBackoff
            from redis.retry import Retry

            self._made = redis.Redis.from_url(
                self._url,
                socket_timeout=PATIENCE_SECONDS,
                socket_connect_timeout=PATIENCE_SECONDS,
                # Once more at once: a connection that was kept may be of a server that is gone.
                retry=Retry(NoBackoff(), 1),
            )
        return self._made

    def _key(self, key: str) -> str:
        # Keys hold names and addresses of people, which are nobody's business there.
        return f"{self.prefix}:count:{hashlib.sha256(key.encode()).hexdigest()[:32]}"

    def _without_secrets(self, error: Exception) -> str:
        # A server may repeat the words that it did not understand, AUTH's too.
        text = " ".join(str(error).split()) or type(error).__name__
        for secret in self._secrets:
            text = text.replace(secret, "•••")
        return text[:200]


_bound: list[Redis] = []


def use_redis(settings: Settings) -> None:
    """Let the process use the Redis of `settings`, or none; the one before is closed."""
    close_redis()
    if settings.redis.url:
        _bound.append(Redis(settings.redis.url, settings.database.url))


def close_redis() -> None:
    while _bound:
        _bound.pop().close()


def current_redis() -> Redis | None:
    return _bound[-1] if _bound else None


def ask(work: Callable[[Redis], T], otherwise: Callable[[], T]) -> T:
    """What `work` gets of Redis; where there is none or it is away, what `otherwise` gives."""
    redis = current_redis()
    if redis is None:
        return otherwise()
    try:
        return redis.try_to(work)
    except Away:
        return otherwise()


def _name_of(database: str) -> str:
    """A short name for the database at a URL, whoever logs in there."""
    parts = urlsplit(database)
    more = sorted(pair for pair in parse_qsl(parts.query) if pair[0] in _PLACES)
    place = repr((parts.netloc.rpartition("@")[2], parts.path, more))
    return hashlib.sha256(place.encode()).hexdigest()[:16]


def _ways(word: str | None) -> set[str]:
    return {word, unquote(word)} if word else set()
