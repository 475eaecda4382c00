"""The page that asks a user once more for the password."""

from flask import current_app, g, redirect, render_template, request
from werkzeug.wrappers import Response

from core.access.factors.second import has_passkey
from core.access.login import prove
from core.access.sessions import confirm_session
from core.i18n import Text, _
from core.web.account.place import this_place
from core.web.requests import client_address, keep_login, local_page


def confirm() -> str:
    return confirm_page(local_page(request.args.get("next", "")))


def confirm_page(next_page: str, error: Text = "") -> str:
    passkeys = this_place().is_possible and has_passkey(g.actor.id)
    shown = {"next": next_page, "error": error, "passkeys": passkeys}
    return render_template("account/confirm.html", **shown)


def confirm_check() -> Response | tuple[str, int]:
    """With the right password the session goes on under another id, and counts as fresh."""
    wanted = local_page(request.form.get("next", ""))
    outcome = prove(g.actor.id, request.form.get("password", ""), client_address())
    if outcome.user_id is not None:
        return confirmed(wanted)
    error = (
        _("Too many attempts. Wait a quarter of an hour and try again.")
        if outcome.throttled
        else _("The password is not right.")
    )
    return confirm_page(wanted, error), 429 if outcome.throttled else 401


def confirmed(target: str) -> Response:
    """Lead whoever proved who they are to `target`, under a new id of their session."""
    response = redirect(target, 303)
    keep_login(response, confirm_session(g.login.id), current_app.config["KARVON"])
    return response
