"""The page that takes an addon out of the database: what goes, and its name typed as a yes."""

from flask import Flask, current_app, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from core.background.files.kept import AllKept
from core.data.actor import system
from core.errors import UserError
from core.formats import format_integer
from core.i18n import _
from core.modules import purging
from core.web.apps import found_addons, let_admin_in, status_of


def add_purging(app: Flask) -> None:
    app.add_url_rule("/apps/<name>/purge", "ask_purge", ask_purge)
    app.add_url_rule("/apps/<name>/purge", view_func=purge, methods=["POST"])


def ask_purge(name: str) -> str:
    """What a purge takes away, by table, and the question."""
    let_admin_in()
    title = _(status_of(name).title)
    counts = purging.kept(found_addons(), name).counts()
    return render_template(
        "apps_purge.html",
        addon={"name": name, "title": title},
        counts=[(what, format_integer(rows)) for what, rows in counts],
    )


def purge(name: str) -> Response:
    """Archive and take away, once the name was typed."""
    let_admin_in()
    title = _(status_of(name).title)
    if request.form.get("name", "").strip() != name:
        raise UserError(_("Type %(name)s to purge it: nothing was changed.", name=name))
    with system("an admin purges an addon"):
        archive = purging.purge(
            found_addons(), current_app.config["KARVON"].paths.var, name, AllKept()
        )
    flash(str(_("Purged: %(title)s. Archive: %(file)s", title=title, file=archive.name)), "ok")
    return redirect("/apps", 303)
