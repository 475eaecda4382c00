"""The second step of a login: after the right password, and before there is a session."""

from flask import g, redirect, render_template, request
from werkzeug.wrappers import Response

from core.access.factors.half import close_half_login
from core.access.factors.models import HalfLogin
from core.access.factors.second import (
    Shown,
    count_code,
    forget_wrong_codes,
    has_app,
    has_passkey,
    show_code,
)
from core.data.audit import note
from core.i18n import _
from core.web.account.entrance import let_in
from core.web.account.half import HALF_COOKIE, UNDER, half_login
from core.web.account.place import this_place
from core.web.requests import client_address, drop_key, local_page
from core.web.transactions import in_transaction


def second() -> Response | str:
    half = half_login()
    if half is None:
        return redirect("/" if g.actor.id is not None else "/login")
    return _page(half, local_page(request.args.get("next", "")))


def second_check() -> Response | tuple[str, int]:
    """Open the session by the right code; the half-open login is then gone."""
    wanted, half = local_page(request.form.get("next", "")), half_login()
    if half is None:
        return redirect("/login", 303)
    if not count_code(half.user_id, client_address()):
        error = _("Too many attempts. Wait a quarter of an hour and try again.")
        return _page(half, wanted, str(error)), 429
    answer = in_transaction(lambda: _show(half, request.form.get("code", ""), wanted))
    if answer.status_code >= 400:
        error = _("The code is not right, or was used already: wait for the next one.")
        return _page(half, wanted, str(error)), 401
    forget_wrong_codes(half.user_id, client_address())
    return answer


def _show(half: HalfLogin, code: str, wanted: str) -> Response:
    shown = show_code(half.user_id, code)
    if shown is Shown.WRONG:
        return Response(status=401)
    if shown is Shown.RECOVERY:
        note("use_recovery_code", ("core_user", half.user_id), by=(half.user_id, half.user.name))
    return enter_wholly(half, wanted)


def enter_wholly(half: HalfLogin, wanted: str) -> Response:
    """Open the session of whoever gave both; 401 when another did so by this login before."""
    if not close_half_login(request.cookies.get(HALF_COOKIE, "")):
        return Response(status=401)
    response = let_in(half.user_id, wanted, half.remember)
    drop_key(response, HALF_COOKIE, UNDER)
    return response


def _page(half: HalfLogin, wanted: str, error: str = "") -> str:
    return render_template(
        "login_second.html",
        next=wanted,
        error=error,
        has_app=has_app(half.user_id),
        has_passkey=has_passkey(half.user_id),
        passkeys=this_place().is_possible,
        by_recovery="recovery" in request.values,
    )
