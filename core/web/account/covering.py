"""The form by which somebody stands in for a colleague: for oneself, or by an administrator."""

from collections.abc import Mapping
from typing import Any

import peewee
from flask import request

from core.access.models import Cover, User
from core.data.actor import system
from core.data.rows import fetched
from core.errors import UserError
from core.exchange.drafts import value_of
from core.exchange.problems import Unfit
from core.formats import format_date, today
from core.i18n import _
from core.web.forms.inputs import NOTHING, Inputs

NAMES = ("substitute", "starts_on", "ends_on", "note")


def typed() -> dict[str, str]:
    return {name: request.form.get(name, "").strip() for name in NAMES}


def begun() -> dict[str, str]:
    """The form as it begins: from today on."""
    return {**dict.fromkeys(NAMES, ""), "starts_on": today().isoformat()}


def cover_form(user_id: int, texts: Mapping[str, str], error: str = "") -> dict[str, Any]:
    """The inputs, and what was wrong."""
    made, inputs = Inputs({}, {}), []
    for name in NAMES:
        column = Cover._meta.fields[name]
        if name == "substitute":
            options = [(value, title, value == texts[name]) for value, title in _people(user_id)]
            own = {"kind": "choice", "label": column.verbose_name, "options": options}
            given = {**NOTHING, "name": name, "id": f"f-{name}", **own}
            inputs.append({**given, "required": True, "blank": True})
        else:
            inputs.append(made.input(name, column, texts[name], column.verbose_name))
    return {"inputs": inputs, "error": error}


def _people(user_id: int) -> list[tuple[str, str]]:
    """The colleagues who may stand in."""
    with system("everybody knows the names of their colleagues"):
        staff = (User.kind == "staff") & User.is_active & User.archived_at.is_null()
        query = User.select(User.id, User.name).where(staff, User.id != user_id)
        rows = fetched(query.order_by(User.name, User.id), (User.id, User.name))
    return [(str(id), name) for id, name in rows]


def keep_cover(user_id: int, texts: Mapping[str, str]) -> Any:
    """Make what was typed, under the rules of whoever acts; `UserError` says what is wrong."""
    values: dict[str, Any] = {}
    people = {value for value, _name in _people(user_id)}
    for name in NAMES:
        column = Cover._meta.fields[name]
        if not texts[name] and not column.null:
            said = column.verbose_name
            raise UserError(_("Fill in what is missing: %(name)s.", name=said))
        try:
            values[name] = value_of(column, texts[name], people)
        except Unfit as error:
            raise UserError(f"{column.verbose_name}: {error.reason}. {error.cure}.") from error
    try:
        return Cover.create(user=user_id, **values)
    except peewee.IntegrityError as error:
        raise UserError(_("Choose an employee who can log in to stand in.")) from error


def shown_covers(user_id: int) -> list[dict[str, Any]]:
    """Who stands in for a user, and for whom the user does."""
    with system("everybody sees who stands in for them"):
        theirs = (Cover.user == user_id) | (Cover.substitute == user_id)
        found = Cover.select().where(theirs, Cover.archived_at.is_null())
        return [_shown(cover, user_id) for cover in found.order_by(Cover.starts_on, Cover.id)]


def _shown(cover: Any, user_id: int) -> dict[str, Any]:
    first, last = format_date(cover.starts_on), format_date(cover.ends_on)
    if cover.ends_on < today():
        state, tone = _("over"), "is-mute"
    elif cover.starts_on > today():
        state, tone = _("to come"), "is-info"
    else:
        state, tone = _("now"), "is-ok"
    return {
        "id": cover.id,
        "is_away": cover.user_id == user_id,
        "user": cover.user.name,
        "substitute": cover.substitute.name,
        "days": _("%(first)s to %(last)s", first=first, last=last),
        "note": cover.note or "",
        "state": state,
        "tone": tone,
    }
