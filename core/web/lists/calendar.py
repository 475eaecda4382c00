"""A list as the calendar of a month: its records on their days, some of each."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from markupsafe import Markup
from peewee import Field

from core.access.decisions import can
from core.access.policy import current_policy
from core.data.actor import current_actor
from core.errors import UserError
from core.exchange.days import between, day_of, day_of_year, month_after, month_end
from core.exchange.firsts import first_of_each
from core.formats import format_integer, today
from core.i18n import _
from core.modules.transitions import guarded_fields
from core.web.lists.day import DAY, days_of_year, place_in_year
from core.web.lists.months import DAYS, day_title, month_title

if TYPE_CHECKING:
    from core.web.lists.listing import Listing

SHOWN = 3  # records of a day
YEARS = range(1000, 9000)


class Calendar:
    """The month of one listing."""

    def __init__(self, listing: "Listing") -> None:
        self.listing = listing
        self.view = listing.view
        self.field: Field = listing.selection.fields[self.view.calendar_by]
        self.today = today()
        self.month = _month(listing.args.get("month", ""), self.today)
        self.first = self.month - timedelta(self.month.weekday())
        end = month_end(self.month)
        self.last = end + timedelta(6 - end.weekday())

    def page(self) -> dict[str, Any]:
        """What stands in `page` of the list for the calendar."""
        found = self._found()
        count = (self.last - self.first).days + 1
        days = [self._day(self.first + timedelta(n), found) for n in range(count)]
        before, after = self.month - timedelta(1), month_after(self.month)
        movable = [one for day in days for one in day["entries"]] if self._may_move() else []
        return {
            "calendar": {
                "title": month_title(f"{self.month:%Y-%m}"),
                "heads": DAYS,
                "days": days,
                "before_url": self._url(before),
                "today_url": self._url(self.today),
                "after_url": self._url(after),
                "movable": movable,
                "asked": self.listing.query(),
                "is_empty": not any(day["entries"] for day in days if day["is_inside"]),
            },
            "rows": [],
            "total": "",
            "empty": False,
        }

    def _url(self, day: date) -> str | None:
        if day.year not in YEARS:
            return None
        is_now = (day.year, day.month) == (self.today.year, self.today.month)
        return self.listing.url(month=None if is_now else f"{day:%Y-%m}", **{DAY: None})

    def _found(self) -> dict[str, list[dict[str, Any]]]:
        """{key of a day: its first records}."""
        listing, name, state = self.listing, self.listing.names[0], self.view.board_by
        columns = [listing.selection.fields[n] for n in (name, state) if n in self._stored()]
        rows = self._rows(*columns)
        names = listing.shown([name], [(row[0], *row[4:]) for row in rows])[name]
        tones = self.view.state_tones.get(state, {})
        found: dict[str, list[dict[str, Any]]] = {}
        for row, text in zip(rows, names, strict=True):
            one = {
                "id": row[0],
                "version": row[3],
                "key": row[1],
                "number": row[2],
                "name": Markup(text) or f"№ {row[0]}",  # noqa: S704 - escaped by the listing
                "tone": tones.get(row[-1], "is-mute"),
            }
            key = place_in_year(row[1], self.month.year) if self.view.calendar_yearly else row[1]
            found.setdefault(key, []).append(one)
        return found

    def _stored(self) -> set[str]:
        return set(self.listing.selection.fields)

    def _rows(self, *columns: Field) -> list[tuple[Any, ...]]:
        """(id, key, number, version, columns …) of the first records of each day."""
        version = self.view.model._meta.fields["version"]
        if not self.view.calendar_yearly:
            selection = self.listing.selection.within(between(self.field, self.first, self.last))
            return first_of_each(selection, day_of(self.field), SHOWN, version, *columns)
        key, days = day_of_year(self.field), (self.last - self.first).days + 1
        every = {text for n in range(days) for text in days_of_year(self.first + timedelta(n))}
        selection = self.listing.selection.within(key.in_(sorted(every)))
        return first_of_each(selection, key, SHOWN, version, *columns)

    def _day(self, day: date, found: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
        entries = found.get(f"{day:%m-%d}" if self.view.calendar_yearly else f"{day:%Y-%m-%d}", [])
        number = sum({one["key"]: one["number"] for one in entries}.values())
        more = number - len(entries[:SHOWN])
        return {
            "day": f"{day:%Y-%m-%d}",
            "number": day.day,
            "said": day_title(day),
            "is_today": day == self.today,
            "is_inside": day.month == self.month.month,
            "entries": entries[:SHOWN],
            "more": format_integer(more) if more > 0 else "",
            "url": self.listing.url(**{DAY: f"{day:%Y-%m-%d}", "view": None, "month": None}),
        }

    def _may_move(self) -> bool:
        """Whether the reader may put records on another day."""
        model, name = self.view.model, self.view.calendar_by
        if self.view.calendar_yearly or name in guarded_fields(model):
            return False
        hidden = current_policy().fields(model, current_actor(), "u") or frozenset()
        return self.view.can_edit and name not in hidden and can(current_actor(), "u", model)


def _month(text: str, now: date) -> date:
    """The first day of the month that an address names, else of this one."""
    if not text:
        return now.replace(day=1)
    try:
        found = date.fromisoformat(f"{text}-01")
        if len(text) != len("2026-11") or found.year not in YEARS:
            raise ValueError(text)
    except ValueError:
        raise UserError(_("A month is written as 2026-11.")) from None
    return found
