"""By which texts a person is known, and whether another text names them."""

import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, quote_plus, unquote, unquote_plus

import peewee
from peewee import Field

from core.data.database import db
from core.data.fields import (
    DerivedField,
    EmailField,
    NormalEmailField,
    NormalTelephoneField,
    TaxNumberField,
    TelephoneField,
)

SHORTEST = 4  # characters of a text by which somebody is known
CLEAR = 8  # and of one that has letters alone
NUMBERED = (EmailField, NormalEmailField, NormalTelephoneField, TaxNumberField, TelephoneField)
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})|\\(.)")
# Databases disagree on the small letters of other alphabets, so those are asked for both ways.
_BIG = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SMALL = str.maketrans(_BIG, _BIG.lower())


def identifies(field: Field, text: str) -> bool:
    """Whether a text in the field tells one person from others: a full name, an address, a number.
    A first name or a city is said of many.
    """
    if len(text) < SHORTEST or field.choices:
        return False
    if isinstance(field, NUMBERED) and not _follows_lines(field):
        return True
    if field.name != "name" and not field.unique:
        return False
    return len(text) >= CLEAR or not text.isalpha()


def _follows_lines(field: Field) -> bool:
    """Whether the field repeats what a line says: it is known by that."""
    return isinstance(field, DerivedField) and field.of not in field.model._meta.fields


class Words:
    """The texts that a person is known by."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.texts = list(dict.fromkeys(texts))
        joined = "|".join(re.escape(form) for text in self.texts for form in _forms(text))
        self._named = re.compile(rf"(?<!\w)(?:{joined})(?!\w)", re.IGNORECASE)

    def within(self, *columns: Any) -> Any:
        """The condition that a column holds one of them, as texts, JSON or addresses write it; it
        may be a part of a longer word: `named` tells.
        """
        held = (contains(column, needle) for needle in self._needles() for column in columns)
        return either(held)

    def named(self, *texts: str | None) -> bool:
        """Whether one of the texts, JSON or parts of addresses among them, names the person."""
        return bool(self.texts) and any(
            self._named.search(said) for text in texts if text for said in _readings(text)
        )

    def _needles(self) -> list[str]:
        found: dict[str, None] = {}
        for text in self.texts:
            for form in _forms(text):
                plain, escaped = (json.dumps(form, ensure_ascii=a)[1:-1] for a in (False, True))
                for each in (form, plain, escaped, quote(form), quote_plus(form)):
                    found[each.translate(_SMALL)] = None
        return list(found)


def _forms(text: str) -> tuple[str, ...]:
    return text, text.lower(), text.upper(), text.casefold()


def _readings(text: str) -> set[str]:
    plain = _ESCAPED.sub(_unescaped, text)
    return {text, plain, unquote(plain), unquote_plus(plain)}


def _unescaped(found: re.Match[str]) -> str:
    if found[1]:
        return chr(int(found[1], 16))
    return found[2] if found[2] in '"\\/' else " "


def contains(column: Any, text: str) -> Any:
    """The condition that a column holds a text, of which English letters are small, in any case."""
    held = peewee.fn.COALESCE(column, "")
    if isinstance(db.obj, peewee.SqliteDatabase):
        return peewee.fn.INSTR(peewee.fn.LOWER(held), text) > 0
    return peewee.fn.STRPOS(peewee.fn.TRANSLATE(held, _BIG, _BIG.lower()), text) > 0


def either(conditions: Iterable[Any]) -> Any:
    """That one of the conditions holds, in a tree that is no deeper than it must be."""
    found = list(conditions)
    if not found:
        return peewee.SQL("1 = 0")
    while len(found) > 1:
        pairs = (found[n : n + 2] for n in range(0, len(found), 2))
        found = [pair[0] | pair[1] if len(pair) == 2 else pair[0] for pair in pairs]
    return found[0]
