"""Read the text of a cell as the value of a field, and say what does not fit and what would."""

import json
import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from peewee import BigIntegerField, Field, SmallIntegerField
from peewee import DateTimeField as PeeweeDateTimeField

from core.data.actor import current_actor
from core.data.fields import (
    BooleanField,
    CharField,
    DateField,
    IntegerField,
    MoneyField,
    ScaledField,
    StateField,
    TextField,
)
from core.data.money import MOST_DIGITS
from core.data.richtext import RichTextField, as_rich
from core.data.translated import IN_LANGUAGES, LONGEST, Translated, TranslatedField, as_translated
from core.exchange.problems import Unfit, choice
from core.formats import format_integer
from core.i18n import _

Read = Callable[[str], Any]

TRUTH = {
    **dict.fromkeys(("1", "true", "yes", "y", "t", "x"), True),
    **dict.fromkeys(("0", "false", "no", "n", "f"), False),
}
ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
DOTTED = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
WHOLE = re.compile(r"[+-]?[0-9]{1,19}")
DECIMAL = re.compile(r"[+-]?[0-9]{1,19}(\.[0-9]{1,19})?")
LONGEST_RICH = 100_000  # characters, with the marks
BITS = ((SmallIntegerField, 15), (BigIntegerField, 63), (IntegerField, 31))


def reader(field: Field) -> Read | None:
    """What reads a text that is not blank as a value of the field, raising `Unfit`; None when
    such fields cannot be imported.
    """
    for kind, make in READERS:
        if isinstance(field, kind):
            return make(field)
    return None


def empty(field: Field) -> Any:
    """The value that a blank cell stands for: none, or the field's default. Raises `Unfit`."""
    if field.null:
        return None
    if field.default is None:
        raise Unfit(_("it is empty"), _("Fill it in"))
    return field.default() if callable(field.default) else field.default


def _truth(field: Field) -> Read:
    def read(text: str) -> bool:
        try:
            return TRUTH[text.strip().lower()]
        except KeyError:
            raise Unfit(
                _("it is neither yes nor no"), _("Write yes or no, true or false, 1 or 0")
            ) from None

    return read


def _state(field: Any) -> Read:
    def read(text: str) -> str:
        if text.strip() in field.states:
            return text.strip()
        raise Unfit(
            _("it is none of the choices %(known)s", known=choice(field.states)),
            _("Write one of them"),
        )

    return read


def _scaled(field: Any) -> Read:
    def read(text: str) -> Decimal:
        if not DECIMAL.fullmatch(text.strip()):
            raise Unfit(_("it is no number"), _("Write digits with a point, such as 1250.50"))
        value = Decimal(text.strip())
        try:
            fits = value == value.quantize(field.unit)
        except InvalidOperation:
            fits = False
        if not fits:
            raise Unfit(
                _("it has more than %(count)s digits after the point", count=field.places),
                _("Round it"),
            )
        if abs(value.scaleb(field.places)) >= 2**63:
            raise Unfit(_("the number is too large"), _("Write a smaller one"))
        return value

    return read


def _amount(field: Field) -> Read:
    """A decimal number: how many digits its currency has is seen when it is stored."""
    return _scaled(ScaledField(places=MOST_DIGITS))


def _whole(field: Field) -> Read:
    limit = 2 ** next(bits for kind, bits in BITS if isinstance(field, kind))

    def read(text: str) -> int:
        if not WHOLE.fullmatch(text.strip()):
            raise Unfit(_("it is no whole number"), _("Write digits alone, such as 1250"))
        value = int(text)
        if not -limit <= value < limit:
            raise Unfit(
                _("the number is too large"),
                _("Write one below %(limit)s", limit=format_integer(limit)),
            )
        return value

    return read


def _moment(field: Field) -> Read:
    def read(text: str) -> datetime:
        try:
            value = datetime.fromisoformat(text.strip())
            if value.tzinfo is None:
                value = value.replace(tzinfo=ZoneInfo(current_actor().zone))
            field.db_value(value)
        except (ValueError, OverflowError):
            raise Unfit(_("it is no time"), _("Write it as 2024-05-31 14:30")) from None
        return value.replace(microsecond=0)

    return read


def _day(field: Field) -> Read:
    def read(text: str) -> date:
        text = text.strip()
        if found := ISO.fullmatch(text):
            year, month, day = map(int, found.groups())
        elif found := DOTTED.fullmatch(text):
            day, month, year = map(int, found.groups())
        else:
            raise Unfit(_("it is no date"), _("Write it as 2024-05-31 or 31.05.2024"))
        try:
            return date(year, month, day)
        except ValueError:
            raise Unfit(_("there is no such day"), _("Write a day of the calendar")) from None

    return read


def _text(field: Any) -> Read:
    longest = getattr(field, "max_length", None)

    def read(text: str) -> str:
        if "\0" in text:
            raise Unfit(_("it holds a NUL character"), _("Remove the character"))
        if longest and len(text) > longest:
            raise Unfit(
                _(
                    "it has %(count)s characters where %(longest)s fit",
                    count=format_integer(len(text)),
                    longest=longest,
                ),
                _("Shorten it"),
            )
        return text

    return read


def _rich(field: Field) -> Read:
    read_text = _text(field)

    def read(text: str) -> str:
        if len(text) > LONGEST_RICH:
            raise Unfit(
                _(
                    "it has %(count)s characters where %(longest)s fit",
                    count=format_integer(len(text)),
                    longest=format_integer(LONGEST_RICH),
                ),
                _("Shorten it"),
            )
        return as_rich(read_text(text))

    return read


def _translated(field: Field) -> Read:
    read_text = _text(field)

    def read(text: str) -> Translated:
        try:
            found = as_translated(_by_language(read_text(text)))
        except ValueError:
            known = ", ".join(IN_LANGUAGES)
            raise Unfit(
                _("it names an unknown language"), _("Write %(known)s alone", known=known)
            ) from None
        for each in found.by_language.values():
            if len(each) > LONGEST:
                raise Unfit(
                    _(
                        "it has %(count)s characters where %(longest)s fit",
                        count=format_integer(len(each)),
                        longest=LONGEST,
                    ),
                    _("Shorten it"),
                )
        if not found.by_language and not field.null and field.default is None:
            raise Unfit(_("it is empty"), _("Fill it in"))
        return found

    return read


def _by_language(text: str) -> Any:
    """The object that the text is, or the text itself."""
    if not text.startswith("{"):
        return text
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return text
    is_plain = isinstance(found, dict) and all(isinstance(each, str) for each in found.values())
    return found if is_plain else text


READERS: tuple[tuple[type[Any], Callable[[Any], Read | None]], ...] = (
    (BooleanField, _truth),
    (StateField, _state),
    (MoneyField, _amount),
    (ScaledField, _scaled),
    (IntegerField, _whole),
    (PeeweeDateTimeField, _moment),
    (DateField, _day),
    (CharField, _text),
    (RichTextField, _rich),
    (TranslatedField, _translated),
    (TextField, _text),
)
