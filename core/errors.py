"""Errors whose text is shown to a person as it is, so each says what to do."""


class KarvonError(Exception):
    """The base of every error that Karvon raises on purpose."""


class UserError(KarvonError):
    """A rule of the business was broken; the page or verb shows the text and stays as it was."""


class TooLarge(UserError):
    """What was sent is larger than it may be."""


class NotKept(KarvonError):
    """The store of files takes nothing in or gives nothing out; whose fault, the log says."""


class NotAllowed(KarvonError):
    """The actor may not do this. The text never names a record."""


class NoActor(KarvonError):
    """A query ran for nobody: open `acting_as(actor)` or `system("why")` around it."""


class Busy(KarvonError):
    """The database was not free within the deadline; try again after `retry_after` seconds."""

    retry_after = 2


class ConfigError(KarvonError):
    """config.ini or a KARVON_* variable cannot be used as it stands."""


class ManifestError(KarvonError):
    """An addon's manifest.toml is missing, misspelt or points nowhere."""


class Conflict(KarvonError):
    """The record was changed by somebody else since it was read; both versions are to be shown."""


def ended(text: str) -> str:
    """The text of another error as a sentence: with a full stop, unless it ends like one."""
    return text if text.endswith((".", "?", "!", "…")) else f"{text}."
