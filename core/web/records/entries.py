"""One row of the history as a timeline tells it, and those that are a sentence by themselves."""

import json
from dataclasses import dataclass, field
from typing import Any

from core.data import history
from core.data.erasing import ERASE, HAND_OUT
from core.i18n import Text, _, pgettext

DONE: dict[str, Text] = {
    history.CREATE: pgettext("history", "Created"),
    history.ARCHIVE: pgettext("history", "Archived"),
    history.RESTORE: pgettext("history", "Restored"),
    HAND_OUT: _("Personal data handed out"),
}
# All that a timeline says of the record itself. Logins, passwords and tokens of a user stand in
# the history under that user, too: they are for whoever watches over access alone.
SAID = (history.UPDATE, history.DELETE, history.CONFIRM, ERASE, *DONE)


@dataclass
class Entry:
    """One row of the history with its values, (field, old, new, id) as the history keeps them, and
    the fields whose values were erased.
    """

    id: int
    at: Any
    actor: int | None
    request: str
    table: str
    record: int
    action: str
    values: list[tuple[str, str | None, str | None, int]] = field(default_factory=list)
    erased: list[str] = field(default_factory=list)

    def take(self, salt: str | None, name: str, *change: Any) -> None:
        """Take a value in; one without its salt was erased."""
        if salt is None:
            self.erased.append(name)
        else:
            self.values.append((name, *change))


def sentences(entry: Entry) -> list[Text] | None:
    """What an entry says that is a sentence by itself; None of one that tells of fields."""
    if entry.action not in (history.CONFIRM, ERASE):
        return None
    said = [json.loads(new) for _name, _old, new, _id in entry.values if new is not None]
    if entry.action == ERASE:
        return [_("Personal data erased: %(reason)s", reason=reason) for reason in said]
    return [_("Confirmed all the same: %(text)s", text=text) for text in said]
