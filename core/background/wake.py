"""Wake the workers of this process when there is news; those of others look for themselves."""

import threading

_news = threading.Event()


def wake() -> None:
    """Let whoever sleeps in this process look at once."""
    _news.set()


def sleep(seconds: float) -> None:
    """Wait until somebody wakes us, at most so long."""
    _news.wait(seconds)
    _news.clear()
