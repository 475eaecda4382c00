"""A user is invited: by mail, or by a link that is shown this once."""

from typing import Any

from flask import flash, make_response, render_template
from werkzeug.wrappers import Response

from core.background.links import invite
from core.i18n import _


def invited(user: Any) -> Response | None:
    """Invite the user within the transaction; the page with the link where no mail can be sent."""
    if not user.is_active:
        return None
    link = invite(user)
    if not link:
        flash(str(_("An invitation is on its way to %(email)s.", email=user.email)), "ok")
        return None
    page = {"name": user.name, "login": user.login, "url": f"/core/user/{user.id}", "link": link}
    response = make_response(render_template("users/link.html", page=page), 201)
    response.headers["Cache-Control"] = "no-store"
    return response
