"""The tabs above a list: filters that its readers saved, opened, counted, shared and managed."""

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from flask import abort, flash, g, redirect, render_template, request
from flask_admin import expose
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from core.access.models import User
from core.errors import UserError
from core.exchange.names import hidden_fields, names_of
from core.exchange.saved_filters import (
    LARGEST_ID,
    SavedFilter,
    change_filter,
    may_change,
    roles_to_share_with,
    save_filter,
    shown_filter,
    shown_filters,
)
from core.i18n import Text, _
from core.modules.registry import current_registry
from core.web.lists.day import DAY
from core.web.lists.listing import COLUMNS, ORDER_KEYS, WAY_KEYS, Listing, shown_total
from core.web.lists.some import ARCHIVE, IDS
from core.web.transactions import in_transaction

if TYPE_CHECKING:
    from core.web.views import ModelView  # which is made of this

OF_FIELDS = ("sort", "group")  # words whose value names a field
SAVED = "saved"  # the word of an address that opens a saved filter


class Saving:
    """The part of a `ModelView` that keeps filters of its list."""

    @expose("/saved", methods=("GET", "POST"))
    def saved_view(self: Any) -> Any:
        """The reader's own filters, and the place where a new one is sent."""
        g.place = self.place
        if request.method == "POST":
            return in_transaction(self._save_filter)
        filters = [one for one in shown_filters(self.place) if may_change(one)]
        owners = names_of(User, {one.owner_id for one in filters if one.owner_id != g.actor.id})
        page = {"title": self.title, "url": self.list_url, "roles": roles_to_share_with()}
        return render_template("saved_filters.html", page=page, filters=filters, owners=owners)

    def _save_filter(self: Any) -> Response:
        form = request.form
        sent = MultiDict(parse_qsl(form.get("asked", "").removeprefix("?")))
        if form.get(COLUMNS):
            sent[COLUMNS] = form[COLUMNS]
        asked = asked_by(self, sent)
        Listing(self, MultiDict(parse_qsl(asked)))
        made = save_filter(self.place, form.get("title", ""), asked, form.get("shared_with", ""))
        flash(str(_("The filter was saved: %(title)s", title=made.title)), "ok")
        return redirect(f"{self.list_url}?{SAVED}={made.id}", 303)

    @expose("/saved/<int:id>", methods=("POST",))
    def change_saved_view(self: Any, id: int) -> Response:
        return in_transaction(lambda: self._change_saved(id))

    def _change_saved(self: Any, id: int) -> Response:
        form, found = request.form, self._saved_by_reader(id)
        change_filter(
            found,
            title=form.get("title", ""),
            shared_with=form.get("shared_with", ""),
            place=form.get("position", ""),
        )
        flash(str(_("The filter was saved: %(title)s", title=found.title)), "ok")
        return redirect(f"{self.list_url}saved", 303)

    @expose("/saved/<int:id>/remove", methods=("POST",))
    def remove_saved_view(self: Any, id: int) -> Response:
        return in_transaction(lambda: self._remove_saved(id))

    def _remove_saved(self: Any, id: int) -> Response:
        found = self._saved_by_reader(id)
        found.delete_instance()
        flash(str(_("The filter was deleted: %(title)s", title=found.title)), "ok")
        return redirect(f"{self.list_url}saved", 303)

    @expose("/saved/<int:id>/count")
    def count_saved_view(self: Any, id: int) -> str:
        """How many records a saved filter leaves, looking at no more than a list does."""
        listing, _notice = opened(self, MultiDict({SAVED: str(id)}))
        return shown_total(*listing.selection.count_nearby())

    def _saved_by_reader(self: Any, id: int) -> SavedFilter:
        """The filter, if the actor may change it; one of somebody else is as none at all."""
        found = SavedFilter.get_or_none(
            SavedFilter.id == min(id, LARGEST_ID), SavedFilter.model == self.place
        )
        if found is None or not may_change(found):
            abort(404)
        return found  # type: ignore[no-any-return]


def opened(view: "ModelView", args: "MultiDict[str, str]") -> tuple[Listing, Text]:
    """The list that an address asks for, and what is to be said of the saved filter it opens."""
    if SAVED not in args:
        return Listing(view, args), ""
    number = args[SAVED]
    is_number = number.isascii() and number.isdigit() and len(number) < 10
    found = shown_filter(view.place, int(number)) if is_number else None
    if found is None:
        abort(404)
    order = {key: args[key] for key in (*ORDER_KEYS, *WAY_KEYS) if args.get(key)}
    asked = dict(parse_qsl(found.asked))
    there = {key: value for key, value in asked.items() if _is_there(view, key, value)}
    notice: Text = ""
    if gone := sorted({_named(key, asked[key]) for key in asked.keys() - there.keys()}):
        notice = _(
            "The filter “%(title)s” also asks for “%(names)s”, which is not here: the list is"
            " shown without it.",
            title=found.title,
            names=", ".join(gone),
        )
    try:
        return Listing(view, MultiDict({**there, **order})), notice
    except UserError as error:
        notice = _(
            "The filter “%(title)s” no longer fits, so that the whole list is shown: %(reason)s",
            title=found.title,
            reason=str(error),
        )
    return Listing(view, MultiDict()), notice


def asked_by(view: "ModelView", args: "MultiDict[str, str]") -> str:
    """What an address asks of the list beside its place there, in an order of its own."""
    known = {"search", "sort", "group", COLUMNS, DAY, ARCHIVE, IDS, *view.column_filters}
    known |= {f"{name}.op" for name in view.column_filters if args.get(name, "").strip()}
    words = {key: args[key].strip() for key in sorted(known) if args.get(key, "").strip()}
    return urlencode(words)


def tabs_above(view: "ModelView", listing: Listing, given: str) -> list[dict[str, Any]]:
    """The tabs of a list: none where the reader has no filters, else "All" and each of them.
    `given` is the number of the one that the address opens.
    """
    filters = shown_filters(view.place)
    if not filters:
        return []
    here = asked_by(view, listing.args)
    tabs = [{"id": 0, "title": _("All"), "url": view.list_url, "is_here": not here and not given}]
    for one in filters:
        url, is_here = f"{view.list_url}?{SAVED}={one.id}", one.asked == here
        is_here = given == str(one.id) if given else is_here
        tabs.append({"id": one.id, "title": one.title, "url": url, "is_here": is_here})
    return tabs


def _named(key: str, value: str) -> str:
    """The field that a word of an address is about."""
    if key in OF_FIELDS:
        return value.removeprefix("-")
    return key.removesuffix(".op")


def _is_there(view: "ModelView", key: str, value: str) -> bool:
    """Whether what a word of an address names is there for the actor."""
    if key in ("search", COLUMNS, ARCHIVE, IDS):  # of columns the list leaves out what is not there
        return True
    name = view.calendar_by if key == DAY else _named(key, value)
    is_shown = name in current_registry().fields(view.model) and name not in hidden_fields(
        view.model
    )
    return is_shown and (key in (*OF_FIELDS, DAY) or name in view.column_filters)
