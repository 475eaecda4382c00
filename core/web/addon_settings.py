"""The pages on which an addon is set up: by administrators for all, by users for themselves."""

from typing import Any

from flask import Flask, abort, current_app, flash, g, redirect, render_template, request
from werkzeug.wrappers import Response

from core.errors import NotAllowed
from core.exchange.drafts import value_of
from core.exchange.problems import Unfit
from core.exchange.shapes import text_of
from core.i18n import _
from core.modules.registry import Registry
from core.modules.settings import (
    SecretField,
    Settings,
    addon_settings,
    given_names,
    keep,
    secrets_set,
    values_of,
)
from core.web.forms.inputs import Inputs
from core.web.transactions import in_transaction

STAFF = "core.staff"


def add_addon_settings(app: Flask) -> None:
    app.add_url_rule("/settings", "settings_index", index)
    app.add_url_rule("/settings/<addon>", "addon_settings", show)
    app.add_url_rule("/settings/<addon>", "set_addon", change, methods=["POST"])


def index() -> str:
    """The addons that the reader can set up."""
    registry: Registry = current_app.extensions["registry"]
    found = [name for name, classes in addon_settings(registry).items() if _open(classes)]
    if not found:
        raise NotAllowed(_("There is nothing here that you may set."))
    g.place = "settings"
    manifests = [registry.addons[name] for name in found]
    places = [(_(m.title), f"/settings/{m.name}", m.icon, _(m.summary)) for m in manifests]
    return render_template("settings_index.html", places=places)


def show(addon: str) -> str:
    return _page(addon, _classes(addon))


def change(addon: str) -> Response | tuple[str, int]:
    """Take one of the forms of the page: `of` names its class."""
    classes = _classes(addon)
    declared = next((each for each in classes if each.__name__ == request.form.get("of")), None)
    if declared is None:
        abort(404)
    values, errors = _sent(declared)
    if errors:
        return _page(addon, classes, declared, errors), 422
    return in_transaction(lambda: _keep(addon, declared, values))


def _keep(addon: str, declared: type[Settings], values: dict[str, Any]) -> Response:
    changed = keep(declared, values)
    said = _("What you set is kept.") if changed else _("Nothing was changed.")
    flash(str(said), "ok")
    return redirect(f"/settings/{addon}", 303)


def _classes(addon: str) -> list[type[Settings]]:
    """What of the addon the reader may set; 404 where there is nothing at all to set."""
    classes = addon_settings(current_app.extensions["registry"]).get(addon)
    if not classes:
        abort(404)
    found = _open(classes)
    if not found:
        raise NotAllowed(_("Only an administrator may change these settings."))
    return found


def _open(classes: list[type[Settings]]) -> list[type[Settings]]:
    is_staff = g.actor.is_admin or STAFF in g.actor.roles
    return [each for each in classes if (is_staff if each.per_user else g.actor.is_admin)]


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
    addon: str,
    classes: list[type[Settings]],
    typed: type[Settings] | None = None,
    errors: dict[str, str] | None = None,
) -> str:
    manifest = current_app.extensions["registry"].addons[addon]
    g.place = "settings"
    return render_template(
        "settings.html",
        title=_(manifest.title),
        url=f"/settings/{addon}",
        forms=[_form(each, errors if each is typed else None) for each in classes],
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
    return {"name": declared.__name__, "title": declared.title, "inputs": shown}
