"""Call the WSGI entrance as a server would, and say what a call costs."""

import io
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from core.errors import KarvonError

CALLS = 50
MOST_SECONDS = 3.0
WARM_UP = 3

Entrance = Callable[[dict[str, Any], Callable[..., Any]], Any]


class BenchError(KarvonError):
    """A figure would have measured something else than it says."""


class TooFew(BenchError):
    """The data holds too few records for the figure to mean anything."""


@dataclass(frozen=True)
class Cost:
    """The medians of several calls, in milliseconds."""

    cpu: float
    wall: float


@dataclass(frozen=True)
class Request:
    """One GET, or one POST of what `sent` makes for each call, and what its answer must be: the
    status 200, or `wanted`, and a body that holds `rows` rows.
    """

    path: str
    headers: tuple[tuple[str, str], ...]
    rows: int
    rows_of: Callable[[bytes], int]
    sent: Callable[[], bytes] | None = None
    kind: str = "application/json"
    wanted: str = "200"

    def check(self, status: str, body: bytes) -> None:
        """Raise `BenchError` when this is not the page that was meant."""
        found = self.rows_of(body) if status.startswith(self.wanted) else 0
        if found != self.rows:
            raise BenchError(
                f"{self.path} answered {status} with {found} rows instead of {self.rows}:"
                " open it in a browser, or take more --rows."
            )

    def environ(self, host: str) -> dict[str, Any]:
        path, _, query = self.path.partition("?")
        sent = self.sent() if self.sent else b""
        return {
            "REQUEST_METHOD": "POST" if self.sent else "GET",
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote(path),
            "QUERY_STRING": query,
            "SERVER_NAME": host.partition(":")[0],
            "SERVER_PORT": host.partition(":")[2],
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": host,
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "CONTENT_TYPE": self.kind,
            "CONTENT_LENGTH": str(len(sent)),
            "wsgi.input": io.BytesIO(sent),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            **dict(self.headers),
        }


@dataclass(frozen=True)
class Answer:
    """What came back: "200 OK", the headers as pairs, the whole body."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes


def answer(entrance: Entrance, request: Request, host: str) -> Answer:
    """Call once."""
    given: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: Any, error: Any = None) -> None:
        given.append((status, headers))

    body = entrance(request.environ(host), start_response)
    try:
        return Answer(*given[-1], b"".join(body))
    finally:
        if hasattr(body, "close"):
            body.close()


def checked(entrance: Entrance, request: Request, host: str) -> Answer:
    """Call once; raises `BenchError` when it is not the page that was meant."""
    found = answer(entrance, request, host)
    request.check(found.status, found.body)
    return found


def costs(entrance: Entrance, host: str, *requests: Request) -> list[Cost]:
    """What each request costs: the median of 50 calls, or of as many as fit in 3 s, at least one.
    Several are called by turns, so that a change of the machine's mood meets all of them.
    """
    for request in requests:
        checked(entrance, request, host)
    until = time.perf_counter() + MOST_SECONDS * len(requests)
    taken: list[list[tuple[float, float]]] = [[] for _ in requests]
    for call in range(-WARM_UP, CALLS):
        for place, request in enumerate(requests):
            cpu, wall = time.process_time(), time.perf_counter()
            found = answer(entrance, request, host)
            spent = (time.process_time() - cpu, time.perf_counter() - wall)
            if not found.status.startswith(request.wanted):
                request.check(found.status, found.body)
            if call >= 0 or not taken[place]:
                taken[place].append(spent)
        if time.perf_counter() > until:
            break
    return [_median(some) for some in taken]


def _median(taken: list[tuple[float, float]]) -> Cost:
    cpu, wall = zip(*taken, strict=True)
    return Cost(statistics.median(cpu) * 1000, statistics.median(wall) * 1000)
