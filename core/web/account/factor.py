"""The app that shows codes: to scan its secret, to take it away; and recovery codes."""

from typing import Any

from flask import abort, current_app, flash, g, redirect, request
from werkzeug.wrappers import Response

from core.access.devices import forget_devices_of
from core.access.factors.codes import (
    address_of,
    begin_authenticator,
    confirm_authenticator,
    forget_authenticator,
    waiting_secret,
)
from core.access.factors.recovery import codes_left, forget_recovery_codes, new_recovery_codes
from core.access.factors.second import (
    count_code,
    forget_wrong_codes,
    has_app,
    has_factor,
    has_passkey,
    must_have_factor,
)
from core.access.models import User
from core.access.sessions import close_sessions_of
from core.data.actor import system
from core.data.audit import note
from core.errors import UserError
from core.i18n import _
from core.web.account.cards import passkey_card
from core.web.account.demanded import FACTOR
from core.web.account.sections import page
from core.web.fresh import require_fresh
from core.web.requests import client_address
from core.web.transactions import in_transaction


def factor() -> str:
    require_fresh()
    return _page()


def factor_begin() -> Response:
    """Make the secret; the page then shows it until it is confirmed."""
    require_fresh()
    begin_authenticator(g.actor.id)
    return redirect(FACTOR, 303)


def factor_check() -> Response | str | tuple[str, int]:
    """Take the first code of the app: from now on it is asked for."""
    require_fresh()
    if waiting_secret(g.actor.id) is None:
        return redirect(FACTOR, 303)
    if not count_code(g.actor.id, client_address()):
        return _page(str(_("Too many attempts. Wait a quarter of an hour and try again."))), 429
    codes: list[str] = []
    answer = in_transaction(lambda: _confirm(request.form.get("code", ""), codes))
    if answer.status_code >= 400:
        return _page(str(_("The code is not right: type the one that the app shows now."))), 422
    forget_wrong_codes(g.actor.id, client_address())
    return _codes_page(codes) if codes else redirect("/account/security", 303)


def _confirm(code: str, codes: list[str]) -> Response:
    is_first = not has_factor(g.actor.id)
    if not confirm_authenticator(g.actor.id, "".join(code.split())):
        return Response(status=422)
    if is_first:
        end_what_came_before()
    note("add_factor", ("core_user", g.actor.id), [("factor", None, "app")])
    codes[:] = [] if codes_left(g.actor.id) else new_recovery_codes(g.actor.id)
    return Response(status=204)


def factor_off() -> Response:
    require_fresh()
    return in_transaction(_take_away)


def _take_away() -> Response:
    require_another(has_passkey(g.actor.id))
    if not forget_authenticator(g.actor.id):
        abort(404)
    forget_codes_of_nothing()
    note("remove_factor", ("core_user", g.actor.id), [("factor", "app", None)])
    flash(str(_("The app is asked for no more.")), "ok")
    return redirect("/account/security", 303)


def factor_codes() -> str:
    """Ten new recovery codes, shown by this answer and never again."""
    require_fresh()
    if not has_factor(g.actor.id):
        raise UserError(_("Add an app or a passkey first: recovery codes stand in for them."))
    codes: list[str] = []
    in_transaction(lambda: _renew(codes))
    return _codes_page(codes)


def _renew(codes: list[str]) -> Response:
    codes[:] = new_recovery_codes(g.actor.id)
    note("make_recovery_codes", ("core_user", g.actor.id))
    return Response(status=204)


def end_what_came_before() -> None:
    """With the first factor end all other logins and forget all devices: a password alone opened
    them, which may be what was stolen.
    """
    close_sessions_of(g.actor.id, but=g.login.id)
    forget_devices_of(g.actor.id)


def require_another(has_another: bool) -> None:
    """Raise `UserError` where the last factor would go of somebody who must have one."""
    roles = current_app.config["KARVON"].sessions.factor_for
    if not has_another and must_have_factor(g.actor, roles):
        raise UserError(_("Your role demands a second factor: add another one first."))


def forget_codes_of_nothing() -> None:
    """Recovery codes stand in for a factor; without one there is nothing to stand in for."""
    if not has_factor(g.actor.id):
        forget_recovery_codes(g.actor.id)


def _page(error: str = "") -> str:
    secret = waiting_secret(g.actor.id)
    shown: dict[str, Any] = {"error": error, "is_on": has_app(g.actor.id)}
    if secret is not None:
        shown |= {"secret": _in_groups(secret), "picture": _picture(secret)}
    shown |= {"left": codes_left(g.actor.id), "has_factor": has_factor(g.actor.id)}
    roles = current_app.config["KARVON"].sessions.factor_for
    shown["demanded"] = must_have_factor(g.actor, roles)
    return page("security", "factor.html", passkeys=passkey_card(g.actor.id), **shown)


def _codes_page(codes: list[str]) -> str:
    return page("security", "recovery.html", codes=codes, login=_login())


def _picture(secret: str) -> str:
    """The QR code as the data of an SVG, black on white in the dark too."""
    import segno  # 33 ms, so not at start

    made = segno.make(address_of(secret, _login()), micro=False)
    return str(made.svg_data_uri(scale=5, border=2, light="#fff", dark="#000"))


def _in_groups(secret: str) -> str:
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def _login() -> str:
    with system("a user reads their own login name"):
        return str(User.get_by_id(g.actor.id).login)
