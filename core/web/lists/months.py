"""The names of months and days, as a calendar and the groups of a list say them."""

from datetime import date
from typing import Any

from core.formats import format_date
from core.i18n import _, pgettext

MONTHS = (
    pgettext("month", "January"),
    pgettext("month", "February"),
    pgettext("month", "March"),
    pgettext("month", "April"),
    pgettext("month", "May"),
    pgettext("month", "June"),
    pgettext("month", "July"),
    pgettext("month", "August"),
    pgettext("month", "September"),
    pgettext("month", "October"),
    pgettext("month", "November"),
    pgettext("month", "December"),
)
DAYS = (
    (_("Monday"), pgettext("day", "Mon")),
    (_("Tuesday"), pgettext("day", "Tue")),
    (_("Wednesday"), pgettext("day", "Wed")),
    (_("Thursday"), pgettext("day", "Thu")),
    (_("Friday"), pgettext("day", "Fri")),
    (_("Saturday"), pgettext("day", "Sat")),
    (_("Sunday"), pgettext("day", "Sun")),
)


def month_title(month: str) -> Any:
    """2026-11 as people say it: November 2026."""
    year, _dash, number = month.partition("-")
    return _("%(month)s %(year)s", month=MONTHS[int(number) - 1], year=int(year))


def day_title(day: date) -> str:
    """A day as people say it: Wednesday, 25.11.2026."""
    return f"{DAYS[day.weekday()][0]}, {format_date(day)}"
