"""The fixture that is another server: it answers what a test says, and keeps what it was sent."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from core.background.reachable import use_http
from core.config import Http
from core.testing.ports import HOST

MOST_BYTES = 2**24


@dataclass(frozen=True)
class Sent:
    """One request as the other server saw it; the names of headers are in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class OtherServer:
    """Keeps what it is sent, oldest first. `answers` are (status, headers, body), given to the
    next requests in turn; then it says 200 to each.
    """

    url: str
    sent: list[Sent] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)

    def will_answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers.append((status, named, body))


def _handler(other: OtherServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def answer(self) -> None:
            length = min(int(self.headers.get("Content-Length", 0)), MOST_BYTES)
            named = {name.lower(): value for name, value in self.headers.items()}
            other.sent.append(Sent(self.command, self.path, named, self.rfile.read(length)))
            status, headers, body = other.answers.pop(0) if other.answers else (200, {}, b"")
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = answer  # noqa: N815 - the names that the library calls

        def log_message(self, format: str, *args: object) -> None:
            """The tests read `sent`; the console stays empty."""

    return Handler


@pytest.fixture
def http() -> Iterator[OtherServer]:
    """Another server on this machine, which the instance that was opened before may ask: name this
    fixture after it.
    """
    other = OtherServer("")
    server = ThreadingHTTPServer((HOST, 0), _handler(other))
    server.daemon_threads = True
    other.url = f"http://{HOST}:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    use_http(Http((HOST,)))
    yield other
    use_http(Http())
    server.shutdown()
    server.server_close()
