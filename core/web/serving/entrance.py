"""Stand before the apps: say how the server is, and answer when no app can be reached."""

import logging
import threading
from collections.abc import Callable, Iterable
from typing import Any

import peewee

from core.data.database import release
from core.errors import Busy
from core.modules.lifecycle import is_migrated, switched
from core.modules.switch import Switch
from core.web.security import HEADERS

log = logging.getLogger("karvon.web")

UNAVAILABLE = "503 Service Unavailable"
ALIVE, READY = "/healthz", "/readyz"
IDLE_SECONDS = 60.0  # between two looks of one who is told of every switch
AWAY = (peewee.OperationalError, peewee.InterfaceError, Busy)


class Entrance:
    """The WSGI app of a server. `/healthz` answers without the database, `/readyz` with it, both
    for any Host, because what asks them knows addresses only; all else goes to the switch.
    """

    def __init__(self, switch: Switch) -> None:
        self.switch = switch

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        place = environ.get("PATH_INFO")
        if place == ALIVE:
            return _say(start_response, "200 OK", "ok")
        try:
            if place == READY:
                return self._ready(start_response)
            answer: Iterable[bytes] = self.switch(environ, start_response)
        except AWAY as error:
            log.error("The database cannot be reached: %s", error)
            text = "The database cannot be reached. Try again in a few seconds."
            return _say(start_response, UNAVAILABLE, text, ("Retry-After", "5"))
        except Exception:
            log.exception("No app answers")
            return _say(start_response, "500 Internal Server Error", "Something broke on our side.")
        return answer

    def _ready(self, start_response: Callable[..., Any]) -> Iterable[bytes]:
        self.prepare()
        try:
            is_ready = is_migrated()
        finally:
            release()
        if not is_ready:
            return _say(start_response, UNAVAILABLE, "not ready: run migrate", ("Retry-After", "5"))
        return _say(start_response, "200 OK", "ready")

    def prepare(self) -> None:
        """Build the app for the current set of addons, so that the first request need not wait."""
        try:
            self.switch.current()
        finally:
            release()

    def follow(self) -> None:
        """From now on build each new app as soon as Redis tells of it."""
        threading.Thread(target=self._follow, name="karvon-switch", daemon=True).start()

    def _follow(self) -> None:
        while True:
            switched.wait(IDLE_SECONDS, IDLE_SECONDS)
            try:
                self.prepare()
            except AWAY as error:
                log.warning("No app is built, for the database cannot be reached: %s", error)
            except Exception:  # of an addon; who asks next is told
                log.exception("The app of the new set of addons cannot be built")


def _say(
    start_response: Callable[..., Any], status: str, text: str, *more: tuple[str, str]
) -> Iterable[bytes]:
    body = f"{text}\n".encode()
    headers = {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Length": str(len(body)),
        "Cache-Control": "no-store",
        **HEADERS,
    }
    start_response(status, [*headers.items(), *more])
    return [body]
