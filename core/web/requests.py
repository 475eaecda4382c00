"""Begin and end a request: the addons it sees, who asks, from where, in which language."""

import secrets
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from urllib.parse import SplitResult, urlsplit

from flask import Flask, g, request
from werkzeug.wrappers import Response

from core.access.sessions import Lifetime, Login, login_of
from core.access.throttle import network_of
from core.config import Settings
from core.data.actor import PUBLIC, Actor, acting_as
from core.data.database import release
from core.data.history import coming_from
from core.i18n import LANGUAGES, speaking
from core.modules.registry import Registry, using

LOGIN_COOKIE = "karvon_session"
DEVICE_COOKIE = "karvon_device"
LANGUAGE_COOKIE = "karvon_language"
DAY, YEAR = 86_400, 31_536_000  # seconds
LARGEST_ID = 2**31  # no number of a row reaches it


def lifetime_of(settings: Settings) -> Lifetime:
    return Lifetime(
        timedelta(hours=settings.sessions.idle_hours), timedelta(days=settings.sessions.days)
    )


def open_requests(app: Flask, registry: Registry, settings: Settings) -> None:
    """Let every request of `app` run under `registry` and for the actor of its session."""
    lifetime = lifetime_of(settings)

    @app.before_request
    def open_request() -> None:
        g.contexts = ExitStack()
        g.contexts.enter_context(using(registry))
        # Until it is known who asks, and for whoever chose no zone of their own.
        g.contexts.enter_context(speaking(settings.locale.language, settings.locale.zone))
        g.request_name = secrets.token_hex(4)
        g.contexts.enter_context(coming_from(client_address(), g.request_name))
        spoken = _language(settings)
        g.login = _login(lifetime, spoken)
        stranger = replace(PUBLIC, language=spoken, zone=settings.locale.zone)
        enter(g.login.actor if g.login else stranger)

    @app.after_request
    def name_request(response: Response) -> Response:
        if "request_name" in g:
            response.headers["X-Request-ID"] = g.request_name
        return response

    @app.teardown_request
    def close_request(error: BaseException | None) -> None:
        contexts = g.pop("contexts", None)
        if contexts is not None:
            contexts.close()
        release()


def enter(actor: Actor) -> None:
    """Go on with this request as `actor` to its very end: errors too are said in their language."""
    g.actor = actor
    g.contexts.enter_context(acting_as(actor))
    g.contexts.enter_context(speaking(actor.language, actor.zone))


def _language(settings: Settings) -> str:
    """What is spoken to whoever chose nothing in Karvon."""
    language = settings.locale.language
    chosen = request.cookies.get(LANGUAGE_COOKIE) or request.accept_languages.best_match(
        LANGUAGES, default=language
    )
    return chosen if chosen in LANGUAGES else language


def _login(lifetime: Lifetime, language: str) -> Login | None:
    key = request.cookies.get(LOGIN_COOKIE)
    if not key or is_api():
        return None
    # Pages ask for news by themselves: an open tab that nobody looks at is no use of a session.
    return login_of(key, lifetime, language, is_used=request.path != "/live")


def split_url(url: str) -> SplitResult:
    """The parts of an address that a caller wrote; one that cannot be read has none."""
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


def local_page(url: str) -> str:
    """`url` when it leads to a page of ours, else Home."""
    parts = split_url(url)
    is_plain = url.startswith("/") and not url.startswith("//") and url.isprintable()
    if is_plain and "\\" not in url and not parts.scheme and not parts.netloc:
        return url
    return "/"


def is_api() -> bool:
    """The API knows tokens only, and what comes in by webhooks signatures: a cookie never speaks
    for its caller, and errors are for programs.
    """
    return request.path.startswith(("/api/", "/hooks/"))


def client_address() -> str:
    return request.remote_addr or "unknown"


def client_network() -> str:
    """Under what the attempts of whoever asks are counted."""
    return network_of(client_address())


def keep_login(response: Response, key: str, settings: Settings) -> None:
    """Hand the key of a new session to the browser."""
    keep_key(response, LOGIN_COOKIE, key, settings.sessions.days, settings)


def keep_key(response: Response, cookie: str, key: str, days: int, settings: Settings) -> None:
    """Hand a key to the browser that no script reads and no other site sends."""
    response.set_cookie(
        cookie,
        key,
        max_age=days * DAY,
        httponly=True,
        secure=settings.server.base_url.startswith("https:"),
        samesite="Lax",
        path="/",
    )


def drop_login(response: Response) -> None:
    drop_key(response, LOGIN_COOKIE)


def drop_key(response: Response, cookie: str, path: str = "/") -> None:
    response.delete_cookie(cookie, path=path, httponly=True, samesite="Lax")
