"""The address of the live stream, and the same by polling for whom no stream is left."""

import json
import random
import time
from collections.abc import Iterator
from typing import Any

from flask import Flask, Response, abort, current_app, g, jsonify, request

from core.access.sessions import actor_of_session
from core.config import Settings
from core.data.actor import Actor
from core.data.database import release
from core.errors import UserError
from core.i18n import _, speaking
from core.modules.lifecycle import generation
from core.modules.registry import Registry, current_registry, using
from core.web.live.events import AT_ONCE, Event, events_after, newest, told_to
from core.web.live.hub import Stream, hub
from core.web.requests import LOGIN_COOKIE, lifetime_of, split_url
from core.web.security import allowed_hosts

LOOK_SECONDS = 2.0  # how soon a logout is felt
# How long it is known who reads: not equally long for all, else all would ask at the same moment.
KNOWN_SECONDS = (0.5, 1.5)
AGAIN_MILLISECONDS = 2000
BUSY_SECONDS = "15"


def add_live(app: Flask) -> None:
    app.add_url_rule("/live", view_func=live)


def live() -> Response:
    """Server-sent events of what is changed; with `since` the events after that id, as JSON."""
    settings: Settings = current_app.config["KARVON"]
    _require_own_page(settings)
    if g.actor.id is None:
        abort(404)
    if "since" in request.args:
        return _polled(_number(request.args["since"]))
    stream = hub.open(max(1, settings.server.threads // 2))
    if stream is None:
        refused = Response("Poll /live?since= instead.\n", 503, mimetype="text/plain")
        refused.headers["Retry-After"] = BUSY_SECONDS
        return refused
    last = request.headers.get("Last-Event-ID")
    reader = Reader(settings, current_registry(), request.cookies[LOGIN_COOKIE], g.actor.language)
    answer = Response(told(stream, reader, _number(last) if last else None))
    answer.mimetype = "text/event-stream"
    answer.headers["X-Accel-Buffering"] = "no"
    answer.call_on_close(lambda: hub.close(stream))
    return answer


def _require_own_page(settings: Settings) -> None:
    origin = request.headers.get("Origin")
    foreign = origin and split_url(origin).netloc.lower() not in allowed_hosts(settings)
    if foreign or request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise UserError(_("The Origin header names another site: ask from this server’s own."))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else newest()


def _polled(since: int) -> Response:
    found = events_after(since)
    last = found[-1].id if found else max(since, 0)
    return jsonify(last=last, events=told_to(g.actor, current_registry(), found))


class Reader:
    """Whoever reads a stream: asked for again and again, since logins end and rights change."""

    def __init__(self, settings: Settings, registry: Registry, key: str, language: str) -> None:
        self.settings = settings
        self.registry = registry
        self.key = key
        self.language = language
        self.generation = generation()
        self.known: Actor | None = None
        self.asked = self.until = 0.0

    @property
    def patience(self) -> float:
        """The seconds until it has to be asked again who reads, whatever happens meanwhile."""
        return max(0.0, self.asked + LOOK_SECONDS - time.monotonic())

    def actor(self) -> Actor | None:
        """Who reads; None when the session ended or other addons are enabled now."""
        if generation() != self.generation:
            return None
        locale = self.settings.locale
        with using(self.registry), speaking(locale.language, locale.zone):
            lifetime = lifetime_of(self.settings)
            return actor_of_session(self.key, lifetime, self.language, is_used=False)

    def told(self, events: list[Event]) -> list[dict[str, Any]] | None:
        """What of the events the reader is told; None when there is nobody any more."""
        try:
            moment = time.monotonic()
            if not events or moment >= self.until:
                self.known, self.asked = self.actor(), moment
                self.until = moment + random.uniform(*KNOWN_SECONDS)  # noqa: S311 - no secret
            if self.known is None:
                return None
            return told_to(self.known, self.registry, events) if events else []
        finally:
            release()


def told(stream: Stream, reader: Reader, last: int | None) -> Iterator[str]:
    """The lines of a stream. `last` is the event that the client had before it lost the stream."""
    try:
        missed = events_after(last) if last is not None else []
        begun = newest() if last is None else last
    finally:
        release()
    yield f"retry: {AGAIN_MILLISECONDS}\nevent: begin\nid: {begun}\ndata: {{}}\n\n"
    if len(missed) == AT_ONCE:
        yield "event: lost\ndata: {}\n\n"
    batch: list[Event] | None = missed
    while batch is not None:
        said = reader.told(batch)
        if said is None:
            return
        # Without an event a comment, so that a client who left is noticed.
        yield "".join(map(_written, said)) or ":\n\n"
        batch = stream.get(reader.patience)


def _written(event: dict[str, Any]) -> str:
    return f"id: {event['id']}\ndata: {json.dumps(event)}\n\n"
