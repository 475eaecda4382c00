"""What can be chosen in the forms of the studio: records, sections and roles."""

from collections.abc import Iterator
from typing import Any

from core.api import DateField, User, _, fields_seen, roles, screens

Options = list[tuple[str, Any]]
OWN = "studio."  # what the studio itself keeps is extended by nobody
OWNER, CREATOR, AUTHOR, ADDRESS = "owner", "creator", "author", "address"
ROLE, PERSON = "role:", "user:"
MOST_USERS = 200


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


def offered_fields() -> Options:
    """The fields of all records that the reader sees, as `contacts.contact.city`."""
    return [(name, title) for name, title, _field in _fields()]


def offered_dates() -> Options:
    """Those of the fields that hold a day."""
    return [(name, title) for name, title, field in _fields() if isinstance(field, DateField)]


def _fields() -> Iterator[tuple[str, str, Any]]:
    for each in screens():
        if not each.name.startswith(OWN):
            for name, (title, field) in fields_seen(each.model).items():
                yield f"{each.name}.{name}", f"{title} ({each.title})", field


def offered_people() -> Options:
    """Whom a rule can tell: by their part in the record, by a role, by name."""
    parts: Options = [
        (OWNER, _("Responsible for the record")),
        (CREATOR, _("Who made the record")),
        (AUTHOR, _("Author of the rule")),
        (ADDRESS, _("E-mail of the record")),
    ]
    held = [(f"{ROLE}{name}", _("Everybody who is: %(role)s", role=t)) for name, t in roles()]
    users = User.select(User.id, User.name).where(User.is_active, User.kind == "staff")
    named = users.order_by(User.name).limit(MOST_USERS).tuples()
    return [*parts, *held, *((f"{PERSON}{id}", name) for id, name in named)]
