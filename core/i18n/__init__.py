"""Words and their languages: lazy texts, catalogues, the language that is spoken now."""

from core.i18n.catalogue import Catalogue, load_catalogue, use_catalogues
from core.i18n.languages import (
    LANGUAGE_NAMES,
    LANGUAGES,
    current_language,
    current_zone,
    default_language,
    default_zone,
    speak_by_default,
    speaking,
)
from core.i18n.lazy import LazyCount, LazyText, Text, ngettext, pgettext, said
from core.i18n.lazy import gettext as _

__all__ = [
    "LANGUAGES",
    "LANGUAGE_NAMES",
    "Catalogue",
    "LazyCount",
    "LazyText",
    "Text",
    "_",
    "current_language",
    "current_zone",
    "default_language",
    "default_zone",
    "load_catalogue",
    "ngettext",
    "pgettext",
    "said",
    "speak_by_default",
    "speaking",
    "use_catalogues",
]
