"""The buttons of administrators on the page of a user: invite, disable, enable, end, revoke."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect
from werkzeug.wrappers import Response

from core.access.accounts import disable_user
from core.access.devices import forget_device
from core.access.factors.second import forget_factors
from core.access.models import Cover, Token, User
from core.access.sessions import end_session
from core.access.tokens import revoke_token
from core.i18n import _
from core.web.admins import require_admin, row_of
from core.web.fresh import require_fresh
from core.web.requests import LARGEST_ID
from core.web.transactions import in_transaction
from core.web.users.inviting import invited


def reached_user(id: int) -> User:
    """The user of an address, for administrators alone."""
    require_admin("core.user", _("Only an administrator may change users and their roles."))
    return row_of(User, id)


def access_url(user: User) -> str:
    return f"/core/user/{user.id}/tabs/access"


def _invite(user: User, _id: int) -> Response | None:
    require_fresh()
    return invited(user)


def _disable(user: User, _id: int) -> None:
    require_fresh()
    disable_user(user)
    flash(str(_("Disabled: %(name)s. They are logged out everywhere.", name=user.name)), "ok")


def _enable(user: User, _id: int) -> None:
    require_fresh()
    user.change({"is_active": True})
    flash(str(_("Enabled: %(name)s. Invite them for a new password.", name=user.name)), "ok")


def _drop_factors(user: User, _id: int) -> None:
    require_fresh()
    if forget_factors(user.id):
        flash(str(_("%(name)s logs in by the password alone now.", name=user.name)), "ok")


def _end_login(user: User, id: int) -> None:
    if id >= LARGEST_ID or not end_session(user.id, id):
        abort(404)
    flash(str(_("This login has ended.")), "ok")


def _forget(user: User, id: int) -> None:
    if id >= LARGEST_ID or not forget_device(user.id, id):
        abort(404)
    flash(str(_("The device is forgotten, and what was open on it has ended.")), "ok")


def _revoke(user: User, id: int) -> None:
    found = Token.get_or_none(Token.id == id, Token.user == user.id) if id < LARGEST_ID else None
    if found is None or not revoke_token(user.id, id):
        abort(404)
    flash(str(_("The token opens nothing any more: %(title)s", title=found.title)), "ok")


def _end_cover(user: User, id: int) -> None:
    theirs = (Cover.user == user.id) | (Cover.substitute == user.id)
    found = Cover.get_or_none(Cover.id == id, theirs) if id < LARGEST_ID else None
    if found is None or found.archived_at:
        abort(404)
    found.archive()
    flash(str(_("Nobody stands in any more.")), "ok")


Deed = Callable[[User, int], Any]
DEEDS: dict[str, Deed] = {
    **{"invite": _invite, "disable": _disable, "enable": _enable},
    "drop-factors": _drop_factors,
}
ENDS: dict[str, Deed] = {
    "sessions": _end_login,
    "devices": _forget,
    "tokens": _revoke,
    "covers": _end_cover,
}


def done(deed: Deed) -> Callable[..., Response]:
    """The view of a button: does it in one transaction and leads back."""

    def view(id: int, other: int = 0) -> Response:
        def work() -> Any:
            user = reached_user(id)
            return deed(user, other) or redirect(access_url(user), 303)

        return in_transaction(work)

    return view
