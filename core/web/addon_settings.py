"""The pages on which an addon is set up: by administrators for all, by users for themselves."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, abort, current_app, flash, g, redirect, render_template, request
from werkzeug.wrappers import Response

from core.errors import NotAllowed
from core.exchange.drafts import value_of
from core.exchange.problems import Unfit
from core.exchange.shapes import text_of
from core.i18n import Text, _
from core.modules.registry import Registry, addon_of
from core.modules.settings import (
    SecretField,
    Settings,
    addon_settings,
    given_names,
    keep,
    own_settings,
    secrets_set,
    values_of,
)
from core.web.admins import require_admin
from core.web.forms.inputs import Inputs
from core.web.transactions import in_transaction

MINE = "/my/settings"


def add_addon_settings(app: Flask) -> None:
    app.add_url_rule("/settings", "settings_index", index)
    app.add_url_rule("/settings/<addon>", "addon_settings", show)
    app.add_url_rule("/settings/<addon>", "set_addon", change, methods=["POST"])
    app.add_url_rule(MINE, "my_settings", show_mine)
    app.add_url_rule(MINE, "set_mine", change_mine, methods=["POST"])


def index() -> str:
    """The addons that an administrator can set up for all."""
    _require_admin()
    registry: Registry = current_app.extensions["registry"]
    manifests = [registry.addons[name] for name in addon_settings(registry, per_user=False)]
    places = [(_(m.title), f"/settings/{m.name}", m.icon, _(m.summary)) for m in manifests]
    return render_template("settings_index.html", places=places)


def show(addon: str) -> str:
    return _page(_of_all(addon))


def change(addon: str) -> Response | tuple[str, int]:
    return _change(_of_all(addon))


def show_mine() -> str:
    """What the reader sets for themselves, of all addons."""
    return _page(_mine())


def change_mine() -> Response | tuple[str, int]:
    return _change(_mine())


@dataclass(frozen=True)
class Place:
    """One page of settings: what it is called, where it is, what leads back, what can be set."""

    title: Text
    url: str
    back: tuple[Text, str]
    classes: list[type[Settings]]


def _of_all(addon: str) -> Place:
    """What an administrator sets of the addon; 404 where there is nothing at all to set."""
    registry: Registry = current_app.extensions["registry"]
    classes = addon_settings(registry, per_user=False).get(addon)
    if not classes:
        abort(404)
    _require_admin()
    title = _("Settings: %(title)s", title=_(registry.addons[addon].title))
    return Place(title, f"/settings/{addon}", (_("Settings of apps"), "/settings"), classes)


def _mine() -> Place:
    found = own_settings(current_app.extensions["registry"], g.actor)
    if not found:
        raise NotAllowed(_("There is nothing here that you may set."))
    return Place(_("My settings"), MINE, (_("Home"), "/"), found)


def _require_admin() -> None:
    require_admin("settings", _("Only an administrator may change these settings."))


def _change(place: Place) -> Response | tuple[str, int]:
    """Take one of the forms of the page: `of` names its class."""
    declared = next((e for e in place.classes if name_of(e) == request.form.get("of")), None)
    if declared is None:
        abort(404)
    values, errors = _sent(declared)
    if errors:
        return _page(place, declared, errors), 422
    return in_transaction(lambda: _keep(place, declared, values))


def _keep(place: Place, declared: type[Settings], values: dict[str, Any]) -> Response:
    changed = keep(declared, values)
    said = _("What you set is kept.") if changed else _("Nothing was changed.")
    flash(str(said), "ok")
    return redirect(place.url, 303)


def name_of(declared: type[Settings]) -> str:
    """What a form calls a class of settings."""
    return f"{addon_of(declared)}.{declared.__name__}"


def _sent(declared: type[Settings]) -> tuple[dict[str, Any], dict[str, str]]:
    """The values that were typed in and, by name, what does not fit. A secret that is left empty
    stays as it is, unless its box “remove” is ticked.
    """
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for name, field in declared.fields.items():
        sent = request.form.getlist(name)
        if isinstance(field, SecretField) and request.form.get(f"{name}-remove"):
            sent = [""]
        elif not sent or (isinstance(field, SecretField) and not sent[-1]):
            continue
        try:
            values[name] = value_of(field, sent[-1], set())
        except Unfit as error:
            errors[name] = f"{error.reason}. {error.cure}."
    return values, errors


def _page(
    place: Place, typed: type[Settings] | None = None, errors: dict[str, str] | None = None
) -> str:
    return render_template(
        "settings.html",
        place=place,
        forms=[_form(each, errors if each is typed else None) for each in place.classes],
    )


def _form(declared: type[Settings], errors: dict[str, str] | None) -> dict[str, Any]:
    values, given, kept = values_of(declared), given_names(declared), secrets_set(declared)
    inputs = Inputs(errors or {}, {})
    shown = []
    for name, field in declared.fields.items():
        secret = isinstance(field, SecretField)
        text = "" if secret else text_of(field, values[name])
        if errors is not None and not secret:
            text = request.form.getlist(name)[-1] if name in request.form else text
        made = inputs.input(name, field, text, field.verbose_name)
        made["id"] = f"{declared.__name__}-{name}"
        if secret:
            made |= {"kind": "password", "longest": field.max_length, "is_set": name in kept}
        shown.append({**made, "is_given": name in given, "hint": field.help_text or ""})
    return {"name": name_of(declared), "title": declared.title, "inputs": shown}
