"""One day of the calendar of a list, to which its address narrows the rows."""

from calendar import isleap
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from flask import abort
from peewee import Expression

from core.exchange.days import between, day_of_year, has_days, read_day
from core.exchange.selection import Selection
from core.formats import format_date
from core.i18n import Text
from core.web.lists.months import MONTHS

if TYPE_CHECKING:
    from core.web.views import ModelView

DAY = "day"  # the word of an address that names a day
LEAP_DAY = "02-29"


@dataclass(frozen=True)
class Day:
    """What is asked of the records, and how people say it."""

    condition: Expression
    text: Text


def day_of_list(view: "ModelView", selection: Selection, text: str) -> Day | None:
    """The day that an address names; None where it names none."""
    if not text:
        return None
    field = selection.fields.get(view.calendar_by)
    if field is None or not has_days(field):
        abort(404)
    day = read_day(text)
    if view.calendar_yearly:
        said = f"{day.day} {str(MONTHS[day.month - 1]).lower()}"
        return Day(day_of_year(field).in_(days_of_year(day)), said)
    return Day(between(field, day, day), format_date(day))


def days_of_year(day: date) -> list[str]:
    """What is kept on a day each year, as 11-05: whoever was born on 29 February has the last
    day of the month where there is none.
    """
    text = f"{day:%m-%d}"
    return [text, LEAP_DAY] if text == "02-28" and not isleap(day.year) else [text]


def place_in_year(key: Any, year: int) -> str:
    """The day on which a key of `days_of_year` stands in a year."""
    return "02-28" if key == LEAP_DAY and not isleap(year) else str(key)
