"""Home: a greeting, and a tile for each place that the reader may enter."""

import logging
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import current_app, g, render_template
from flask_admin import AdminIndexView, expose

from core.access.decisions import can
from core.exchange.names import hidden_fields, name_of, without
from core.exchange.selection import Ask, Selection
from core.formats import format_integer
from core.i18n import _
from core.modules.registry import current_registry
from core.modules.served import TileMark
from core.modules.transitions import holds
from core.web.cells import states_of
from core.web.lists.months import day_title
from core.web.views import ME, Tile

log = logging.getLogger("karvon.web")

NEWEST = 6


class HomeView(AdminIndexView):
    """The page at /."""

    def __init__(self) -> None:
        super().__init__(endpoint="home", url="/")

    @expose("/")
    def index(self) -> str:
        g.place = "home"
        moment = datetime.now(ZoneInfo(g.actor.zone))
        return render_template(
            "home.html",
            greeting=_greeting(moment.hour, g.actor.name),
            today=day_title(moment.date()),
            numbers=[*numbers(), *tiles()],
            lists=[_newest(view) for view in _shown()],
            apps_url="/apps" if g.actor.is_admin else "",
        )


def _shown() -> list[Any]:
    """The screens with a place on Home that the reader may enter."""
    views = current_app.extensions["model_views"]
    return [view for view in views if view.on_home and can(g.actor, "r", view.model)]


def numbers() -> list[dict[str, Any]]:
    """How many records the reader may see of each model, and of each part of it that its view
    finds worth a number.
    """
    return [
        tile
        for view in _shown()
        for tile in (_number(view, Tile(view.title, view.icon)), *_numbers_of(view))
    ]


def _numbers_of(view: Any) -> list[dict[str, Any]]:
    hidden = hidden_fields(view.model)
    return [_number(view, tile) for tile in view.tiles if not hidden & tile.filters.keys()]


def tiles() -> list[dict[str, Any]]:
    """What addons put on Home for the reader. One that breaks is left out: Home is for all."""
    found = []
    for each in current_registry().marked_by(TileMark):
        if not holds(g.actor, each.mark.role):
            continue
        try:
            value, url = each.function()
        except Exception:
            log.exception("The tile %s is left out", each.name)
            continue
        said = format_integer(value) if isinstance(value, int) else str(value)
        mark = each.mark
        found.append(
            {"title": mark.title, "icon": mark.icon, "url": url, "value": said, "size": mark.size}
        )
    return found


def _number(view: Any, tile: Tile) -> dict[str, Any]:
    wanted = {name: g.actor.id if value is ME else value for name, value in tile.filters.items()}
    where = tuple([name, "=", value] for name, value in wanted.items())
    number, capped = Selection(view.model, Ask(where=where)).count()
    value = format_integer(number) + ("+" if capped else "")
    url = f"{view.list_url}?{urlencode(wanted)}" if wanted else view.list_url
    return {"title": tile.title, "icon": tile.icon, "url": url, "value": value}


def _newest(view: Any) -> dict[str, Any]:
    """The records that came last, each a link with the letters of its name."""
    model = view.model
    records = model.select().where(model.archived_at.is_null()).order_by(model.id.desc())
    hidden = hidden_fields(model)
    rows = [
        (
            view.lead(record.id, name),
            f"{view.list_url}{record.id}",
            name,
            view.subtitle(record),
            states_of(view, record),
        )
        for record in records.limit(NEWEST)
        if (name := name_of(without(hidden, record)))
    ]
    return {"title": _("Newest: %(title)s", title=view.title), "url": view.list_url, "rows": rows}


def _greeting(hour: int, name: str) -> Any:
    if 4 <= hour < 11:
        return _("Good morning, %(name)s", name=name)
    if 11 <= hour < 18:
        return _("Good day, %(name)s", name=name)
    return _("Good evening, %(name)s", name=name)
