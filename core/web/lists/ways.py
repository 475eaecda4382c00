"""The ways in which a list is shown: as rows, on a board, in a calendar; its address says which."""

from typing import TYPE_CHECKING, Any

from flask import abort

from core.exchange.days import has_days
from core.i18n import _
from core.web.lists.board import Board
from core.web.lists.calendar import Calendar

if TYPE_CHECKING:
    from core.web.lists.listing import Listing

VIEW = "view"  # the word of an address that says the way
BODIES: dict[str, Any] = {"board": Board, "calendar": Calendar}


def shown_otherwise(listing: "Listing") -> dict[str, Any] | None:
    """What stands in place of the rows; None where the rows are wanted. A way that the screen has
    not, or that goes by a field hidden from the reader, is not there.
    """
    way = listing.args.get(VIEW, "list")
    if way == "list":
        return None
    if way not in known_ways(listing):
        abort(404)
    shown: dict[str, Any] = BODIES[way](listing).page()
    return shown


def known_ways(listing: "Listing") -> dict[str, tuple[Any, str]]:
    """{name: (title, icon)} of the ways that the reader has."""
    view, fields = listing.view, listing.selection.fields
    ways = {"list": (_("List"), "list")}
    if view.board_by in fields:
        ways["board"] = (_("Board"), "board")
    if view.calendar_by in fields and has_days(fields[view.calendar_by]):
        ways["calendar"] = (_("Calendar"), "calendar")
    return ways


def ways_of(listing: "Listing") -> list[dict[str, Any]]:
    """The switch above a list; nothing where there is one way only."""
    ways = known_ways(listing)
    if len(ways) == 1:
        return []
    here = listing.args.get(VIEW, "list")
    gone = {"group": None, "in": None, "groups": None, "month": None, "day": None}
    return [
        {
            "title": title,
            "icon": icon,
            "url": listing.url(**gone, view=None if name == "list" else name),
            "is_here": name == here,
        }
        for name, (title, icon) in ways.items()
    ]
