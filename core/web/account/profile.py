"""How a user is called and spoken to: name, telephone, language, zone; and their e-mail."""

import zoneinfo
from functools import cache
from typing import Any

from flask import flash, g, redirect, request
from werkzeug.wrappers import Response

from core.access.models import User
from core.data.actor import system
from core.exchange.drafts import value_of
from core.exchange.problems import Unfit
from core.exchange.shapes import text_of
from core.i18n import _, default_zone
from core.web.account.language import keep_language
from core.web.account.sections import page
from core.web.forms.inputs import NOTHING, Inputs
from core.web.fresh import require_fresh
from core.web.transactions import in_transaction

OWN = ("name", "telephone", "language", "zone")
OLD_NAMES = ("Etc/", "SystemV/", "US/", "Brazil/", "Canada/", "Chile/", "Mexico/")


def profile() -> str:
    user = me()
    return _form({name: text_of(User._meta.fields[name], getattr(user, name)) for name in OWN}, {})


def profile_check() -> Response | tuple[str, int]:
    typed = {name: request.form.get(name, "") for name in OWN}
    values, errors = _read(typed)
    if errors:
        return _form(typed, errors), 422
    response = in_transaction(lambda: _keep(values, "/account"))
    if values["language"]:
        keep_language(response, values["language"])
    return response


def email() -> str:
    require_fresh()
    return _email_form(me().email or "", {})


def email_check() -> Response | tuple[str, int]:
    require_fresh()
    typed = request.form.get("email", "")
    values, errors = _read({"email": typed})
    if errors:
        return _email_form(typed, errors), 422
    return in_transaction(lambda: _keep(values, "/account"))


def me() -> User:
    """The user who asks, with all that is theirs."""
    with system("everybody sees what is kept of their own account"):
        user: User = User.get_by_id(g.actor.id)
    return user


def _keep(values: dict[str, Any], target: str) -> Response:
    with system("everybody may change their own account"):
        user = User.get_by_id(g.actor.id)
        for name, value in values.items():
            setattr(user, name, value)
        user.save()
    flash(str(_("Your account was saved.")), "ok")
    return redirect(target, 303)


def _read(typed: dict[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """The values that were typed in and, by name, what does not fit."""
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for name, text in typed.items():
        column = User._meta.fields[name]
        try:
            values[name] = value_of(column, text, set())
        except Unfit as error:
            errors[name] = f"{error.reason}. {error.cure}."
            continue
        if name == "email" and (doubt := column.doubt(text)) and text.strip():
            errors[name] = f"{doubt}."  # what comes by mail must reach them
    if values.get("zone") and values["zone"] not in zones():
        errors["zone"] = str(_("Choose one of the list."))
    return values, errors


def _form(typed: dict[str, str], errors: dict[str, str]) -> str:
    made = Inputs(errors, {})
    inputs = []
    for name, text in typed.items():
        column = User._meta.fields[name]
        given = made.input(name, column, text, column.verbose_name)
        inputs.append({**given, **_zone(text)} if name == "zone" else given)
    user = me()
    return page("profile", "profile.html", inputs=inputs, login=user.login, email=user.email)


def _zone(chosen: str) -> dict[str, Any]:
    usual = default_zone()
    options = [("", str(_("As for all: %(zone)s", zone=usual)), not chosen)]
    options += [(name, name.replace("_", " "), name == chosen) for name in zones()]
    return {"kind": "choice", "options": options, "blank": False}


@cache
def zones() -> tuple[str, ...]:
    """The time zones that are offered, as Asia/Tashkent."""
    found = zoneinfo.available_timezones()
    places = [name for name in found if "/" in name and not name.startswith(OLD_NAMES)]
    return (*sorted(places), "UTC")


def _email_form(typed: str, errors: dict[str, str]) -> str:
    column = User._meta.fields["email"]
    given = Inputs(errors, {}).input("email", column, typed, column.verbose_name)
    return page("profile", "email.html", input={**NOTHING, **given})
