"""Come in and go out; and the first visit, which makes the admin."""

from typing import Any
from urllib.parse import quote

from flask import Flask, current_app, g, redirect, render_template, request, session
from werkzeug.wrappers import Response

from core.access.accounts import create_first_admin, nobody_yet
from core.access.agents import said_agent
from core.access.factors.second import has_factor
from core.access.login import tell_of_login, try_login
from core.access.models import User
from core.access.secrets import SHORTEST_PASSWORD, check_new_password
from core.access.sessions import close_session, open_session
from core.access.throttle import count_attempt, is_throttled
from core.data.audit import note_regardless
from core.errors import UserError
from core.i18n import _
from core.web.account.half import lead_to_second
from core.web.account.place import this_place
from core.web.account.reopening import pin_page, this_device
from core.web.requests import (
    LOGIN_COOKIE,
    client_address,
    client_network,
    drop_login,
    is_api,
    keep_login,
    lifetime_of,
    local_page,
)

SETUP_TRIES = 10


def require_login(app: Flask) -> None:
    """Send whoever is not logged in, and asks for what is not public, to the login page."""

    @app.before_request
    def check_login() -> Response | None:
        public = request.endpoint in app.config["PUBLIC_ENDPOINTS"] or is_api()
        if public or g.actor.id is not None:
            return None
        if request.method != "GET" or request.headers.get("HX-Request"):
            return _to_login("")
        return _to_login(request.full_path.rstrip("?"))


def _to_login(next_page: str) -> Response:
    target = "/login" if next_page in ("", "/") else f"/login?next={quote(next_page, safe='/')}"
    if request.headers.get("HX-Request"):
        response = Response(status=401)
        response.headers["HX-Redirect"] = target
        return response
    return redirect(target)


def login() -> Response | str:
    if g.actor.id is not None:
        return redirect("/")
    if nobody_yet():
        return redirect("/setup")
    wanted = request.args.get("next", "")
    device = None if "password" in request.args else this_device()
    return pin_page(device, wanted) if device else login_page(wanted)


def login_check() -> Response | tuple[str, int]:
    name = request.form.get("name", "")
    wanted = request.form.get("next", "")
    outcome = try_login(name, request.form.get("password", ""), client_address())
    if outcome.user_id is not None:
        return go_on(outcome.user_id, local_page(wanted), bool(request.form.get("remember")))
    error = (
        _("Too many attempts. Wait a quarter of an hour and try again.")
        if outcome.throttled
        else _("Name or password is not right.")
    )
    page = login_page(wanted, error=error, name=name[:64])
    return page, 429 if outcome.throttled else 401


def login_page(next_page: str, **context: Any) -> str:
    days = current_app.config["KARVON"].sessions.remember_days
    passkeys = this_place().is_possible
    return render_template("login.html", next=next_page, days=days, passkeys=passkeys, **context)


def go_on(user_id: int, target: str, remember: bool = False) -> Response:
    """Let in whoever gave the right password, or ask for the second factor that they have."""
    if has_factor(user_id):
        return lead_to_second(user_id, target, remember)
    return let_in(user_id, target, remember)


def let_in(
    user_id: int,
    target: str,
    remember: bool = False,
    device: int | None = None,
    is_confirmed: bool = True,
) -> Response:
    """Open a session for a user who proved who they are, and lead to `target`, a page of ours. The
    session that this browser had before ends. With `remember` the user chooses first the PIN by
    which the browser is opened again. `device` is the remembered one that opened it; with less
    than a password or a passkey the session is not `is_confirmed`.
    """
    settings = current_app.config["KARVON"]
    here = this_device()
    if device is None and here is not None and here.user_id == user_id:
        device = here.id
    if old := request.cookies.get(LOGIN_COOKIE):
        close_session(old)
    session.clear()
    if remember and settings.sessions.remember_days:
        target = f"/account/devices/new?next={quote(target, safe='/')}"
    response = redirect(target, 303)
    lifetime, agent = lifetime_of(settings), said_agent(request.headers.get("User-Agent", ""))
    key = open_session(user_id, lifetime, client_address(), agent, device, is_confirmed)
    tell_of_login(user_id, agent)
    keep_login(response, key, settings)
    return response


def setup() -> Response | str:
    if not nobody_yet():
        return redirect("/login")
    return render_template("setup.html", shortest=SHORTEST_PASSWORD)


def setup_check() -> Response | tuple[str, int]:
    form = request.form
    key = f"setup {client_network()}"
    try:
        if is_throttled(key, SETUP_TRIES):
            raise UserError(_("Too many attempts. Wait a quarter of an hour and try again."))
        if form.get("password") != form.get("again"):
            raise UserError(_("The two passwords are not the same: type them again."))
        check_new_password(form.get("password", ""))
        count_attempt(key)
        user = create_first_admin(
            form.get("code", "").strip(), form.get("name", ""), form.get("password", "")
        )
    except UserError as error:
        page = render_template(
            "setup.html",
            error=str(error),
            name=form.get("name", "")[:64],
            code=form.get("code", "")[:64],
            shortest=SHORTEST_PASSWORD,
        )
        return page, 400
    return let_in(user.id, "/")


def logout() -> Response:
    if key := request.cookies.get(LOGIN_COOKIE):
        close_session(key)
    if g.actor.id is not None:
        note_regardless("log_out", (User._meta.table_name, g.actor.id))
    session.clear()
    response = redirect("/login", 303)
    drop_login(response)
    return response
