"""Serve by the app of the current set of addons, and swap it when the set changed."""

import gc
import threading
from collections.abc import Callable, Iterable
from typing import Any

from core.data.database import release
from core.modules.lifecycle import generation

WSGIApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Switch:
    """Holds one app. A request that finds a newer generation in the database waits until the app
    of that generation is built; requests in flight finish on the old one, which then goes.
    """

    def __init__(self, build: Callable[[], WSGIApp]) -> None:
        self.build = build
        self.lock = threading.Lock()
        self.serving: tuple[int, WSGIApp] | None = None

    def current(self) -> WSGIApp:
        """The app for the set of addons that the database names now."""
        wanted = generation()
        serving = self.serving
        if serving is None or serving[0] != wanted:
            serving = self._swap(wanted)
        return serving[1]

    def _swap(self, wanted: int) -> tuple[int, WSGIApp]:
        with self.lock:
            if self.serving is None or self.serving[0] < wanted:
                # The number is read again: what is built is at least as new as it says.
                wanted = generation()
                has_old = self.serving is not None
                self.serving = (wanted, self.build())
                # An app is a web of cycles; without this the old ones pile up. What is left lives
                # as long as the app: the collector need not walk it during requests.
                if has_old:
                    gc.unfreeze()
                    gc.collect()
                gc.freeze()
            return self.serving

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        try:
            app = self.current()
        finally:
            release()
        return app(environ, start_response)
