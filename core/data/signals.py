"""Signals: whoever waits for news looks at once, in this process and, by Redis, in all others.

A signal says only that there is news. What it is stands in the database, where all look now and
then in any case: a signal that is lost costs a moment, nothing else.
"""

import threading

from core.data.redis import AGAIN_SECONDS, Away, Redis, ask, current_redis

_signals: dict[str, "Signal"] = {}


class Signal:
    """News of one kind, by name. One thread of a process waits for it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._news = threading.Event()
        _signals[name] = self

    def give(self) -> None:
        """Wake whoever waits, in every process of the instance; after the commit, not within."""
        self.give_here()
        ask(lambda redis: redis.publish(self.name), lambda: None)

    def give_here(self) -> None:
        """Wake whoever waits in this process."""
        self._news.set()

    def wait(self, alone: float, together: float) -> None:
        """Wait for news: at most `alone` seconds, or `together` while Redis brings all of it."""
        self._news.wait(together if _hears() else alone)
        self._news.clear()


class Ear(threading.Thread):
    """Hears for this process what Redis brings."""

    def __init__(self, redis: Redis) -> None:
        super().__init__(name="karvon-ear", daemon=True)
        self.redis = redis
        self.hears = False
        self.ended = threading.Event()

    def run(self) -> None:
        while not self.redis.is_closed:
            try:
                self.redis.try_to(self._listen)
            except Away:
                self.ended.wait(AGAIN_SECONDS)

    def _listen(self, redis: Redis) -> None:
        try:
            for name in redis.news():
                if not self.hears:
                    self.hears = True
                    redis.came()
                    _wake_all()  # what came before is not told again
                if name in _signals:
                    _signals[name].give_here()
        finally:
            self.hears = False
            _wake_all()  # who waits long, because all is told, has to look by itself now


_ears: list[Ear] = []
_lock = threading.Lock()


def _hears() -> bool:
    redis = current_redis()
    if redis is None:
        return False
    with _lock:
        if not _ears or _ears[-1].redis is not redis:
            _ears[:] = [Ear(redis)]
            _ears[-1].start()
        return _ears[-1].hears


def _wake_all() -> None:
    for signal in _signals.values():
        signal.give_here()
