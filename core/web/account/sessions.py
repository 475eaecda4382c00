"""Where a user is logged in, and the ends of these logins."""

from typing import Any

from flask import abort, current_app, flash, g, redirect
from werkzeug.wrappers import Response

from core.access.models import Session
from core.access.sessions import end_session, end_sessions, sessions_of
from core.formats import format_datetime
from core.i18n import _
from core.web.account.devices import shown_devices
from core.web.account.sections import page
from core.web.requests import LARGEST_ID, lifetime_of
from core.web.transactions import in_transaction


def sessions() -> str:
    found = sessions_of(g.actor.id, lifetime_of(current_app.config["KARVON"]))
    found.sort(key=lambda session: session.id != g.login.id)
    return page(
        "sessions",
        "sessions.html",
        logins=[shown_session(session) for session in found],
        devices=shown_devices(),
        may_remember=bool(current_app.config["KARVON"].sessions.remember_days),
    )


def shown_session(session: Session) -> dict[str, Any]:
    return {
        "id": session.id,
        "agent": session.agent or _("Unknown browser"),
        "address": session.address,
        "begun": format_datetime(session.created_at),
        "seen": format_datetime(session.seen_at),
        "is_here": session.id == g.login.id,
    }


def end(id: int) -> Response:
    return in_transaction(lambda: _end(id))


def _end(id: int) -> Response:
    if id >= LARGEST_ID or not end_session(g.actor.id, id):
        abort(404)
    flash(str(_("This login has ended.")), "ok")
    return redirect("/account/sessions", 303)


def end_others() -> Response:
    return in_transaction(_end_others)


def _end_others() -> Response:
    end_sessions(g.actor.id, but=g.login.id)
    flash(str(_("You are logged out everywhere but here.")), "ok")
    return redirect("/account/sessions", 303)
