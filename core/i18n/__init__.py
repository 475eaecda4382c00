"""Words and their languages: lazy texts, catalogues, the language that is spoken now."""

from core.i18n.languages import (
    LANGUAGE_NAMES,
    LANGUAGES,
    current_language,
    current_zone,
    speaking,
)

__all__ = [
    "LANGUAGES",
    "LANGUAGE_NAMES",
    "current_language",
    "current_zone",
    "speaking",
]
