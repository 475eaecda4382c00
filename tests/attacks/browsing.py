"""Attacks through browsers: forged forms, GETs that write, other hosts and sites, loose headers."""

import re
from collections.abc import Iterator
from functools import cache, partial
from typing import Any

from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from werkzeug.test import TestResponse

from core.testing.instances import BASE_URL
from core.web.security import HEADERS
from tests.attacks.addresses import UNSAFE, addresses
from tests.attacks.crawling import crawl, paths
from tests.attacks.reading import is_refusal
from tests.attacks.ruling import ADMIN, NARROW, NOBODY, ROLELESS
from tests.attacks.sending import unchanged
from tests.attacks.target import BOOKS, Target

HOSTS = ("evil.example", "127.0.0.1:8000.evil.example", "127.0.0.1", "127.0.0.1:8001", "a b")
ORIGINS = ("https://evil.example", "null", "http://127.0.0.1:8000.evil.example", "http://[", "x")
NEVER_SERVED = (
    *("/config.ini", "/.git/config", "/.env", "/var/karvon.db", "/karvon.db", "/karvon.log"),
    *("/var/secret", "/secret", "/backup", "/backups", "/backups/karvon.tar.gz", "/admin/"),
    *("/static/../config.ini", "/static/%2e%2e/%2e%2e/config.ini", "/static/..%2f..%2fweb/app.py"),
    *("/assets/../config.ini", "/assets/%2e%2e/config.ini", "/static/contacts/../../models.py"),
    *("/static/contacts/%2e%2e/models.py", "/assets/."),
)
WATCHED = ("/metrics", "/readyz/details")
INSIDES = re.compile(r"Traceback|\bSELECT\b|RuntimeError|peewee|\.py\b")
# What an answer may say in its own way: papers and files load less than pages do, and a link that
# lets somebody in tells no other page of itself.
OWN = {"Content-Security-Policy", "Referrer-Policy"}
HOURS = 9 * 3600  # seconds: older than a form may be


class _Long(TimestampSigner):
    """Signs as it was signed hours ago."""

    def get_timestamp(self) -> int:
        return super().get_timestamp() - HOURS


def stale(target: Target, kind: str) -> str:
    """A CSRF token that was good for the reader some hours ago."""
    secret, salt = target.site.app.secret_key, "wtf-csrf-token"
    good = target.site.browser(kind).csrf_token()
    raw = URLSafeTimedSerializer(secret, salt=salt).loads(good)  # type: ignore[arg-type]
    return str(URLSafeTimedSerializer(secret, salt=salt, signer=_Long).dumps(raw))  # type: ignore[arg-type]


def unsafe_paths(target: Target) -> dict[str, str]:
    """{address: method} of one address of every route that changes something."""
    found = {}
    for method in UNSAFE:
        for address in addresses(target, method):
            for path in [*address.at(1)][:1]:
                found.setdefault(path, method)
    return found


def line_36(target: Target) -> Iterator[str]:
    """Unsafe requests without a token, with one of somebody else, and with an old one."""
    stranger = target.site.browser().csrf_token()
    for kind in (NOBODY, ADMIN):
        tokens = {"no": None, "a foreign": stranger, "a stale": stale(target, kind)}
        if kind == NOBODY:
            tokens = {"no": None}
        for path, method in unsafe_paths(target).items():
            for name, token in tokens.items():
                yield from _forged(target, kind, method, path, (name, token))


def _forged(
    target: Target, kind: str, method: str, path: str, given: tuple[str, str | None]
) -> Iterator[str]:
    name, token = given
    client = target.site.browser(kind).client
    form = {} if token is None else {"csrf_token": token}
    status = client.open(path, method=method, data=form, base_url=BASE_URL).status_code
    # The API knows no cookie, so that nothing can be forged there; webhooks are signed.
    wanted = (
        (401,) if path.startswith("/api/") else (400, 401, 403) if "/hooks/" in path else (400,)
    )
    if status not in wanted:
        yield f"{method} {path} with {name} token answers {kind or 'nobody'} {status}"


def line_37(target: Target) -> Iterator[str]:
    """Every GET and HEAD of every reader; where something changed, by which address."""
    for kind in (NOBODY, NARROW, ADMIN):
        asked = list(dict.fromkeys(paths(target)))
        if target.changed_by(partial(_get_all, target, kind, asked), BOOKS):
            for path in asked:
                get = partial(_get_all, target, kind, [path])
                yield from unchanged(target, f"GET {path} as {kind or 'nobody'}", get, BOOKS)


def _get_all(target: Target, kind: str, asked: list[str]) -> None:
    for path in asked:
        target.send(kind, "GET", path)
        if kind == ADMIN and "?" not in path:
            target.send(kind, "HEAD", path)


