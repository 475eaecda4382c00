"""The pages of retention, for administrators: rules, what each would do, how long is kept what."""

from collections.abc import Callable
from typing import Any

from flask import Flask, flash, g, redirect, render_template, request
from werkzeug.wrappers import Response

from core.errors import UserError
from core.formats import format_datetime, format_integer
from core.i18n import Text, _, pgettext
from core.personal import retention, rules
from core.personal.models import RetentionRule
from core.personal.nightly import kept_for
from core.web.admins import require_admin, row_of
from core.web.fresh import require_fresh
from core.web.transactions import in_transaction

SAID: dict[str, tuple[Callable[[RetentionRule], None], Text]] = {
    "confirm": (rules.confirm, _("The rule works from the next night on.")),
    "pause": (rules.pause, _("The rule is paused.")),
    "resume": (rules.resume, _("Look at what the rule would do now, and confirm it.")),
    "remove": (rules.remove, _("The rule was removed.")),
}


def add_retention(app: Flask) -> None:
    app.add_url_rule("/retention", "retention", index)
    app.add_url_rule("/retention/new", "new_retention", new)
    app.add_url_rule("/retention/new", "make_retention", make, methods=["POST"])
    app.add_url_rule("/retention/<int:id>", "retention_rule", show)
    for word in SAID:
        address = f"/retention/<int:id>/{word}"
        app.add_url_rule(address, f"{word}_retention", _done(word), methods=["POST"])


def index() -> str:
    """Every rule, and how long the kernel keeps its own books."""
    _require_admin()
    found = [_shown(rule) for rule in RetentionRule.select().order_by(RetentionRule.id)]
    books = [
        (title, _("%(count)s days", count=kept.days) if kept.days else _("1 hour"))
        for title, kept in kept_for()
    ]
    return render_template("retention.html", rules=found, books=books)


def new() -> str:
    """The form: first the records, then what is done to them and when."""
    return _form({"model": request.args.get("model", "")}, "")


def make() -> Response | tuple[str, int]:
    _require_admin()
    names = ("model", "field", "number", "unit", "deed")
    values = {name: request.form.get(name, "").strip() for name in names}
    try:
        return in_transaction(lambda: redirect(f"/retention/{rules.make(**values).id}", 303))
    except UserError as error:
        return _form(values, str(error)), 422


def _form(values: dict[str, str], fault: str) -> str:
    _require_admin()
    models = rules.offered_models()
    titles = {view.model: view.title for view in g.views.values()}
    model = models.get(values["model"])
    page: dict[str, Any] = {
        "models": [(name, titles.get(each, name)) for name, each in models.items()],
        "chosen": values,
        "fault": fault,
    }
    if model is not None:
        page["title"] = titles.get(model, values["model"])
        page["fields"] = list(rules.offered_fields(model).items())
        page["deeds"] = list(rules.offered_deeds(model).items())
        page["units"] = list(rules.UNITS.items())
    return render_template("retention_new.html", page=page)


def show(id: int) -> str:
    """What a rule would do now: how many records, and the first of them. Nothing is done."""
    rule = _reached(id)
    page = _shown(rule)
    model = rules.model_of(rule)
    if model is None:
        return render_template("retention_rule.html", page=page)
    due = retention.due(rule)
    view = g.views.get(model)
    url = view.list_url if view else ""
    page |= {
        "count": format_integer(min(due.count, retention.most_of(rule))),
        "is_more": due.count > retention.most_of(rule),
        "is_none": not due.count,
        "first": [(name, f"{url}{number}" if url else "") for number, name in due.first],
        "may_confirm": rule.is_on and rule.confirmed_at is None,
    }
    return render_template("retention_rule.html", page=page)


def _done(word: str) -> Callable[[int], Response]:
    work, said = SAID[word]

    def do(id: int) -> Response:
        return in_transaction(lambda: act(id))

    def act(id: int) -> Response:
        rule = _reached(id)
        if word == "confirm":
            require_fresh()
        work(rule)
        flash(str(said), "ok")
        return redirect("/retention" if word == "remove" else f"/retention/{id}", 303)

    return do


def _reached(id: int) -> RetentionRule:
    _require_admin()
    return row_of(RetentionRule, id)


def _require_admin() -> None:
    require_admin("retention", _("Only an administrator may say how long records are kept."))


def _shown(rule: RetentionRule) -> dict[str, Any]:
    model = rules.model_of(rule)
    view = g.views.get(model) if model is not None else None
    state, tone = _state(rule, model is not None)
    return {
        "id": rule.id,
        "url": f"/retention/{rule.id}",
        "title": view.title if view else rule.model,
        "deed": rules.DEEDS[str(rule.deed)],
        "said": rules.said_rule(rule),
        "state": state,
        "tone": tone,
        "is_on": rule.is_on,
        "confirmed": rule.confirmed_at and format_datetime(rule.confirmed_at),
        "by": rule.confirmed_by,
        "ran": rule.ran_at and format_datetime(rule.ran_at),
        "done": format_integer(rule.done),
        "left": rule.left and format_integer(rule.left),
    }


def _state(rule: RetentionRule, is_there: bool) -> tuple[Text, str]:
    if not is_there:
        return _("App is off"), "is-mute"
    if not rule.is_on:
        return pgettext("rule", "Paused"), "is-mute"
    if rule.confirmed_at is None:
        return _("To be confirmed"), "is-warn"
    return pgettext("rule", "At work"), "is-ok"
