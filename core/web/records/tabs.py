"""Tabs of a record: pages beside its facts, which other addons give it."""

from typing import TYPE_CHECKING, Any, ClassVar

from flask import abort, g, render_template
from flask_admin import expose

from core.exchange.names import hidden_fields, name_of, without
from core.web.extensions import Tab
from core.web.slots import record_slot

if TYPE_CHECKING:
    from core.web.views import ModelView  # which is made of this


class Tabbed:
    """The part of a `ModelView` that shows what `ViewExtension.tabs` add."""

    tabs: ClassVar[tuple[Tab, ...]] = ()

    @expose("/<int:id>/tabs/<key>")
    def tab_view(self: "ModelView", id: int, key: str) -> str:
        """One tab of a record; of one out of reach as of one that never was."""
        g.place = self.place
        record = self.get_one(id)
        tab = next((tab for tab in self.tabs if tab.name == key), None)
        if record is None or tab is None or not tab.is_for(g.actor):
            abort(404)
        found = tab.data(record) if tab.data else {}
        shown = without(hidden_fields(self.model), record)
        page = {
            "title": name_of(shown),
            "crumbs": [(self.title, self.list_url), (name_of(shown), f"{self.list_url}{id}")],
            "url": f"{self.list_url}{id}",
            "tabs": tabs_of(self, id, key),
            "template": tab.template,
            "above": record_slot("details.tab", record),
        }
        return render_template("details_tab.html", page=page, record=shown, **found)


def tabs_of(view: "ModelView", id: int, current: str = "") -> list[dict[str, Any]]:
    """The tabs of a record as its pages name them."""
    return [
        {
            "title": tab.title,
            "url": f"{view.list_url}{id}/tabs/{tab.name}",
            "is_here": tab.name == current,
        }
        for tab in view.tabs
        if tab.is_for(g.actor)
    ]
