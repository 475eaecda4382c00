"""Ask for the password once more before what a thief of an open browser must not do."""

from urllib.parse import quote

from flask import Flask, g, has_request_context, redirect, request
from werkzeug.wrappers import Response

from core.background.jobs.running import is_running
from core.errors import NotAllowed
from core.i18n import _
from core.web.requests import is_api, local_page, split_url

CONFIRM = "/account/confirm"


class NotFresh(Exception):
    """The user must first prove once more who they are; leads to the page that asks for it."""

    def __init__(self, then: str) -> None:
        super().__init__(then)
        self.then = then


def require_fresh() -> None:
    """Go on only where the user proved within the last ten minutes who they are.

    A view that changes an e-mail, a password, factors, tokens or roles calls this, the page with
    the form and what the form sends alike. Else the request ends here: a GET is led to the page
    that asks, and back afterwards; anything else has done nothing (within `in_transaction` all is
    taken back) and is led there too, then back to the page that it came from. Programs are
    refused, for a token proves nobody.
    """
    if is_api():
        raise NotAllowed(
            _("This is done on a page alone, where the password is asked for once more.")
        )
    login = g.get("login")
    if login is None or not login.is_fresh:
        raise NotFresh(_way_back())


def require_proof() -> None:
    """What changes rights asks for: within a request as `require_fresh`; verbs of the console need
    none, and jobs cannot give it.
    """
    if has_request_context():
        require_fresh()
    elif is_running():
        raise NotAllowed(
            _("This is done on a page alone, where the password is asked for once more.")
        )


def _way_back() -> str:
    """The page to come back to: this one, or the one that holds the form."""
    if request.method in ("GET", "HEAD") and not request.headers.get("HX-Request"):
        return request.full_path.rstrip("?")
    return came_from()


def came_from() -> str:
    """The page of ours that this request was sent from, else Home."""
    source = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    parts = split_url(source)
    return local_page(f"{parts.path}?{parts.query}" if parts.query else parts.path or "/")


def add_fresh(app: Flask) -> None:
    app.register_error_handler(NotFresh, _lead_to_confirm)


def _lead_to_confirm(error: NotFresh) -> Response:
    return lead_to(f"{CONFIRM}?next={quote(error.then, safe='/')}")


def lead_to(target: str) -> Response:
    """Do nothing of what was asked, and show the page `target`."""
    if request.headers.get("HX-Request"):
        return Response(status=204, headers={"HX-Redirect": target})
    return redirect(target, 303)
