"""Titles that people gave in several languages, and which are kept with what they name."""

from markupsafe import escape

from core.alphabet import to_cyrillic
from core.i18n.languages import LANGUAGES, current_language
from core.i18n.lazy import LazyText

CYRILLIC = "uz-Cyrl"


class Titles(LazyText):
    """A text that speaks as it was given for each language; one that lacks speaks as the first
    that does not. Uzbek in Cyrillic letters follows from that in Latin ones.
    """

    __slots__ = ("by_language",)

    def __init__(self, by_language: dict[str, str]) -> None:
        self.by_language = {
            language: text for language in LANGUAGES if (text := by_language.get(language, ""))
        }
        if "uz" in self.by_language:
            self.by_language.setdefault(CYRILLIC, to_cyrillic(self.by_language["uz"]))
        first = next(iter(self.by_language.values()), "")
        super().__init__(repr(sorted(self.by_language.items())), first, {})

    def _wording(self) -> str:
        return self.by_language.get(current_language(), self.source)

    def __html__(self) -> str:
        return escape(self._wording())


def titles(uz: str = "", ru: str = "", en: str = "") -> Titles:
    """What something is called, as people gave it in each language."""
    return Titles({"uz": uz.strip(), "ru": ru.strip(), "en": en.strip()})
