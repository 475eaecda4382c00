"""What tables, and the values of events, are called on the page of the history."""

from collections.abc import Mapping

from core.data.model import Model
from core.i18n import Text, _, pgettext
from core.modules.registry import current_registry
from core.web.records.details import title_of

# The kernel's own books, which no screen shows.
BOOKS: dict[str, Text] = {
    "core_addon": _("Apps"),
    "core_attachment": _("Files"),
    "core_history": _("History"),
    "core_comment": _("Comments"),
    "core_device": _("Devices"),
    "core_export": _("Exports"),
    "core_retention_rule": _("Retention"),
    "core_session": _("Sessions"),
    "core_setting": _("Settings of apps"),
    "core_token": _("Tokens"),
    "core_upload": _("Imports"),
    "core_webhook": _("Webhooks"),
}
# What the values of events are called.
LABELS: dict[str, Text] = {
    "address": _("Address of the network"),
    "file": _("File"),
    "filter": _("Filter"),
    "format": _("Format"),
    "login": _("Login name"),
    "reason": _("Why"),
    "rows": _("Records"),
    "rule": _("Rule"),
    "version": _("Version"),
    "made_at": _("Made at"),
    "question": pgettext("history", "Question"),
    "agent": _("Browser"),
    "archive": _("Archive"),
    "backup": _("Backup"),
    "before": _("Version before"),
    "device": _("Device"),
    "factor": _("Second factor"),
    "fault": _("Fault"),
    "is_paused": _("Paused"),
    "left": _("Left as they are"),
    "migrations": _("Migrations"),
    "name": _("Name"),
    "records": _("Records"),
    "roles": _("Roles"),
    "sessions": _("Sessions"),
    "title": _("Name"),
    "tries": _("Tries"),
    "url": _("Address"),
    "way": pgettext("history", "How"),
}
# Values of events that stand for something: how they are told to people.
CODES: dict[str, dict[str, Text]] = {
    "way": {
        "mail": pgettext("history", "by mail"),
        "shown": pgettext("history", "by a link that was shown"),
        "an invitation": pgettext("history", "by an invitation"),
        "a reset": pgettext("history", "by a link for a forgotten password"),
    },
    "factor": {
        "app": pgettext("history", "the app with codes"),
        "all": pgettext("history", "all of them"),
    },
}


def table_title(table: str) -> str:
    """What a table is called: as the screen of its records is, else as its model, or the book of
    the kernel.
    """
    model = models_by_table().get(table)
    if model is None:
        return str(BOOKS.get(table, table))
    registry = current_registry()
    titles: Mapping[type[Model], Text] = registry.once(
        "history titles", lambda: {view.model: view.title for view in registry.views if view.title}
    )
    return str(titles.get(model) or title_of(model))


def models_by_table() -> Mapping[str, type[Model]]:
    registry = current_registry()
    found: Mapping[str, type[Model]] = registry.once(
        "history tables", lambda: {model._meta.table_name: model for model in registry.models}
    )
    return found
