"""The page of exports: who took which records out, when, by which filter, and how many."""

from typing import Any

from flask import Flask, g, render_template, request
from werkzeug.urls import iri_to_uri

from core.errors import NotAllowed
from core.exchange.exports.book import Export
from core.formats import format_datetime, format_integer
from core.i18n import _
from core.modules.registry import current_registry

SHOWN = 100


def add_exports(app: Flask) -> None:
    app.add_url_rule("/exports", view_func=exports)


def exports() -> str:
    if not g.actor.is_admin:
        raise NotAllowed(_("Only an administrator may see who exported what."))
    g.place = "exports"
    before = request.args.get("before", type=int)
    query = Export.select().order_by(Export.id.desc()).limit(SHOWN + 1)
    if before is not None and 0 < before < 2**62:
        query = query.where(Export.id < before)
    found = list(query)
    shown = found[:SHOWN]
    titles = {view.place: (view.title, view.list_url) for view in g.views.values()}
    rows = [_row(row, *titles.get(row.model, (row.model, ""))) for row in shown]
    earlier = f"/exports?before={shown[-1].id}" if len(found) > SHOWN else ""
    return render_template("exports.html", rows=rows, earlier=earlier)


def _row(row: Any, title: Any, url: str) -> dict[str, Any]:
    is_there = row.model in current_registry().by_name
    return {
        "at": format_datetime(row.at),
        "who": row.actor_name,
        "title": title,
        "url": iri_to_uri(f"{url}?{row.asked}") if url and is_there else "",
        "asked": row.asked,
        "format": row.format,
        "rows": "—" if row.rows is None else format_integer(row.rows),
    }
