"""The page on which an employee leaves: what is theirs, who takes over, and the one step."""

from typing import Any

from flask import flash, g, redirect, render_template, request
from werkzeug.wrappers import Response

from core.access.models import User
from core.data.actor import system
from core.data.rows import fetched
from core.exchange.departing import Belongings, Held, belongings_of, depart, likely_taker
from core.formats import format_integer
from core.i18n import _
from core.modules.registry import current_registry
from core.web.described import titled
from core.web.fresh import require_fresh
from core.web.transactions import in_transaction
from core.web.users.deeds import access_url, reached_user


def leave(id: int) -> str:
    """What the user holds, and the choice of who takes over."""
    user = reached_user(id)
    require_fresh()
    with system("an administrator sees what an employee leaves behind"):
        found, taker = belongings_of(user), likely_taker(user)
    return render_template(
        "users/leave.html",
        user={"id": user.id, "name": user.name, "url": access_url(user)},
        held=[_held(each) for each in found.held],
        stays=[_held(each) for each in found.stays],
        ends=_ends(found),
        handed=_handed(found),
        roles=_roles(found),
        people=_people(user, taker),
        needs_taker=bool(found.held or found.led or found.filters),
    )


def leave_now(id: int) -> Response:
    """Hand over and end everything in one transaction."""
    user = reached_user(id)
    require_fresh()
    form = request.form
    others = {
        name.removeprefix("taker-"): taker
        for name, text in form.items()
        if name.startswith("taker-") and (taker := _id(text)) is not None
    }

    def work() -> Response:
        with system("an administrator lets an employee go"):
            found = depart(user, _id(form.get("taker", "")), others, g.actor.id)
        flash(str(_("%(name)s has left: everything was handed over.", name=user.name)), "ok")
        if any(held.is_many for held in found.held):
            flash(str(_("A job goes on handing over what is many.")), "ok")
        return redirect(access_url(user), 303)

    return in_transaction(work)


def _id(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _held(held: Held) -> dict[str, Any]:
    view = g.views.get(held.model)
    label = held.model._meta.fields[held.field].verbose_name or held.field
    kind = view.title if view else getattr(held.model._meta, "plural", held.model.__name__)
    return {
        "key": held.key,
        "title": kind,
        "field": label,
        "count": format_integer(held.count),
        "is_many": held.is_many,
    }


def _ends(found: Belongings) -> list[tuple[Any, str]]:
    """What is ended, as (what, how many)."""
    counted = [
        (_("Logins"), found.sessions),
        (_("Remembered devices"), found.devices),
        (_("Tokens of the API"), found.tokens),
        (_("Invitations and links for a new password"), found.links),
        (_("Stand-ins"), found.covers),
        (_("Jobs that wait or run"), found.jobs),
        (_("Webhooks with their rights, which are paused"), found.webhooks),
        *found.stopping,
    ]
    return [(what, format_integer(number)) for what, number in counted if number]


def _handed(found: Belongings) -> list[tuple[Any, str]]:
    """What the one who takes over gets beside records."""
    said = [(_("Teams that they lead"), ", ".join(found.led))] if found.led else []
    if found.filters:
        said.append((_("Shared filters"), format_integer(found.filters)))
    return said


def _roles(found: Belongings) -> list[Any]:
    roles = current_registry().policy.roles
    return [titled(roles[name]) if name in roles else name for name in found.roles]


def _people(user: User, taker: int | None) -> list[tuple[int, str, bool]]:
    """Who may take over, as (id, name, whether they are chosen)."""
    with system("an administrator chooses who takes over"):
        query = User.select(User.id, User.name).where(
            User.is_active, User.kind == "staff", User.id != user.id, User.archived_at.is_null()
        )
        rows = fetched(query.order_by(User.name), (User.id, User.name))
    return [(id, name, id == taker) for id, name in rows]
