"""Texts that have a value for each language, kept together in one column."""

import json
from collections.abc import Mapping
from typing import Any, Self

import peewee
from peewee import Case, Expression, Value, fn

from core.data.database import db
from core.data.fields import TextField
from core.i18n import current_language
from core.i18n.titles import Titles

IN_LANGUAGES = ("uz", "ru", "en")  # Uzbek in Cyrillic letters follows from that in Latin ones
LONGEST = 255  # characters of one language


class Translated(str):
    """The text in the language that was spoken when it was read, or in the first that has one;
    `by_language` holds all of them.
    """

    __slots__ = ("by_language",)
    by_language: dict[str, str]

    def __new__(cls, by_language: Mapping[str, str]) -> Self:
        kept = {
            language: text
            for language in IN_LANGUAGES
            if (text := " ".join(str(by_language.get(language) or "").split()))
        }
        made = super().__new__(cls, str(Titles(kept)))
        made.by_language = kept
        return made

    def stored(self) -> str:
        return json.dumps(self.by_language, ensure_ascii=False, separators=(",", ":"))

    @property
    def all_languages(self) -> str:
        """The texts side by side, for where their difference counts: “uz: Quti · en: Box”."""
        return " · ".join(f"{language}: {text}" for language, text in self.by_language.items())


class TranslatedField(TextField):
    """A short text for each language, shown in that of the reader. It is given a `Translated`, a
    dict {"uz": …, "ru": …, "en": …}, or a text in the language that is spoken.
    """

    def db_value(self, value: Any) -> Any:
        return None if value is None else as_translated(value).stored()

    def python_value(self, value: Any) -> Any:
        return None if value is None else read_stored(value)


def as_translated(value: Any) -> Translated:
    """The value for what somebody gives. Raises `ValueError` for what names other languages."""
    if isinstance(value, Translated):
        return value
    if not isinstance(value, dict):
        return Translated({spoken(): str(value)})
    if unknown := sorted(map(str, value.keys() - set(IN_LANGUAGES))):
        raise ValueError(f"there is no language {unknown[0]}; there are {', '.join(IN_LANGUAGES)}")
    return Translated(value)


def read_stored(text: str) -> Translated:
    """The value of a column; of one that was a plain text before, that text in every language."""
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    return Translated(found if isinstance(found, dict) else dict.fromkeys(IN_LANGUAGES, text))


def spoken() -> str:
    """The language in which a text is asked for now: of Uzbek the one with Latin letters."""
    return current_language().split("-")[0]


def said(field: peewee.Field) -> Any:
    """What a column says in the language that is spoken, for a condition or an order."""
    order = (spoken(), *(language for language in IN_LANGUAGES if language != spoken()))
    is_sqlite = isinstance(db.obj, peewee.SqliteDatabase)
    # A column that was a plain text before may hold one still.
    is_kept = fn.json_valid(field) if is_sqlite else Expression(field, "LIKE", Value('{"%', False))
    texts = [
        fn.json_extract(field, f"$.{language}", coerce=False)
        if is_sqlite
        else fn.json_extract_path_text(field.cast("json"), language, coerce=False)
        for language in order
    ]
    texts = [Case(None, [(is_kept, text)], field) for text in texts]
    return fn.COALESCE(*texts, "", coerce=False)


def in_order(field: peewee.Field) -> Any:
    """What to sort by: the column itself, or what it says in the language that is spoken."""
    return said(field) if isinstance(field, TranslatedField) else field
