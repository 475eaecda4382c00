"""What the address of a list narrows it to beside filters: chosen records, or what was archived."""

from typing import TYPE_CHECKING, Any

from core.data.rows import among
from core.errors import UserError
from core.exchange.selection import Selection
from core.formats import format_integer
from core.i18n import _
from core.web.lists.day import DAY

if TYPE_CHECKING:
    from core.web.lists.listing import Listing

ARCHIVE = "archive"  # the word of an address that shows what was archived, and nothing else
IDS = "ids"  # that names chosen records
MOST_IDS = 1_000
LONGEST_ID = 9  # digits


def narrowed(selection: Selection, args: Any) -> Selection:
    """The selection, to the chosen records or the archived ones where the address says so."""
    if args.get(ARCHIVE):
        selection = selection.within(selection.model.archived_at.is_null(False))
    if args.get(IDS):
        selection = selection.within(among(selection.model.id, _ids(args[IDS])))
    return selection


def chips(listing: "Listing") -> list[dict[str, Any]]:
    """What narrows the list so, as its filters are shown: each with the address without it."""
    found = []
    if listing.day is not None:
        label = listing.view.label(listing.view.calendar_by)
        found.append((DAY, label, listing.day.text))
    if listing.args.get(ARCHIVE):
        found.append((ARCHIVE, _("Archived"), _("Yes")))
    if listing.args.get(IDS):
        number = format_integer(len(_ids(listing.args[IDS])))
        found.append((IDS, _("Chosen records"), number))
    return [
        {"label": label, "text": text, "remove_url": listing.url(**{word: None})}
        for word, label, text in found
    ]


def _ids(text: str) -> list[int]:
    texts = text.split(",")
    if len(texts) > MOST_IDS or not all(
        each.isascii() and each.isdigit() and len(each) <= LONGEST_ID for each in texts
    ):
        raise UserError(_("The records are named by their numbers."))
    return [int(each) for each in texts]
