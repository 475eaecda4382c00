"""The Apps page: which addons there are, what they need, and the switch of each."""

from collections.abc import Mapping
from typing import Any

from flask import Flask, abort, current_app, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from core.data.actor import system
from core.exchange.selection import COUNT_CAP, Ask, Selection
from core.formats import format_count, format_integer
from core.i18n import Text, _
from core.modules import lifecycle, updates
from core.modules.discovery import Found, discover
from core.modules.lifecycle import Status
from core.modules.registry import addon_of
from core.web.admins import require_admin
from core.web.shell import TONES
from core.web.views import ModelView


def add_apps(app: Flask) -> None:
    app.add_url_rule("/apps", view_func=apps)
    app.add_url_rule("/apps/<name>/enable", view_func=enable, methods=["POST"])
    app.add_url_rule("/apps/<name>/update", view_func=update, methods=["POST"])
    app.add_url_rule("/apps/<name>/disable", "ask_disable", ask_disable)
    app.add_url_rule("/apps/<name>/disable", view_func=disable, methods=["POST"])


def let_admin_in() -> None:
    """Let nobody else see the addons; the page stands under Apps."""
    require_admin("apps", _("Only an administrator may see and switch addons."))


def found_addons() -> Found:
    """What lies in the folders now: an addon may have come since the app was built."""
    return discover(current_app.config["KARVON"].addons.path)


def _statuses() -> list[Status]:
    return lifecycle.statuses(found_addons(), current_app.extensions["registry"].broken)


def apps() -> str:
    let_admin_in()
    return render_template("apps.html", addons=_cards())


def _cards() -> list[dict[str, Any]]:
    statuses = _statuses()
    titles = {status.name: _(status.title) for status in statuses}
    return [_card(status, titles, place) for place, status in enumerate(statuses)]


def _card(status: Status, titles: Mapping[str, Text], place: int) -> dict[str, Any]:
    manifest = status.manifest
    rows = sum(number for _title, number in _kept(status.name))
    return {
        "name": status.name,
        "title": titles[status.name],
        "summary": _(manifest.summary) if manifest and manifest.summary else "",
        "version": status.version,
        "icon": manifest.icon if manifest else "box",
        "tone": "is-bad" if status.error else TONES[place % len(TONES)],
        "state": status.state,
        "depends": [titles.get(name, name) for name in status.depends],
        "dependents": [titles.get(name, name) for name in status.dependents],
        "error": status.error,
        "rows": rows,
        "rows_said": format_integer(rows),
        "moved": tuple(map(format_integer, status.moved or ())),
    }


def _views_of(addon: str) -> list[ModelView]:
    """The screens of an addon that is on."""
    return [v for v in current_app.extensions["model_views"] if addon_of(v.model) == addon]


def _kept(addon: str) -> list[tuple[Text, int]]:
    """(title, count) of the records behind these screens."""
    return [
        (view.title, Selection(view.model, Ask(archived=True)).count()[0])
        for view in _views_of(addon)
    ]


def status_of(name: str) -> Status:
    """The addon of an address, or 404."""
    found = [status for status in _statuses() if status.name == name]
    return found[0] if found else abort(404)


def enable(name: str) -> Response:
    let_admin_in()
    status = status_of(name)
    with system("an admin switches an addon on"):
        changed = lifecycle.enable(found_addons(), name)
    if changed:
        flash(str(_("Enabled: %(title)s", title=_(status.title))), "ok")
    return redirect("/apps", 303)


def update(name: str) -> Response:
    """Back everything up and bring the tables of an addon to the version of its code."""
    let_admin_in()
    status = status_of(name)
    if status.state != lifecycle.UPDATE_PENDING:
        abort(404)
    with system("an admin updates an addon"):
        updates.update(found_addons(), current_app.config["KARVON"].paths.var, name)
    flash(str(_("Updated: %(title)s. A backup was made before.", title=_(status.title))), "ok")
    return redirect("/apps", 303)


def ask_disable(name: str) -> str:
    """What disabling takes away and what stays: a dialog for htmx, else a page."""
    let_admin_in()
    status = status_of(name)
    if status.state != lifecycle.ENABLED:
        abort(404)
    going = [status, *(status_of(other) for other in status.dependents)]
    views = [view for one in going for view in _views_of(one.name)]
    names = {one.name for one in going}
    models = current_app.extensions["registry"].by_name.values()
    is_dialog = bool(request.headers.get("HX-Request"))
    return render_template(
        "apps_disable.html" if is_dialog else "apps_disable_page.html",
        addon={"name": name, "title": _(status.title)},
        effects={
            "sections": len({type(view).menu for view in views}),
            "pages": len(views),
            "addresses": sum(addon_of(model) in names for model in models),
            "titles": [view.title for view in views],
        },
        dependents=[
            {"title": _(one.title), "icon": one.manifest.icon if one.manifest else "box"}
            for one in going[1:]
        ],
        kept=[
            (title, format_count(number, COUNT_CAP))
            for one in going
            for title, number in _kept(one.name)
        ],
    )


def disable(name: str) -> Response:
    let_admin_in()
    status = status_of(name)
    with system("an admin switches an addon off"):
        changed = lifecycle.disable(found_addons(), name, bool(request.form.get("with_dependents")))
    if changed:
        title = _(status.title)
        flash(str(_("Disabled: %(title)s. Its data is kept.", title=title)), "ok")
    return redirect("/apps", 303)
