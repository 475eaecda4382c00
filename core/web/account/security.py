"""The own password, and the cards of what else proves who one is."""

from flask import flash, g, request
from werkzeug.wrappers import Response

from core.access.login import hash_new_password, keep_password, prove, words_of
from core.access.models import User
from core.access.secrets import SHORTEST_PASSWORD
from core.data.audit import note
from core.errors import UserError
from core.i18n import _
from core.web.account.confirm import confirmed
from core.web.account.sections import SECURITY_CARDS, page
from core.web.requests import client_address
from core.web.transactions import in_transaction


def security() -> str:
    return _page("")


def security_check() -> Response | tuple[str, int]:
    """Take a new password. The old one is typed with it, which proves more than `require_fresh`."""
    form = request.form
    try:
        if form.get("password") != form.get("again"):
            raise UserError(_("The two passwords are not the same: type them again."))
        outcome = prove(g.actor.id, form.get("old", ""), client_address())
        if outcome.throttled:
            raise UserError(_("Too many attempts. Wait a quarter of an hour and try again."))
        if outcome.user_id is None:
            raise UserError(_("The old password is not right."))
        password_hash = hash_new_password(form.get("password", ""), words_of(g.actor.id))
    except UserError as error:
        return _page(str(error)), 422
    return in_transaction(lambda: _keep(password_hash))


def _keep(password_hash: str) -> Response:
    keep_password(g.actor.id, password_hash, but=g.login.id)
    note("set_password", (User._meta.table_name, g.actor.id))
    flash(str(_("The new password counts from now on; you are logged out everywhere else.")), "ok")
    # Under a new id, for who copied the cookie is perhaps why the password is changed.
    return confirmed("/account/security")


def _page(error: str) -> str:
    cards = [(card.template, card.context(g.actor.id)) for card in SECURITY_CARDS]
    return page("security", "security.html", error=error, shortest=SHORTEST_PASSWORD, cards=cards)
