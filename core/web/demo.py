"""The records of the demo company, loaded into this instance by an administrator."""

from flask import Flask, flash, g, redirect, render_template, request
from werkzeug.wrappers import Response

from core.access.models import User
from core.data.actor import system
from core.data.audit import note
from core.errors import UserError
from core.exchange.demo import load_demo
from core.exchange.selection import Ask, Selection
from core.formats import format_integer
from core.i18n import Text, _
from core.modules.registry import addon_of, current_registry
from core.web.apps import let_admin_in
from core.web.fresh import require_fresh
from core.web.roles.shown import title_of_model
from core.web.transactions import in_transaction


def add_demo(app: Flask) -> None:
    app.add_url_rule("/apps/demo", "ask_demo", ask_demo)
    app.add_url_rule("/apps/demo", "make_demo", make_demo, methods=["POST"])


def ask_demo() -> str:
    """What is there already, and the question."""
    let_admin_in()
    require_fresh()
    return render_template("apps_demo.html", there=_there())


def _there() -> list[tuple[Text, str]]:
    """How many business records the instance holds, of each kind: those of addons."""
    found = []
    for model in current_registry().models:
        if addon_of(model) != "core" and model in _screened():
            number, _capped = Selection(model, Ask(archived=True)).count()
            if number:
                found.append((title_of_model(model), format_integer(number)))
    return found


def _screened() -> set[object]:
    return {view.model for view in current_registry().views}


def make_demo() -> Response:
    """Load all of it or nothing. Nobody of the demo company can log in: there is no password."""
    let_admin_in()
    require_fresh()
    if request.form.get("sure") != "yes":
        raise UserError(_("Tick that you are sure: nothing was loaded."))

    def work() -> Response:
        if _there():
            raise UserError(_("There are business records already: nothing was loaded."))
        with system("an admin loads the demo company"):
            before = {id for (id,) in User.select(User.id).tuples()}
            made = load_demo(current_registry(), g.actor.id)
            # Whoever invites one of them enables them first.
            User.update(is_active=False).where(User.id.not_in(before)).execute()
        note("load_demo", ("core_user", 0), [("records", None, made)])
        flash(str(_("Demo records loaded: %(count)s", count=format_integer(made))), "ok")
        return redirect("/apps", 303)

    return in_transaction(work)
