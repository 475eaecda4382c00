"""Guess what the columns of a file stand for: as last time, else by name or title in any tongue."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from core.alphabet import fold
from core.data.actor import current_actor
from core.data.fields import StateField
from core.exchange.plan import key_of
from core.exchange.uploads.models import Upload
from core.exchange.uploads.places import Place, Places
from core.i18n import LANGUAGES, speaking

NUMBERED = re.compile(r"(.*[a-z]) ?([1-9])")
BETWEEN = re.compile(r"[^a-z0-9]+")


def guessed(places: Places, upload: Upload, words: Mapping[str, str]) -> dict[str, Any]:
    """{"places": what each column fills, or "", "key": by what records are found, or ""}. `words`
    are names that other files give a field: {"telephones.number": "tel, mobile"}.
    """
    if known := _remembered(places, upload):
        return known
    titles = _titles(places, words)
    taken: set[str] = set()
    found = []
    for column in upload.columns:
        name = _place_of(column, titles, places, taken)
        taken.add(name)
        found.append(name)
    key = key_of(places.model)
    return {"places": found, "key": key.name if key is not None and key.name in taken else ""}


def _remembered(places: Places, upload: Upload) -> dict[str, Any] | None:
    """What the same user said of a file with the same columns last, as far as it still holds."""
    mine = (Upload.owner == current_actor().id) & (Upload.model == upload.model)
    same = mine & (Upload.header == upload.header) & (Upload.mapping != "{}")
    last = Upload.select().where(same, Upload.id != upload.id).order_by(Upload.id.desc()).first()
    if last is None:
        return None
    known = last.map
    return {
        "places": [name if name in places.by_name else "" for name in known["places"]],
        "key": known["key"] if known["key"] in places.key_titles() else "",
    }


def _place_of(column: str, titles: dict[str, str], places: Places, taken: set[str]) -> str:
    """The place that a column is called after, and that no other column has yet; "" for none."""
    if column in places.by_name and column not in taken:
        return column
    words = key_words(column)
    name = titles.get(words, "")
    match = NUMBERED.fullmatch(words)
    if not name and match:
        name = _numbered(titles.get(match[1].strip(), ""), int(match[2]))
    for number in range(1, 10):  # the second column of that name is the second line
        wanted = _numbered(name, number) if number > 1 else name
        if wanted in places.by_name and wanted not in taken:
            return wanted
    return ""


def _numbered(name: str, number: int) -> str:
    return name.replace(".1.", f".{number}.")


def _titles(places: Places, words: Mapping[str, str]) -> dict[str, str]:
    """{folded heading: name of a place}; of what two are called so, the first counts."""
    found: dict[str, str] = {}
    every = list(places.by_name.values())
    for place in sorted(every, key=lambda place: place.part is not None):
        if place.line <= 1:
            for title in _called(place, words):
                found.setdefault(key_words(title), place.name)
    found.pop("", None)
    return found


def _called(place: Place, words: Mapping[str, str]) -> Iterator[str]:
    yield place.name
    yield from words.get(place.name.replace(".1.", "."), "").split(",")
    yield from _in_every_language(place.title)
    if place.part is None:
        return
    if place.is_mark or _leads(place):
        yield place.part.model.__name__
        yield place.part.name
        yield from _in_every_language(getattr(place.part.model._meta, "plural", ""))
        yield from _in_every_language(place.field.verbose_name)


def _leads(place: Place) -> bool:
    """Whether a line is called after this field: the first that is no mere choice."""
    assert place.part is not None  # noqa: S101 - asked of the places of lines
    said = [f for f in place.part.fields.values() if not isinstance(f, StateField)]
    return bool(said) and said[0] is place.field


def _in_every_language(title: Any) -> Iterator[str]:
    for language in LANGUAGES:
        with speaking(language):
            yield str(title or "")


def key_words(text: str) -> str:
    """A heading as it is compared: folded, of words alone."""
    return BETWEEN.sub(" ", fold(text)).strip()
