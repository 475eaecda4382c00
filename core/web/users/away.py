"""An administrator says who stands in for a user who is away."""

from typing import Any

from flask import flash, redirect, render_template
from werkzeug.wrappers import Response

from core.access.models import User
from core.errors import UserError
from core.i18n import _
from core.web.account.covering import begun, cover_form, keep_cover, typed
from core.web.fresh import require_fresh
from core.web.transactions import Refusal, in_transaction
from core.web.users.deeds import access_url, reached_user


def away(id: int) -> str:
    user = reached_user(id)
    require_fresh()
    return _page(user, begun())


def away_check(id: int) -> Response:
    user, texts = reached_user(id), typed()
    require_fresh()

    def work() -> Any:
        try:
            keep_cover(user.id, texts)
        except UserError as error:
            said = str(error)
            return Refusal(422, lambda: _page(user, texts, said))
        flash(str(_("It is noted, and the stand-in was told.")), "ok")
        return redirect(access_url(user), 303)

    return in_transaction(work)


def _page(user: User, texts: dict[str, str], error: str = "") -> str:
    return render_template(
        "users/away.html",
        user={"id": user.id, "name": user.name, "url": access_url(user)},
        form=cover_form(user.id, texts, error),
    )
