"""How an instance is, check by check: `/readyz/details`, for those who may see `/metrics`."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from flask import Flask, Response, abort, current_app, jsonify

from core.background.files.store import current_store
from core.background.jobs.shifts import at_work
from core.config import Settings
from core.data import soundness
from core.data.redis import current_redis
from core.errors import KarvonError
from core.modules import lifecycle, updates
from core.modules.discovery import discover
from core.modules.registry import current_registry
from core.paper.printer import printer_in
from core.web.serving.metrics import may_watch


class Check(NamedTuple):
    """One part: whether it is well, what is to be said of it, and whether pages come without it."""

    name: str
    is_well: bool
    said: str
    is_vital: bool = False


def add_health(app: Flask) -> None:
    """Answer `/readyz/details`; `/readyz` itself is answered before the app."""
    app.add_url_rule("/readyz/details", view_func=details)
    app.config["PUBLIC_ENDPOINTS"] |= {"details"}  # it looks itself at who asks


def details() -> Response:
    """Each check as JSON; 503 when one fails without which no page comes. To those who may not
    watch over the server the address does not exist.
    """
    if not may_watch():
        abort(404)
    checks = list(_checks(current_app.config["KARVON"]))
    is_ready = all(check.is_well for check in checks if check.is_vital)
    answer = jsonify(
        ready=is_ready,
        checks={check.name: {"ok": check.is_well, "text": check.said} for check in checks},
    )
    answer.status_code = 200 if is_ready else 503
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _checks(settings: Settings) -> Iterator[Check]:
    number = lifecycle.generation()
    yield Check("database", True, f"answers; generation {number}", is_vital=True)
    waiting = updates.waiting(discover(settings.addons.path))
    is_current = lifecycle.is_migrated()
    said = f"wait for: {', '.join(waiting)}" if waiting else "all ran"
    yield Check("migrations", is_current, said if is_current else "run migrate", is_vital=True)
    workers = at_work()
    yield Check("worker", workers > 0, f"{workers} seen within a minute")
    lacking = soundness.newest_not_found(current_registry().search)
    said = f"lacks the newest of {', '.join(lacking)}" if lacking else "holds the newest records"
    yield Check("search", not lacking, said)
    yield Check("files", *_tried(_files_are_kept))
    yield Check("papers", *_tried(lambda: _papers_are_made(settings)))
    if redis := current_redis():
        reason = redis.check()
        yield Check("redis", not reason, reason or "answers")


def _tried(check: Callable[[], str]) -> tuple[bool, str]:
    try:
        return True, check()
    except (KarvonError, OSError) as error:
        return False, str(error)


def _files_are_kept() -> str:
    current_store().check()
    return "can be kept"


def _papers_are_made(settings: Settings) -> str:
    is_running = printer_in(settings.paths.var).is_running()
    return "the render server runs" if is_running else "the render server starts with a paper"
