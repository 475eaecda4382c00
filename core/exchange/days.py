"""Days and months of dates and times in SQL, as the reader's clock has them."""

from calendar import monthrange
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import peewee
from peewee import SQL, DateField, Expression, Field, fn

from core import clock
from core.data.database import db
from core.data.fields import DateTimeField
from core.errors import UserError
from core.formats import local_time
from core.i18n import _, current_zone

DAYS = "YYYY-MM-DD"


def has_days(field: Field) -> bool:
    """Whether the values of a field stand on a day."""
    return isinstance(field, (DateField, DateTimeField))


def day_of(field: Field) -> Any:
    """The day as a text, 2026-11-05."""
    if isinstance(db.obj, peewee.PostgresqlDatabase):
        moment = field if isinstance(field, DateField) else field + _ahead()
        return fn.TO_CHAR(moment, SQL(f"'{DAYS}'"))
    if isinstance(field, DateField):
        return fn.SUBSTR(field, 1, 10)
    return fn.STRFTIME("%Y-%m-%d", field, f"{_minutes():+} minutes")


def month_of(field: Field) -> Any:
    """The month as a text, 2026-11."""
    return fn.SUBSTR(day_of(field), 1, 7)


def day_of_year(field: Field) -> Any:
    """The month and day as a text, 11-05, whatever the year."""
    return fn.SUBSTR(day_of(field), 6, 5)


def between(field: Field, first: date, last: date) -> Expression:
    """The condition that a value stands on one of the days from `first` to `last`."""
    if isinstance(field, DateField):
        condition: Expression = (field >= first) & (field <= last)
        return condition
    condition = field >= _midnight(first)
    return condition if last == date.max else condition & (field < _midnight(last + timedelta(1)))


def read_day(text: str) -> date:
    """The day that an address or a form names as 2026-11-05."""
    try:
        if len(text) != len(DAYS):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        raise UserError(_("A day is written as 2026-11-05.")) from None


def month_after(first: date) -> date:
    """The first day of the month after that of `first`."""
    return (first.replace(day=28) + timedelta(4)).replace(day=1)


def month_end(first: date) -> date:
    """The last day of the month of `first`."""
    return first.replace(day=monthrange(first.year, first.month)[1])


def moved_to(field: Field, value: Any, day: date) -> Any:
    """The value on another day: a time stays what the reader's clock said."""
    if isinstance(field, DateField):
        return day
    at = local_time(value).time() if value else time()
    return datetime.combine(day, at, ZoneInfo(current_zone()))


def day_said(value: Any) -> str:
    """The day of a date or time as `read_day` takes it, by the reader's clock."""
    day: date = local_time(value).date() if isinstance(value, datetime) else value
    return day.isoformat()


def _minutes() -> int:
    """How far the reader's clock is ahead of UTC now: that of a zone without summer time always."""
    ahead = local_time(clock.utc_now()).utcoffset() or timedelta()
    return int(ahead.total_seconds()) // 60


def _ahead() -> SQL:
    return SQL(f"INTERVAL '{_minutes()} minutes'")


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(current_zone()))
