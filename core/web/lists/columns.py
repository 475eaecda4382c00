"""The columns that a reader sees: those of the address, those they chose, or the declared."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from flask import flash, g, redirect, render_template, request
from flask_admin import expose
from werkzeug.datastructures import MultiDict

from core.exchange.list_columns import keep_columns
from core.i18n import _
from core.web.lists.listing import COLUMNS, Listing
from core.web.transactions import in_transaction

if TYPE_CHECKING:
    from core.web.views import ModelView

NEVER = ("id", "version", "archived_at")


class Arranging:
    """The part of a `ModelView` by which readers choose the columns of its list."""

    @expose("/columns", methods=("GET", "POST"))
    def columns_view(self: Any) -> Any:
        """What can be shown, to be ticked and put into an order. Without scripts each step up or
        down is a page of its own; nothing is kept before it is saved.
        """
        g.place = self.place
        form = request.form
        if request.method != "POST":
            asked = request.query_string.decode("utf-8", "replace")
            listing = _listing(self, asked)
            return self._columns_page(listing, asked, offered(listing), listing.names)
        asked = form.get("asked", "")
        if moved := form.get("up") or form.get("down"):
            names = stepped(form.getlist("order"), moved, -1 if form.get("up") else 1)
            listing = _listing(self, asked)
            known = offered(listing)
            names = [known[0], *(name for name in names if name in known)]
            return self._columns_page(listing, asked, names, form.getlist("shown"))
        return in_transaction(lambda: self._keep_columns(asked))

    def _columns_page(
        self: Any, listing: Listing, asked: str, names: Sequence[str], shown: Sequence[str]
    ) -> str:
        first, *others = names
        page = {
            "title": self.title,
            "url": self.list_url,
            "back": _back(self, asked),
            "asked": asked,
            "first": listing.title_of(first),
            "columns": [(name, listing.title_of(name), name in shown) for name in others],
        }
        return render_template("list_columns.html", page=page)

    def _keep_columns(self: Any, asked: str) -> Any:
        form = request.form
        listing = _listing(self, asked)
        known, shown = offered(listing), set(form.getlist("shown"))
        wanted = [name for name in form.getlist("order") if name in known and name in shown]
        is_reset = "reset" in form
        keep_columns(self.place, () if is_reset else (known[0], *wanted))
        said = _("The list shows its usual columns again") if is_reset else _("Columns were chosen")
        flash(str(said), "ok")
        return redirect(_back(self, asked), 303)


def offered(listing: Listing) -> list[str]:
    """The names of all columns that the reader may see: those that the list shows stand first."""
    selection = listing.selection
    every = (*listing.view.column_list, *selection.fields, *selection.computed)
    known = selection.fields.keys() | selection.computed.keys()
    names = [name for name in every if name in known and name not in NEVER]
    return list(dict.fromkeys((*listing.names, *names)))


def stepped(names: Sequence[str], moved: str, step: int) -> list[str]:
    """The names, of which `moved` went a step towards the beginning or the end."""
    found = list(names)
    if moved in found:
        at = found.index(moved)
        found.insert(max(at + step, 0), found.pop(at))
    return found


def _listing(view: "ModelView", asked: str) -> Listing:
    """The list that the reader came from."""
    return Listing(view, MultiDict(parse_qsl(asked)))


def _back(view: "ModelView", asked: str) -> str:
    """The list that the reader came from, in the columns that they keep."""
    words = [(key, value) for key, value in parse_qsl(asked) if key != COLUMNS]
    return Listing(view, MultiDict(words)).url()
