"""Passkeys in pages: to make and remove them, and to log in by one."""

from flask import abort, flash, g, jsonify, redirect, request
from werkzeug.wrappers import Response

from core.access.factors.models import Passkey
from core.access.factors.passkeys import (
    NewPasskey,
    Place,
    ask_to_log_in,
    ask_to_register,
    keep_passkey,
    log_in,
    remove_passkey,
    verified,
)
from core.access.factors.second import has_app, has_factor
from core.access.models import User
from core.access.throttle import count_attempt
from core.data.actor import system
from core.data.audit import note
from core.errors import UserError
from core.i18n import _
from core.web.account.confirm import confirm_page, confirmed
from core.web.account.entrance import let_in, login_page
from core.web.account.factor import (
    end_what_came_before,
    forget_codes_of_nothing,
    require_another,
)
from core.web.account.half import half_login
from core.web.account.place import this_place
from core.web.account.second import enter_wholly
from core.web.fresh import require_fresh
from core.web.requests import LARGEST_ID, client_network, local_page
from core.web.transactions import in_transaction

PER_ADDRESS = 200  # questions to passkeys within a quarter of an hour; an office may share one


def passkey_ask() -> Response:
    """What the browser is to make a new passkey by."""
    require_fresh()
    with system("a user reads what their device shows of them"):
        user = User.get_by_id(g.actor.id)
    return jsonify(ask_to_register(_possible(), user))


def passkey_add() -> Response:
    require_fresh()
    new = verified(_possible(), g.actor.id, request.form.get("answer", ""))
    return in_transaction(lambda: _add(new))


def _add(new: NewPasskey) -> Response:
    if not has_factor(g.actor.id):
        end_what_came_before()
    made = keep_passkey(g.actor.id, new, request.form.get("title", ""))
    note("add_factor", ("core_user", g.actor.id), [("factor", None, f"passkey {made.title}")])
    flash(str(_("Added: %(title)s", title=made.title)), "ok")
    return redirect("/account/security", 303)


def passkey_remove(id: int) -> Response:
    require_fresh()
    return in_transaction(lambda: _remove(id))


def _remove(id: int) -> Response:
    if id >= LARGEST_ID:
        abort(404)
    removed = remove_passkey(g.actor.id, id)
    if removed is None:
        abort(404)
    others = Passkey.select().where(Passkey.user == g.actor.id).exists()
    require_another(has_app(g.actor.id) or others)
    forget_codes_of_nothing()
    note("remove_factor", ("core_user", g.actor.id), [("factor", f"passkey {removed.title}", None)])
    flash(str(_("Removed: %(title)s", title=removed.title)), "ok")
    return redirect("/account/security", 303)


def passkey_options() -> Response:
    """What the browser is to sign: by any passkey, or as the second step by one of its user's."""
    if count_attempt(f"passkey {client_network()}") > PER_ADDRESS:
        abort(429)
    half = half_login() if "second" in request.args else None
    return jsonify(ask_to_log_in(_possible(), half.user_id if half else None))


def passkey_login() -> Response | tuple[str, int]:
    """Open a session by a passkey, which is both factors at once."""
    wanted, half = local_page(request.form.get("next", "")), None
    if "second" in request.form and (half := half_login()) is None:
        return redirect("/login", 303)
    try:
        whose = half.user_id if half else None
        passkey = log_in(_possible(), request.form.get("answer", ""), whose)
    except UserError as error:
        return login_page(wanted, error=str(error)), 401
    if half is None:
        return in_transaction(lambda: let_in(passkey.user_id, wanted))
    answer = in_transaction(lambda: enter_wholly(half, wanted))
    return answer if answer.status_code < 400 else redirect("/login", 303)


def passkey_confirm_options() -> Response:
    return jsonify(ask_to_log_in(_possible(), g.actor.id))


def passkey_confirm() -> Response | tuple[str, int]:
    """With a passkey of its user the session goes on under another id, and counts as fresh."""
    wanted = local_page(request.form.get("next", ""))
    try:
        log_in(_possible(), request.form.get("answer", ""), g.actor.id)
    except UserError as error:
        return confirm_page(wanted, str(error)), 401
    return confirmed(wanted)


def _possible() -> Place:
    place = this_place()
    if not place.is_possible:
        raise UserError(_("Passkeys need an address by name and https: set [server] base_url."))
    return place
