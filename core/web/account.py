"""Come in, go out, choose a language; and the first visit, which makes the admin."""

from urllib.parse import quote

from flask import Flask, current_app, g, redirect, render_template, request, session
from werkzeug.wrappers import Response

from core.access.accounts import create_first_admin, nobody_yet
from core.access.login import try_login
from core.access.models import User
from core.access.secrets import SHORTEST_PASSWORD, check_new_password
from core.access.sessions import close_session, open_session
from core.access.throttle import count_attempt, is_throttled
from core.data.actor import system
from core.data.database import transaction
from core.errors import UserError
from core.i18n import LANGUAGES, _
from core.web.requests import (
    LANGUAGE_COOKIE,
    LOGIN_COOKIE,
    YEAR,
    client_address,
    drop_login,
    is_api,
    keep_login,
    lifetime_of,
    split_url,
)

SETUP_TRIES = 10
PUBLIC_PLACES = {"login", "login_check", "setup", "setup_check", "language"}


def add_account(app: Flask) -> None:
    """Register these pages, and send whoever is not logged in to the first of them."""
    app.config["PUBLIC_ENDPOINTS"] |= PUBLIC_PLACES

    @app.before_request
    def require_login() -> Response | None:
        public = request.endpoint in app.config["PUBLIC_ENDPOINTS"] or is_api()
        if public or g.actor.id is not None:
            return None
        if request.method != "GET" or request.headers.get("HX-Request"):
            return _to_login("")
        return _to_login(request.full_path.rstrip("?"))

    app.add_url_rule("/login", view_func=login)
    app.add_url_rule("/login", "login_check", login_check, methods=["POST"])
    app.add_url_rule("/setup", view_func=setup)
    app.add_url_rule("/setup", "setup_check", setup_check, methods=["POST"])
    app.add_url_rule("/logout", view_func=logout, methods=["POST"])
    app.add_url_rule("/language", view_func=language, methods=["POST"])


def _to_login(next_page: str) -> Response:
    target = "/login" if next_page in ("", "/") else f"/login?next={quote(next_page, safe='/')}"
    if request.headers.get("HX-Request"):
        response = Response(status=401)
        response.headers["HX-Redirect"] = target
        return response
    return redirect(target)


def local_page(url: str) -> str:
    """`url` when it leads to a page of ours, else Home."""
    parts = split_url(url)
    is_plain = url.startswith("/") and not url.startswith("//") and url.isprintable()
    if is_plain and "\\" not in url and not parts.scheme and not parts.netloc:
        return url
    return "/"


def login() -> Response | str:
    if g.actor.id is not None:
        return redirect("/")
    if nobody_yet():
        return redirect("/setup")
    return render_template("login.html", next=request.args.get("next", ""))


def login_check() -> Response | tuple[str, int]:
    name = request.form.get("name", "")
    wanted = request.form.get("next", "")
    outcome = try_login(name, request.form.get("password", ""), client_address())
    if outcome.user_id is not None:
        return _let_in(outcome.user_id, local_page(wanted))
    error = (
        _("Too many attempts. Wait a quarter of an hour and try again.")
        if outcome.throttled
        else _("Name or password is not right.")
    )
    page = render_template("login.html", error=error, name=name[:64], next=wanted)
    return page, 429 if outcome.throttled else 401


def _let_in(user_id: int, target: str) -> Response:
    settings = current_app.config["KARVON"]
    if old := request.cookies.get(LOGIN_COOKIE):
        close_session(old)
    session.clear()
    response = redirect(target, 303)
    keep_login(response, open_session(user_id, lifetime_of(settings), client_address()), settings)
    return response


def setup() -> Response | str:
    if not nobody_yet():
        return redirect("/login")
    return render_template("setup.html", shortest=SHORTEST_PASSWORD)


def setup_check() -> Response | tuple[str, int]:
    form = request.form
    key = f"setup {client_address()}"
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
    return _let_in(user.id, "/")


def logout() -> Response:
    if key := request.cookies.get(LOGIN_COOKIE):
        close_session(key)
    session.clear()
    response = redirect("/login", 303)
    drop_login(response)
    return response


def language() -> Response:
    """Speak the chosen language from now on, to this browser and to this user everywhere."""
    chosen = request.form.get("language", "")
    if chosen not in LANGUAGES:
        raise UserError(_("Choose one of %(known)s.", known=", ".join(LANGUAGES)))
    if g.actor.id is not None:
        with system("everybody may choose their own language"), transaction():
            User.update(language=chosen).where(User.id == g.actor.id).execute()
    response = redirect(local_page(_came_from()), 303)
    response.set_cookie(LANGUAGE_COOKIE, chosen, max_age=YEAR, samesite="Lax", httponly=True)
    return response


def _came_from() -> str:
    parts = split_url(request.headers.get("Referer", ""))
    return f"{parts.path}?{parts.query}" if parts.query else parts.path or "/"
