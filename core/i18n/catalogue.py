"""Catalogues of translations: read from .po files, merged per language, Cyrillic Uzbek derived."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from markupsafe import Markup, escape

from core.alphabet import to_cyrillic
from core.i18n.languages import SOURCE

CORE_LOCALE = Path(__file__).resolve().parent.parent / "locale"
CYRILLIC = "uz-Cyrl"
LATIN = "uz"

MOST_KEPT = 20_000  # escaped texts of a language

Messages = dict[str, tuple[str, ...]]
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Catalogue:
    """The translations of one language: a text by its key, and the forms that count by theirs.

    The key of a text is the English text, after its context and U+0004 where `pgettext` gave one;
    that of counted forms is the English singular. What is missing here is spoken in English.
    """

    language: str
    texts: MappingProxyType[str, str]
    counted: MappingProxyType[str, tuple[str, ...]]
    _html: dict[str, Markup] = field(default_factory=dict, compare=False, repr=False)

    def html(self, key: str, source: str) -> Markup:
        """A text without values, escaped: a page says a hundred, and the same ones again."""
        found = self._html.get(key)
        if found is None:
            found = escape(self.texts.get(key, source))
            if len(self._html) < MOST_KEPT:
                self._html[key] = found
        return found


@dataclass
class _Process:
    """The folders that this process speaks from, and what was merged from them so far."""

    folders: tuple[Path, ...] = (CORE_LOCALE,)
    merged: dict[str, Catalogue] = field(default_factory=dict)


_process = _Process()


def use_catalogues(folders: Iterable[Path]) -> None:
    """Speak from core's catalogues and those in `folders` (each holds uz.po, ru.po) from now on.

    Files are read when a language is first spoken, and again only when they changed. Where two
    translate the same text, the earlier folder wins, core's first: an addon renames nothing.
    """
    global _process
    _process = _Process((CORE_LOCALE, *(each for each in folders if each != CORE_LOCALE)))


def catalogue(language: str) -> Catalogue:
    """What this process knows of `language`."""
    process = _process
    found = process.merged.get(language)
    if found is None:
        found = process.merged[language] = load_catalogue(language, process.folders)
    return found


def load_catalogue(language: str, folders: tuple[Path, ...]) -> Catalogue:
    """Merge the catalogues of `language` in `folders`; one that has none adds nothing."""
    texts: dict[str, str] = {}
    counted: dict[str, tuple[str, ...]] = {}
    if language != SOURCE:
        for folder in reversed(folders):
            path = folder / f"{LATIN if language == CYRILLIC else language}.po"
            if path.is_file():
                their_texts, their_counted = _read(path, path.stat().st_mtime_ns, language)
                texts.update(their_texts)
                counted.update(their_counted)
    return Catalogue(language, MappingProxyType(texts), MappingProxyType(counted))


@lru_cache(maxsize=512)
def _read(path: Path, changed_at: int, language: str) -> tuple[dict[str, str], Messages]:
    # `changed_at` is part of the key: a catalogue that was edited is read again.
    if language == CYRILLIC:
        texts, counted = _read(path, changed_at, LATIN)
        return (
            {key: to_cyrillic(text) for key, text in texts.items()},
            {key: tuple(map(to_cyrillic, forms)) for key, forms in counted.items()},
        )
    return _parsed(path)


def _parsed(path: Path) -> tuple[dict[str, str], Messages]:
    from babel.messages.pofile import PoFileError, read_po  # costs 30 ms, and English needs none

    texts: dict[str, str] = {}
    counted: Messages = {}
    try:
        with path.open("rb") as file:
            messages = read_po(file, abort_invalid=True)
    except (PoFileError, ValueError) as error:
        # A page in English helps more than no page; the contract tests name the file again.
        _log.error("%s cannot be read as a catalogue and is left out: %s", path, error)
        return texts, counted
    for message in messages:
        source, wording = message.id, message.string
        if message.fuzzy or not source or not wording:
            continue
        if isinstance(source, str):
            texts[_key(source, message.context)] = str(wording)
        elif all(wording):
            counted[_key(source[0], message.context)] = tuple(wording)
    return texts, counted


def _key(text: str, context: str | None) -> str:
    return f"{context}\x04{text}" if context else text
