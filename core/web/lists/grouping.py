"""A list in groups: what it can be grouped by, and the groups with their counts, sums and rows."""

from typing import TYPE_CHECKING, Any
from zlib import crc32

from peewee import CharField, Field

from core.data.changes import BOOKKEEPING
from core.exchange.days import has_days
from core.exchange.groups import UNSEEN, Group, Grouping, Groups, can_group
from core.exchange.names import title_field
from core.formats import format_integer
from core.i18n import _
from core.modules.registry import current_registry
from core.web.cells import formatter
from core.web.lists.months import month_title

if TYPE_CHECKING:
    from core.web.lists.listing import Listing
    from core.web.views import ModelView

OPENED = "in"  # the word of an address that opens a group
SHOWN = "groups"  # that says how many are shown
AT_FIRST = 50


def groupable(listing: "Listing") -> list[tuple[str, Any]]:
    """(name, label) of what the reader may group the list by, as the page offers it: short texts
    only where the list filters by them or shows them.
    """
    view, selection = listing.view, listing.selection
    key = ("groupable", view.place, selection.hidden)
    names = current_registry().once(key, lambda: _offered(view, selection.fields))
    return [(name, view.label(name)) for name in names]


def _offered(view: "ModelView", fields: dict[str, Field]) -> list[str]:
    shown = (*view.column_filters, *view.column_list)
    named = {*shown} - {title_field(view.model)}
    known = [name for name in dict.fromkeys((*shown, *fields)) if name in fields]
    return [name for name in known if _is_offered(fields[name], name in named)]


def _is_offered(field: Field, is_named: bool) -> bool:
    if not can_group(field) or field.unique:
        return False
    is_text = isinstance(field, CharField) and not field.choices
    return is_named or not (is_text or field.name in BOOKKEEPING)


def group_title(listing: "Listing", grouping: Grouping, group: Group) -> Any:
    """What people call a group."""
    if group.key is UNSEEN:
        return _("Not visible to you")
    if group.key is None:
        return _("Empty")
    if group.name:
        return group.name
    if has_days(grouping.field):
        return month_title(group.key)
    tones = listing.view.state_tones.get(grouping.field.name, {})
    return formatter(grouping.field, (), tones)(group.key)


class Grouped:
    """The groups of one listing, of which the one that the address names is open."""

    def __init__(self, listing: "Listing", grouping: Grouping) -> None:
        self.listing = listing
        self.grouping = grouping
        self.has_open = OPENED in listing.args
        self.open = grouping.read(listing.args[OPENED]) if self.has_open else UNSEEN
        self.shown = _number(listing.args.get(SHOWN, ""))

    @property
    def selection(self) -> Any:
        """The records of the open group."""
        return self.listing.selection.within(self.grouping.condition(self.open))

    def page(self, rows: list[Any], turns: dict[str, Any]) -> dict[str, Any]:
        """What the template shows: of the open group its `rows`, and the pages around them."""
        counted = self.grouping.count(self.listing.selection, self.listing.view.column_totals)
        shown = [
            self._group(group, rows, turns)
            for n, group in enumerate(counted.groups)
            if n < self.shown or self._is_open(group)
        ]
        more = len(counted.groups) - self.shown
        return {
            "groups": shown,
            "total": sum(group.count for group in counted.groups),
            "more_url": self.listing.url(groups=str(self.shown + AT_FIRST)) if more > 0 else None,
            "said": _said(counted),
        }

    def _is_open(self, group: Group) -> bool:
        return self.has_open and group.key == self.open

    def _group(self, group: Group, rows: list[Any], turns: dict[str, Any]) -> dict[str, Any]:
        is_open = self._is_open(group)
        word = "" if group.key is UNSEEN else self.grouping.word(group.key)
        return {
            "id": f"group-{crc32(word.encode()):x}",
            "title": group_title(self.listing, self.grouping, group),
            "count": format_integer(group.count),
            "totals": self.listing.totals_of(group),
            "url": self.listing.url(**{OPENED: None if is_open else word}) if word else None,
            "is_open": is_open,
            "rows": rows if is_open else (),
            "turns": turns if is_open else {},
        }


def _said(counted: Groups) -> Any:
    if counted.is_capped:
        return _("Only a part of the records was counted: filter the list to see all groups.")
    if counted.is_cut:
        return _("There are more groups than can be shown: filter the list to see the others.")
    return ""


def _number(text: str) -> int:
    is_number = text.isascii() and text.isdigit() and len(text) < 4
    return max(int(text), AT_FIRST) if is_number else AT_FIRST
