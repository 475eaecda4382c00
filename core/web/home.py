"""Home: a greeting, and a tile for each place that the reader may enter."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app, g, render_template
from flask_admin import AdminIndexView, expose

from core.access.decisions import can
from core.exchange.selection import Ask, Selection
from core.formats import format_count, format_date
from core.i18n import _


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
            today=format_date(moment.date()),
            tiles=tiles(),
            steps=[],
            apps_url="/apps" if g.actor.is_admin else "",
        )


def tiles() -> list[dict[str, Any]]:
    """A tile for each model with a screen in the menu: how many records the reader may see."""
    return [
        {"title": view.title, "icon": view.icon, "url": view.list_url, "value": _count(view.model)}
        for view in current_app.extensions["model_views"]
        if view.on_home and can(g.actor, "r", view.model)
    ]


def _count(model: Any) -> str:
    number, capped = Selection(model, Ask()).count()
    return format_count(number, number - 1 if capped else number)


def _greeting(hour: int, name: str) -> Any:
    if 4 <= hour < 11:
        return _("Good morning, %(name)s", name=name)
    if 11 <= hour < 18:
        return _("Good day, %(name)s", name=name)
    return _("Good evening, %(name)s", name=name)
