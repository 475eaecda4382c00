"""Lazy texts: written once in English, spoken in the language of whoever reads."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape

from core.i18n.catalogue import catalogue
from core.i18n.languages import current_language


class LazyText:
    """A text that is translated each time it is turned into a string.

    `key` is the catalogue's, `source` the English text. Values fill `%(name)s`; without values a
    percent sign is only a percent sign. In HTML the text and its values are escaped, but for
    values that are Markup. Equal texts with equal values are equal, whatever is spoken.
    """

    __slots__ = ("key", "source", "values")

    def __init__(self, key: str, source: str, values: Mapping[str, Any]) -> None:
        self.key = key
        self.source = source
        self.values = values

    def _wording(self) -> str:
        return catalogue(current_language()).texts.get(self.key, self.source)

    def _english(self) -> str:
        return self.source

    def __str__(self) -> str:
        wording = self._wording()
        if not self.values:
            return wording
        try:
            return wording % self.values
        except (KeyError, TypeError, ValueError):  # a broken translation must not break the page
            return self._english() % self.values

    def __html__(self) -> str:
        if not self.values:
            return catalogue(current_language()).html(self.key, self.source)
        try:
            return escape(self._wording()) % self.values
        except (KeyError, TypeError, ValueError):
            return escape(self._english()) % self.values

    def __mod__(self, values: Mapping[str, Any]) -> "LazyText":
        return type(self)(self.key, self.source, {**self.values, **values})

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, LazyText):
            return NotImplemented
        return (self.key, self.source, self.values) == (other.key, other.source, other.values)

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._english()!r})"


class LazyCount(LazyText):
    """A lazy text whose form follows the number `n`; `source`, `plural` are English."""

    __slots__ = ("n", "plural")

    def __init__(self, source: str, plural: str, n: int, values: Mapping[str, Any]) -> None:
        super().__init__(source, source, values)
        self.plural = plural
        self.n = n

    def _wording(self) -> str:
        language = current_language()
        forms = catalogue(language).counted.get(self.key)
        if forms is None:
            return self._english()
        index = _russian_form(self.n) if language == "ru" else 0
        return forms[min(index, len(forms) - 1)]

    def _english(self) -> str:
        return self.source if self.n == 1 else self.plural

    def __mod__(self, values: Mapping[str, Any]) -> "LazyCount":
        return LazyCount(self.source, self.plural, self.n, {**self.values, **values})

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, LazyCount):
            return NotImplemented
        return super().__eq__(other) and (self.plural, self.n) == (other.plural, other.n)

    __hash__ = LazyText.__hash__


Text = LazyText | str  # what people read: titles, labels, choices


def _russian_form(n: int) -> int:
    """Return 0 for 1, 21 клиент; 1 for 2, 3, 4 клиента; 2 for 5, 11 клиентов."""
    ones, tens = abs(n) % 10, abs(n) % 100
    if ones == 1 and tens != 11:
        return 0
    return 1 if 2 <= ones <= 4 and not 12 <= tens <= 14 else 2


def gettext(text: str, /, **values: Any) -> LazyText:
    """Mark `text`, English with `%(name)s`, for translation; everybody imports it as `_`."""
    return LazyText(text, text, values)


def pgettext(context: str, text: str, /, **values: Any) -> LazyText:
    """Mark a text whose English means different things; `context` says which one is meant."""
    return LazyText(f"{context}\x04{text}", text, values)


def ngettext(singular: str, plural: str, n: int, /, **values: Any) -> LazyCount:
    """Mark a text that counts: `ngettext("%(n)s customer", "%(n)s customers", 5)`.

    `n` chooses the form; give `n=` once more to show it otherwise, as "10 000".
    """
    return LazyCount(singular, plural, n, {"n": n, **values})


def said(text: str, /, **values: Any) -> LazyText | Markup:
    """As `gettext`, for templates, which say a text at once."""
    if values:
        return LazyText(text, text, values)
    return catalogue(current_language()).html(text, text)
