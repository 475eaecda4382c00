"""The cookie of a login that is half open, and the way from the password to the second step."""

from urllib.parse import quote

from flask import current_app, redirect, request, session
from werkzeug.wrappers import Response

from core.access.factors.half import LASTS, half_login_of, open_half_login
from core.access.factors.models import HalfLogin

HALF_COOKIE = "karvon_half"
SECOND = "/login/second"
UNDER = "/login"  # whose pages alone are sent the cookie


def lead_to_second(user_id: int, target: str, remember: bool) -> Response:
    """Ask a user whose password was right for the second factor; a session there is not yet."""
    session.clear()
    response = redirect(f"{SECOND}?next={quote(target, safe='/')}", 303)
    settings = current_app.config["KARVON"]
    response.set_cookie(
        HALF_COOKIE,
        open_half_login(user_id, remember),
        max_age=int(LASTS.total_seconds()),
        httponly=True,
        secure=settings.server.base_url.startswith("https:"),
        samesite="Lax",
        path=UNDER,
    )
    return response


def half_login() -> HalfLogin | None:
    """The half-open login of this browser."""
    return half_login_of(request.cookies.get(HALF_COOKIE, ""))
