"""Speak another language, from any page."""

from flask import g, redirect, request
from werkzeug.wrappers import Response

from core.access.models import User
from core.data.actor import system
from core.data.database import transaction
from core.errors import UserError
from core.i18n import LANGUAGES, _
from core.web.fresh import came_from
from core.web.requests import LANGUAGE_COOKIE, YEAR


def language() -> Response:
    """Speak the chosen language from now on, to this browser and to this user everywhere."""
    chosen = request.form.get("language", "")
    if chosen not in LANGUAGES:
        raise UserError(_("Choose one of %(known)s.", known=", ".join(LANGUAGES)))
    if g.actor.id is not None:
        with system("everybody may choose their own language"), transaction():
            User.update(language=chosen).where(User.id == g.actor.id).execute()
    response = redirect(came_from(), 303)
    keep_language(response, chosen)
    return response


def keep_language(response: Response, chosen: str) -> None:
    response.set_cookie(LANGUAGE_COOKIE, chosen, max_age=YEAR, samesite="Lax", httponly=True)
