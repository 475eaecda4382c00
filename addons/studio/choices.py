"""What can be chosen in the forms of the studio: records, sections and roles."""

from typing import Any

from core.api import roles, screens

Options = list[tuple[str, Any]]
OWN = "studio."  # what the studio itself keeps is extended by nobody


def offered_records() -> Options:
    """The records that may get fields and rules: whatever the reader has a screen of."""
    return [(each.name, each.title) for each in screens() if not each.name.startswith(OWN)]


def offered_sections() -> Options:
    """The sections of all forms, as `contacts.contact:city`: the last field that stands there."""
    return [
        (f"{each.name}:{last}", f"{each.title}: {title}")
        for each in screens()
        if not each.name.startswith(OWN)
        for title, last in each.sections
    ]


def offered_roles() -> Options:
    """The roles that a field can be kept for."""
    return list(roles())
