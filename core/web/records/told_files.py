"""What the history of a record says of the files on it."""

import json
from collections.abc import Iterable
from typing import Any

from core.data import history
from core.i18n import _


def said_of_file(action: str, values: Iterable[Any]) -> Any:
    """A sentence for {field, old name, new name} of a file."""
    names = [text for value in values for text in value[1:3] if text is not None]
    name = json.loads(names[0]) if names else "—"
    if action == history.ARCHIVE:
        return _("File removed: %(name)s", name=name)
    if action == history.RESTORE:
        return _("File brought back: %(name)s", name=name)
    return _("File attached: %(name)s", name=name)
