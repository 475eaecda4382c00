"""Read cells as people write them: choices by title, yes and no in any language, any number."""

import re
from collections.abc import Callable
from typing import Any

from peewee import Field

from core.alphabet import fold
from core.data.fields import (
    BooleanField,
    DateField,
    DateTimeField,
    IntegerField,
    MoneyField,
    ScaledField,
)
from core.exchange.cells import TRUTH, reader
from core.exchange.problems import Unfit, choice
from core.i18n import LANGUAGES, _, speaking

YES = ("+", "ha", "bor", "да", "есть", "yes")
NO = ("-", "yoʻq", "нет", "no")
SPACES = re.compile(r"[\s\u00a0\u202f]+")
DAY = re.compile(r"([0-9]{1,2})[/-]([0-9]{1,2})[/-]([0-9]{4})")

Read = Callable[[str], Any]


def wide_reader(field: Field) -> Read:
    """What reads a cell that is not blank, in whatever way people write it. Raises `Unfit`."""
    if field.choices:
        return _choice(field)
    if isinstance(field, BooleanField):
        return _truth()
    read = reader(field)
    assert read is not None  # noqa: S101 - a place is made of a field that can be typed
    for kind, plain in PLAIN:
        if isinstance(field, kind):
            return lambda text: read(plain(text))
    return read


def _choice(field: Field) -> Read:
    known = {fold(str(value)): value for value, _title in field.choices}
    for language in LANGUAGES:
        with speaking(language):
            for value, title in field.choices:
                known.setdefault(fold(str(title)), value)

    def read(text: str) -> Any:
        try:
            return known[fold(text)]
        except KeyError:
            titles = choice(str(title) for _value, title in field.choices)
            raise Unfit(
                _("it is none of the choices %(known)s", known=titles), _("Write one of them")
            ) from None

    return read


def _truth() -> Read:
    known = {**TRUTH, **{fold(w): True for w in YES}, **{fold(w): False for w in NO}}
    known |= {"+": True, "-": False}

    def read(text: str) -> bool:
        found = known.get(text.strip().lower(), known.get(fold(text)))
        if found is None:
            raise Unfit(_("it is neither yes nor no"), _("Write yes or no"))
        return found

    return read


def _number(text: str) -> str:
    """1 250,50 and 1,250.50 as 1250.50."""
    text = SPACES.sub("", text)
    if "," in text and "." in text:
        return text.replace("," if text.rindex(",") < text.rindex(".") else ".", "").replace(
            ",", "."
        )
    return text.replace(",", ".")


def _whole(text: str) -> str:
    return re.sub(r"\.0+$", "", _number(text))


def _day(text: str) -> str:
    """31/05/2024 as 31.05.2024, and a day without the midnight that spreadsheets give it."""
    text = text.strip().removesuffix(" 00:00:00")
    return DAY.sub(r"\1.\2.\3", text)


PLAIN: tuple[tuple[Any, Callable[[str], str]], ...] = (
    ((ScaledField, MoneyField), _number),
    (IntegerField, _whole),
    (DateTimeField, str.strip),
    (DateField, _day),
)
