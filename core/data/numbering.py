"""Numbers of documents: a checked pattern, and a counter without gaps.

A pattern is a text with placeholders out of a fixed set, `{year}-{number:05}`. They are looked up
in a table and nothing of it is evaluated: what is not in the table is refused when it is saved.
"""

import re
from datetime import date
from typing import Any

from peewee import BigIntegerField

from core.data.database import db, transaction
from core.data.fields import CharField, IntegerField
from core.data.internal import Internal
from core.errors import UserError
from core.i18n import _

LONGEST = 64
PLAIN = {"year": "{:04d}", "yy": "{:02d}", "month": "{:02d}", "day": "{:02d}", "number": "{:d}"}
KNOWN = "{year} {yy} {month} {day} {number} {number:05}"
_PLACEHOLDER = re.compile(r"\{([a-z]+)(?::0([1-9]))?\}", re.ASCII)


class Counter(Internal):
    """The last number of a series that was given; `organization` and `year` are 0 where one series
    runs through all of them.
    """

    name = CharField(max_length=64)
    organization = IntegerField(default=0)
    year = IntegerField(default=0)
    value = BigIntegerField(default=0)

    class Meta:
        indexes = ((("name", "organization", "year"), True),)
        of_addon = "name"


class NumberPatternField(CharField):
    """A pattern of numbers; a write of one that does not fit raises `UserError`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=LONGEST, **options)

    def db_value(self, value: Any) -> Any:
        if value is not None:
            check_pattern(str(value))
        return super().db_value(value)


def check_pattern(pattern: str) -> None:
    """Raise `UserError`, which names what is allowed, unless the pattern makes numbers."""
    rest = _PLACEHOLDER.sub("", pattern)
    found = _PLACEHOLDER.findall(pattern)
    names = [name for name, _width in found]
    fits = (
        0 < len(pattern) <= LONGEST
        and pattern.isprintable()
        and not {*rest} & {*"{}%"}
        and all(name in PLAIN and (not width or name == "number") for name, width in found)
        and names.count("number") == 1
    )
    if not fits:
        raise UserError(
            _(
                "A pattern holds {number} once and at most 64 signs; it may use %(known)s.",
                known=KNOWN,
            )
        )


def filled_number(pattern: str, number: int, day: date) -> str:
    """The text of one number: `{year}-{number:05}`, 42 -> “2026-00042”. A number with more digits
    than its width is written whole.
    """
    check_pattern(pattern)
    values = {
        **{"year": day.year, "yy": day.year % 100, "month": day.month, "day": day.day},
        "number": number,
    }

    def put(match: re.Match[str]) -> str:
        name, width = match.groups()
        return str(values[name]).zfill(int(width)) if width else PLAIN[name].format(values[name])

    return _PLACEHOLDER.sub(put, pattern)


def next_number(name: str, pattern: str, day: date, organization: int = 0) -> str:
    """The next number of the series `addon.word` for a document of this day: without gaps, for it
    is given back when the transaction is undone, and never twice, for whoever asks meanwhile waits
    for its end. Numbers begin anew with each year where the pattern says the year. Ask late: the
    series is held until the transaction ends. Raises `RuntimeError` outside of one.
    """
    check_pattern(pattern)
    if not db.in_transaction():
        raise RuntimeError("Ask for a number in the transaction that uses it: else gaps come.")
    by_year = "{year}" in pattern or "{yy}" in pattern
    series = {"name": name, "organization": organization, "year": day.year if by_year else 0}
    return filled_number(pattern, _counted(series), day)


def _counted(series: dict[str, Any]) -> int:
    mine = [getattr(Counter, field) == value for field, value in series.items()]
    step = Counter.update(value=Counter.value + 1).where(*mine)
    if not step.execute():
        # Of two who begin a series at once one comes second, and counts on from the other.
        with transaction():
            Counter.insert(**series, value=0).on_conflict_ignore().execute()
        step.execute()
    return int(Counter.select(Counter.value).where(*mine).scalar())
