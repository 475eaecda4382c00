"""The languages of Karvon, and the one, with its time zone, that this moment speaks."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

SOURCE = "en"  # the language of the texts in the code
LANGUAGES = ("uz", "uz-Cyrl", "ru", SOURCE)
LANGUAGE_NAMES = {
    "uz": "Oʻzbekcha",
    "uz-Cyrl": "Ўзбекча",
    "ru": "Русский",
    "en": "English",
}

ZONE = "Asia/Tashkent"  # of those who chose none, where an instance says nothing else

_default = {"language": SOURCE, "zone": ZONE}
_language: ContextVar[str] = ContextVar("language", default=SOURCE)
_zone: ContextVar[str] = ContextVar("zone", default=ZONE)

current_language = _language.get  # read once per text: no frame of Python in between
current_zone = _zone.get


def speak_by_default(language: str, zone: str) -> None:
    """Let the instance speak `language` to whoever chose none, and show them times in `zone`."""
    _default.update(language=language, zone=zone)


def default_language() -> str:
    return _default["language"]


def default_zone() -> str:
    return _default["zone"]


@contextmanager
def speaking(language: str, zone: str | None = None) -> Iterator[None]:
    """Speak `language` inside the block, and show times in `zone` (None: as before).

    A language that is not in LANGUAGES speaks English.
    """
    token = _language.set(language if language in LANGUAGES else SOURCE)
    zone_token = _zone.set(zone) if zone else None
    try:
        yield
    finally:
        _language.reset(token)
        if zone_token:
            _zone.reset(zone_token)
