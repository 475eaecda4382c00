"""The user's own tokens of the API: made once the password was asked for, shown once, revoked."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, flash, g, redirect, request
from werkzeug.wrappers import Response

from core.access.accounts import create_token
from core.access.models import Token
from core.access.policy import current_policy
from core.access.tokens import revoke_token, tokens_of
from core.data.fields import now
from core.errors import NotAllowed
from core.formats import format_date
from core.i18n import _, current_zone, ngettext
from core.web.account.profile import me
from core.web.account.sections import is_staff, page
from core.web.fresh import require_fresh
from core.web.requests import LARGEST_ID
from core.web.transactions import in_transaction

LONGEST_TITLE = 100
MOST = 50  # of one user: whoever needs more keeps programs that nobody knows any more
DEEDS = {"r": _("Read only"), "crud": _("Read and write")}
EXPORT = "x"
DAYS = (7, 30, 90, 365)
USUAL_DAYS = 90


@dataclass
class Sent:
    """What was typed into the form of a new token."""

    title: str = ""
    deeds: str = "r"
    may_export: bool = False
    roles: list[str] = field(default_factory=list)
    days: int = USUAL_DAYS

    def fault(self) -> str:
        """What does not fit, and what to do; empty where all does."""
        if not self.title:
            return str(_("Say in the title what the token is for."))
        if self.deeds not in DEEDS or self.days not in DAYS or set(self.roles) - own_roles().keys():
            return str(_("Choose among what the form offers."))
        if len(tokens_of(g.actor.id)) >= MOST:
            return str(_("You have %(count)s tokens: revoke one that is not used.", count=MOST))
        return ""


def tokens() -> str:
    _require_staff()
    return page("tokens", "tokens.html", tokens=list(map(shown_token, tokens_of(g.actor.id))))


def new_token() -> str:
    _require_staff()
    require_fresh()
    return _form(Sent(), "")


def new_token_check() -> Any:
    """Make a token and show it, this once."""
    _require_staff()
    require_fresh()
    sent = _sent()
    if fault := sent.fault():
        return _form(sent, fault), 422
    made: list[str] = []

    def work() -> Response:
        made[:] = [_make(sent)]
        return Response(status=201)

    in_transaction(work)
    return page("tokens", "token.html", title=sent.title, token=made[0]), 201


def revoke(id: int) -> Response:
    _require_staff()
    require_fresh()
    return in_transaction(lambda: _revoke(id))


def _revoke(id: int) -> Response:
    if id >= LARGEST_ID or not revoke_token(g.actor.id, id):
        abort(404)
    flash(str(_("The token opens nothing any more.")), "ok")
    return redirect("/account/tokens", 303)


def _require_staff() -> None:
    if not is_staff(g.actor):
        raise NotAllowed(_("Only employees have tokens."))


def _sent() -> Sent:
    form = request.form
    return Sent(
        title=form.get("title", "").strip()[:LONGEST_TITLE],
        deeds=form.get("deeds", ""),
        may_export=bool(form.get("export")),
        roles=form.getlist("roles"),
        days=form.get("days", type=int) or 0,
    )


def _make(sent: Sent) -> str:
    actions = sent.deeds + EXPORT * sent.may_export
    expires = now() + timedelta(days=sent.days)
    return create_token(me(), sent.title, tuple(sent.roles), expires, actions)


def own_roles() -> dict[str, Any]:
    """{name: title} of the roles that the user holds, which a token may be narrowed to."""
    held, actor = current_policy().roles, g.actor
    return {
        name: role.title for name, role in held.items() if actor.is_admin or name in actor.roles
    }


def _form(sent: Sent, fault: str) -> str:
    return page(
        "tokens",
        "token_new.html",
        fault=fault,
        sent=sent,
        longest=LONGEST_TITLE,
        deeds=[(letters, title, letters == sent.deeds) for letters, title in DEEDS.items()],
        roles=[(name, title, name in sent.roles) for name, title in own_roles().items()],
        days=[
            (days, ngettext("%(count)s day", "%(count)s days", days, count=days), days == sent.days)
            for days in DAYS
        ],
    )


def shown_token(token: Token) -> dict[str, Any]:
    ended = token.expires_at is not None and token.expires_at <= now()
    return {
        "id": token.id,
        "title": token.title or _("No title"),
        "may": ", ".join(_deeds(token.actions)),
        "roles": ", ".join(_titles(token.roles.split(","))) if token.roles else "",
        "until": _day(token.expires_at) if token.expires_at else "",
        "seen": _day(token.seen_at) if token.seen_at else "",
        "has_ended": ended,
    }


def _deeds(actions: str) -> Iterable[str]:
    yield str(DEEDS["crud" if set(actions) & set("cud") else "r"])
    if EXPORT in actions:
        yield str(_("Export"))


def _titles(names: Iterable[str]) -> Iterable[str]:
    known = current_policy().roles
    return (str(known[name].title) if name in known else name for name in names)


def _day(moment: datetime) -> str:
    return format_date(moment.astimezone(ZoneInfo(current_zone())).date())