def line_44(target: Target) -> Iterator[str]:
    """Requests that name another server, by each route."""
    routes = [path for address in addresses(target) for path in [*address.at(1)][:1]]
    for host, asked in {**dict.fromkeys(HOSTS, routes[:5]), HOSTS[0]: routes}.items():
        for path in asked:
            answer = target.get(ADMIN, path, headers={"Host": host})
            if answer.status_code != 400 or "evil" in answer.text:
                yield f"{path} answers {answer.status_code} to the host {host}"
    forwarded = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    for path in ("/login", "/forgot", "/"):
        if "evil" in target.get(NOBODY, path, headers=forwarded).text:
            yield f"{path} believes X-Forwarded-Host"


def line_46(target: Target) -> Iterator[str]:
    """The headers of every answer, and what it says where something went wrong."""
    for kind in (NARROW, NOBODY):
        for each in crawl(target, kind):
            yield from wrong_headers(each.path, each.status, each.headers, each.text)
            if each.status >= 500:
                yield f"{each.path} answers {kind or 'nobody'} {each.status}"
    for path, method in unsafe_paths(target).items():
        answer = target.site.browser(ADMIN).client.open(path, method=method, base_url=BASE_URL)
        yield from wrong_headers(path, answer.status_code, answer.headers, answer.text)
    statuses = set()
    for answer in odd_answers(target):
        statuses.add(answer.status_code)
        path = answer.request.path
        yield from wrong_headers(path, answer.status_code, answer.headers, answer.text)
    if not {400, 404, 405, 413} <= statuses:
        yield f"only {sorted(statuses)} were answered"


def odd_answers(target: Target) -> Iterator[TestResponse]:
    """Answers to what no page asks for."""
    for path in ("/nothing/here", "/api/v1/no/model", "/static/no", "/assets/no", "/%00"):
        yield target.get(ADMIN, path)
    yield target.send(ADMIN, "PUT", "/login")
    yield target.send(ADMIN, "POST", "/api/v1/contacts/contact", data="x" * (17 * 2**20))
    yield target.send(ADMIN, "POST", "/login", data={"name": "x" * (17 * 2**20)})
    yield target.get(ADMIN, "/", headers={"Host": "evil"})
    yield target.get(NOBODY, "/api/v1/")


@cache
def _wanted() -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in HEADERS.items() if name not in OWN)


def wrong_headers(path: str, status: int, headers: Any, text: str) -> Iterator[str]:
    for name, value in _wanted():
        if headers.get(name) != value:
            yield f"{path} has no {name}: {headers.get(name)}"
    if headers.get("Referrer-Policy") not in ("same-origin", "no-referrer"):
        yield f"{path} tells other sites of itself"
    if "Cache-Control" not in headers:
        yield f"{path} does not say how long it may be kept"
    policy = headers.get("Content-Security-Policy", "")
    is_closed = "default-src 'none'" in policy or "sandbox" in policy
    if not is_closed and ("unsafe" in policy or "script-src 'self'" not in policy):
        yield f"{path} lets scripts run: {policy}"
    if status >= 400 and (found := INSIDES.search(text)):
        yield f"{path} tells what went wrong inside: {found[0]}"


def line_47(target: Target) -> Iterator[str]:
    """Requests that another site lets a browser send: to programs, to the stream, to forms."""
    read = [path for path in paths(target) if path.startswith(("/api/", "/live"))]
    for origin in ORIGINS:
        for path in dict.fromkeys(read):
            status = target.get(ADMIN, path, headers={"Origin": origin}).status_code
            if status != 400 and path.startswith("/api/"):
                yield f"{path} answers {status} to {origin}"
        status = target.get(ADMIN, "/live?since=0", headers={"Origin": origin}).status_code
        if status != 400:
            yield f"/live answers {status} to {origin}"
    crossing = {"Sec-Fetch-Site": "cross-site"}
    for path, method in unsafe_paths(target).items():
        for headers in ({"Origin": ORIGINS[0]}, crossing):
            options = {"headers": headers, **({} if path.startswith("/api/") else {"data": {}})}
            answer = target.send(ADMIN, method, path, **options)
            if answer.status_code not in (400, 403):
                yield f"{method} {path} answers {answer.status_code} to {headers}"


def line_49(target: Target) -> Iterator[str]:
    """Files of the server, and its figures, for those who do not watch over it."""
    for kind in (NOBODY, ROLELESS, NARROW, ADMIN):
        for path in NEVER_SERVED:
            answer = target.get(kind, path)
            if not is_refusal(answer) or "[database]" in answer.text:
                yield f"{path} answers {kind or 'nobody'} {answer.status_code}"
    for kind in (NOBODY, ROLELESS, NARROW):
        for path in WATCHED:
            for token in ("", "nonsense", target.site.token(NARROW)):
                headers = {"Authorization": f"Bearer {token}"} if token else {}
                if (status := target.get(kind, path, headers=headers).status_code) not in (
                    401,
                    404,
                ):
                    yield f"{path} answers {kind or 'nobody'} {status}"
