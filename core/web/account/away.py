"""“I am away”: who stands in for the reader meanwhile, and for whom the reader does."""

from typing import Any

from flask import abort, flash, g, redirect
from werkzeug.wrappers import Response

from core.access.models import Cover
from core.errors import NotAllowed, UserError
from core.i18n import _
from core.web.account.covering import begun, cover_form, keep_cover, shown_covers, typed
from core.web.account.sections import is_staff, page
from core.web.fresh import require_fresh
from core.web.requests import LARGEST_ID
from core.web.transactions import Refusal, in_transaction

AWAY = "/account/away"


def away() -> str:
    _require_staff()
    return _page(begun())


def away_check() -> Response:
    """Let a colleague stand in: they hold the reader's roles meanwhile, so it is proved anew."""
    _require_staff()
    require_fresh()
    texts = typed()

    def work() -> Any:
        try:
            keep_cover(g.actor.id, texts)
        except UserError as error:
            said = str(error)
            return Refusal(422, lambda: _page(texts, said))
        flash(str(_("It is noted, and your stand-in was told.")), "ok")
        return redirect(AWAY, 303)

    return in_transaction(work)


def end_away(id: int) -> Response:
    """I am back: nobody stands in any more."""

    def work() -> Response:
        _require_staff()
        mine = (Cover.id == id) & (Cover.user == g.actor.id)
        found = Cover.get_or_none(mine, Cover.archived_at.is_null()) if id < LARGEST_ID else None
        if found is None:
            abort(404)
        found.archive()
        flash(str(_("Nobody stands in any more.")), "ok")
        return redirect(AWAY, 303)

    return in_transaction(work)


def _require_staff() -> None:
    if not is_staff(g.actor):
        raise NotAllowed(_("Only employees have somebody stand in for them."))


def _page(texts: dict[str, str], error: str = "") -> str:
    form = cover_form(g.actor.id, texts, error)
    return page("away", "away.html", form=form, covers=shown_covers(g.actor.id))
