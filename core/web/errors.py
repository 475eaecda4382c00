"""Pages for what went wrong: what happened, what is safe, what to do, a number to quote."""

import logging
import secrets
from typing import Any

from flask import Flask, current_app, g, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.wrappers import Response

from core.errors import Busy, Conflict, NotAllowed, NotKept, TooLarge, UserError
from core.i18n import _
from core.modules.discovery import discover
from core.modules.lifecycle import DISABLED, installed
from core.paper.faults import PaperError
from core.web.requests import is_api

log = logging.getLogger("karvon.web")

TEXTS: dict[int, tuple[Any, Any, Any]] = {
    400: (
        _("This request cannot be read"),
        _("Nothing was changed."),
        _("Go back, load the page again and repeat it."),
    ),
    401: (
        _("A bearer token is needed"),
        _("Send a valid token in the header “Authorization: Bearer <token>”."),
        _("Employees make one under My account, Tokens."),
    ),
    403: (
        _("You may not do this"),
        _("Nothing was changed."),
        _("If you need it for your work, ask an administrator for access."),
    ),
    404: (
        _("There is no such page"),
        _("It may have been moved, archived, or never been there."),
        _("Check the address, or start from Home."),
    ),
    405: (_("This cannot be done here"), _("Nothing was changed."), _("Start from Home.")),
    409: (
        _("Somebody else was faster"),
        _("The record was changed since you opened it; nothing of yours was saved."),
        _("Open it again and repeat your change."),
    ),
    413: (_("This is too large"), _("Nothing was saved."), _("Send a smaller file.")),
    415: (
        _("This is no JSON"),
        _("Nothing was changed."),
        _("Send it with the header “Content-Type: application/json”."),
    ),
    422: (_("Some values do not fit"), _("Nothing was changed."), _("Correct them and repeat.")),
    429: (
        _("Too many attempts"),
        _("Nothing was changed."),
        _("Wait a quarter of an hour and try again."),
    ),
    500: (
        _("Something broke on our side"),
        _("What was saved before is safe; this step was taken back."),
        _("Try again; if it happens again, tell an administrator the number below."),
    ),
    503: (
        _("Karvon is very busy just now"),
        _("Nothing was changed."),
        _("Try again in a few seconds."),
    ),
    507: (
        _("The file could not be kept"),
        _("Nothing was changed."),
        _("Try again later; if it happens again, tell an administrator."),
    ),
}


def add_errors(app: Flask) -> None:
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(NotAllowed, lambda error: _answer(403, str(error)))
    app.register_error_handler(TooLarge, lambda error: _answer(413, str(error)))
    app.register_error_handler(NotKept, lambda error: _answer(507, str(error)))
    app.register_error_handler(PaperError, lambda error: _answer(422, str(error)))
    app.register_error_handler(UserError, lambda error: _answer(400, str(error)))
    app.register_error_handler(Conflict, lambda error: _answer(409, str(error)))
    app.register_error_handler(Busy, _busy)
    app.register_error_handler(Exception, _broken)


def _http(error: HTTPException) -> Any:
    if error.code is not None and error.code < 400:
        return error
    if isinstance(error, CSRFError):
        return _answer(400, str(_("The form is too old or came from elsewhere.")))
    response = _answer(error.code or 500, "")
    if error.code == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(error.valid_methods)
    return response


def _busy(error: Busy) -> Response:
    response = _answer(503, str(error))
    response.headers["Retry-After"] = str(error.retry_after)
    return response


def _broken(error: Exception) -> Response:
    # By the name of its request an error is found in the log, beside what the history has of it.
    reference = g.get("request_name") or secrets.token_hex(4)
    # A path may hold line ends, which would begin a line of the log that nobody wrote.
    path = ascii(request.path)
    log.error("Error %s at %s %s", reference, request.method, path, exc_info=error)
    return _answer(500, "", reference)


def _answer(code: int, text: str, reference: str = "") -> Response:
    title, safe, cure = TEXTS.get(code, TEXTS[500 if code >= 500 else 400])
    if is_api():
        return problem(code, str(title), text or str(safe), reference)
    if code == 404 and (kept := _disabled_addon()):
        safe, cure = kept
    error = {"code": code, "title": title, "text": text or safe, "hint": cure}
    page = render_template("error.html", error={**error, "reference": reference})
    return Response(page, status=code, mimetype="text/html")


def _disabled_addon() -> tuple[Any, Any] | None:
    """Words for the page of a module that is off: only somebody who is logged in learns it."""
    if not g.get("actor") or g.actor.id is None:
        return None
    name = request.path.strip("/").split("/")[0]
    if installed().get(name) != DISABLED:
        return None
    manifest = discover(current_app.config["KARVON"].addons.path).manifests.get(name)
    title = manifest.title if manifest else name
    return (
        _("The app %(title)s is switched off. All its data is kept.", title=_(title)),
        _("An administrator can switch it on again under Apps."),
    )


def problem(code: int, title: str, detail: str, reference: str = "", **more: Any) -> Response:
    """A problem document (RFC 9457), with `more` members than those of the standard."""
    body = {"type": "about:blank", "title": title, "status": code, "detail": detail, **more}
    if reference:
        body["instance"] = f"urn:karvon:error:{reference}"
    response: Response = jsonify(body)
    response.status_code = code
    response.mimetype = "application/problem+json"
    return response
