"""Requests to other servers, for addons and webhooks: short, bounded, and never to our own network.

`http.get("https://example.uz/rates").json()`. A host is resolved once; each of its addresses must
be a public one, or stand in `[http] allow`, and the connection goes to just that address: what the
name means a moment later changes nothing. Redirects are not followed. Of an address that is asked
only scheme and host reach the log, for the rest may hold a key.
"""

import json as _json
import logging
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.parse import urlencode

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, LocationParseError, NewConnectionError, SSLError
from urllib3.util import Url, parse_url

from core.background.reachable import allowed_addresses, is_number
from core.data.database import db
from core.errors import KarvonError, UserError
from core.i18n import Text, _

SECONDS = 10.0  # for connecting and for each answer; all together may take three times as long
LARGEST = 5 * 2**20  # bytes of an answer
CHUNK = 2**16
PORTS = {"http": 80, "https": 443}
AGENT = "Karvon"
FAILURES = (HTTPError, HTTPException, OSError)

log = logging.getLogger("karvon.http")


@dataclass(frozen=True)
class Answer:
    """What a server answered. The names of its headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """What the body holds as JSON. Raises `UserError` when it holds none."""
        try:
            return _json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise UserError(_("The other server answered with what is no JSON.")) from error


def get(url: str, **options: Any) -> Answer:
    """Ask for what stands at the address; see `request`."""
    return request("GET", url, **options)


def post(url: str, **options: Any) -> Answer:
    """Send something to the address; see `request`."""
    return request("POST", url, **options)


def request(  # noqa: PLR0913 - the same few words as every library of its kind
    method: str,
    url: str,
    *,
    json: Any = None,
    form: Mapping[str, str] | None = None,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    seconds: float = SECONDS,
    largest: int = LARGEST,
) -> Answer:
    """Send a request with `json`, with `form` or with `body`; answers what came back, errors of the
    server (404, 500) and redirects too.

    Raises `UserError` for an address that may not be asked and `KarvonError` when the server could
    not be reached, was too slow or said too much: a job then tries again. Not within a transaction:
    others would wait as long as the server takes.
    """
    if _in_transaction():
        raise UserError(
            _(
                "Another server is asked outside of transactions only, for others wait meanwhile:"
                " queue a job that asks, with atomic=False where it has a key."
            )
        )
    place = _place(url)
    kind, content = _content(json, form, body)
    sent = {"User-Agent": AGENT, "Accept-Encoding": "identity", **kind, **(headers or {})}
    begun = time.monotonic()
    try:
        answer = _ask(place, method, content, sent, _Limits(seconds, largest))
    except FAILURES as error:
        log.warning("%s %s: %s", method, _shown(place), type(error).__name__)
        raise KarvonError(
            _("The server %(host)s could not be asked: %(why)s", host=place.host, why=_why(error))
        ) from error
    log.info(
        "%s %s: %s in %d ms",
        *(method, _shown(place), answer.status, (time.monotonic() - begun) * 1000),
    )
    return answer


def _in_transaction() -> bool:
    return db.obj is not None and db.obj.in_transaction()


@dataclass(frozen=True)
class _Limits:
    seconds: float
    largest: int


def check_url(url: str) -> None:
    """Raise `UserError` for an address that may not be asked, as things stand now. Within a
    transaction no name is looked up, for others would wait meanwhile: whoever asks it does so.
    """
    place = _place(url)
    if _in_transaction() and not is_number(str(place.host)):
        return
    try:
        allowed_addresses(str(place.host), place.port or PORTS[str(place.scheme)])
    except OSError as error:
        raise UserError(
            _("The server %(host)s is not known: correct the address.", host=place.host)
        ) from error


def _place(url: str) -> Url:
    try:
        place = parse_url(url)
    except LocationParseError as error:
        raise UserError(_("This is no address: write one that begins with https://.")) from error
    if place.scheme not in PORTS or not place.host or not url.isprintable() or " " in url:
        raise UserError(_("This is no address: write one that begins with https://."))
    if place.auth:
        raise UserError(_("An address holds no password: send it in a header."))
    return place


def _shown(place: Url) -> str:
    return f"{place.scheme}://{place.netloc}"


def _content(
    json: Any, form: Mapping[str, str] | None, body: bytes
) -> tuple[dict[str, str], bytes]:
    if json is not None:
        return {"Content-Type": "application/json"}, _json.dumps(json, default=str).encode()
    if form is not None:
        return {"Content-Type": "application/x-www-form-urlencoded"}, urlencode(form).encode()
    return {}, body


def _ask(
    place: Url, method: str, content: bytes, headers: Mapping[str, str], limits: _Limits
) -> Answer:
    port = place.port or PORTS[str(place.scheme)]
    connection = _connected(place, port, limits.seconds)
    try:
        with _ended(connection.sock, limits.seconds * 2):
            return _exchange(connection, place, method, content, headers, limits.largest)
    except ValueError as error:  # of http.client, for a header that would begin another one
        raise UserError(
            _("The request holds a header or an address with a break of the line.")
        ) from error
    finally:
        connection.close()


def _connected(place: Url, port: int, seconds: float) -> HTTPConnection:
    """A connection to one of the addresses of the host, encrypted where the scheme says so."""
    problem: Exception | None = None
    for address in allowed_addresses(str(place.host), port):
        connection = _connection(place, address, port, seconds)
        try:
            connection.connect()
        except FAILURES as error:
            connection.close()
            problem = error  # another address of the same host may answer
        else:
            return connection
    raise problem or OSError("no address")


def _connection(place: Url, address: str, port: int, seconds: float) -> HTTPConnection:
    if place.scheme == "http":
        return HTTPConnection(address, port, timeout=seconds)
    return HTTPSConnection(
        address,
        port,
        timeout=seconds,
        ssl_context=ssl.create_default_context(),
        server_hostname=str(place.host).strip("[]"),
    )


@contextmanager
def _ended(connected: socket.socket | None, seconds: float) -> Iterator[None]:
    """End the connection when the time is over, however slowly the server goes on talking."""
    is_over = threading.Event()

    def end() -> None:
        is_over.set()
        with suppress(OSError):  # it ended just now
            if connected is not None:
                connected.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
    if is_over.is_set():  # an answer without a length looks whole when it was cut
        raise TimeoutError


def _exchange(
    connection: HTTPConnection,
    place: Url,
    method: str,
    content: bytes,
    headers: Mapping[str, str],
    largest: int,
) -> Answer:
    sent = {"Host": str(place.netloc), **headers}
    connection.request(
        method, place.request_uri, body=content or None, headers=sent, preload_content=False
    )
    answer = connection.getresponse()
    body = b""
    while chunk := answer.read1(CHUNK, decode_content=False):
        body += chunk
        if len(body) > largest:
            raise HTTPError("too much")
    named = {name.lower(): value for name, value in answer.headers.items()}
    return Answer(answer.status, named, body)


def _why(error: Exception) -> Text:
    if isinstance(error, TimeoutError) or "timed out" in str(error).lower():
        return _("it took too long")
    if isinstance(error, (ssl.SSLError, SSLError)):
        return _("its certificate cannot be trusted")
    if isinstance(error, NewConnectionError):
        return _("nobody answers there")
    return _("its answer was broken or too large")
