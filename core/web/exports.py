"""The page of exports: who took which records out, when, by which filter, and how many."""

from typing import Any
from urllib.parse import parse_qsl

from flask import Flask, g, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.urls import iri_to_uri

from core.errors import UserError
from core.exchange.exports.book import Export
from core.formats import format_datetime, format_integer
from core.i18n import _
from core.modules.registry import current_registry
from core.web.admins import require_admin
from core.web.lists.filters import Filters

SHOWN = 100


def add_exports(app: Flask) -> None:
    app.add_url_rule("/exports", view_func=exports)


def exports() -> str:
    require_admin("exports", _("Only an administrator may see who exported what."))
    before = request.args.get("before", type=int)
    query = Export.select().order_by(Export.id.desc()).limit(SHOWN + 1)
    if before is not None and 0 < before < 2**62:
        query = query.where(Export.id < before)
    found = list(query)
    shown = found[:SHOWN]
    views = {view.place: view for view in g.views.values()}
    rows = [_row(row, views.get(row.model)) for row in shown]
    earlier = f"/exports?before={shown[-1].id}" if len(found) > SHOWN else ""
    return render_template("exports.html", rows=rows, earlier=earlier)


def _row(row: Any, view: Any) -> dict[str, Any]:
    is_there = view is not None and row.model in current_registry().by_name
    return {
        "at": format_datetime(row.at),
        "who": row.actor_name,
        "title": view.title if view else row.model,
        "url": iri_to_uri(f"{view.list_url}?{row.asked}") if is_there else "",
        "asked": _in_words(view, row.asked) if is_there else row.asked,
        "format": row.format,
        "rows": "—" if row.rows is None else format_integer(row.rows),
    }


def _in_words(view: Any, asked: str) -> str:
    """What narrowed the list, as its chips say it; what it no longer knows as it was asked."""
    args = MultiDict(parse_qsl(asked))
    try:
        applied = Filters(view, args).applied(lambda **_: "")
    except UserError:
        return asked
    search = [f"{_('Search')}: {args['search']}"] if args.get("search") else []
    return ", ".join([*search, *(f"{one['label']}: {one['text']}" for one in applied)])
