"""Columns that are gathered for a whole page of contacts at once."""

from collections.abc import Sequence
from typing import Any

from addons.contacts.models import Contact, ContactTag, Email, Tag
from core.api import _, among, column, fetched, lines_of


@column(Contact, _("E-mail"))
def email(contacts: Sequence[Any]) -> dict[int, str]:
    """The first address of each."""
    ids = (contact.id for contact in contacts)
    return dict(reversed(lines_of(Email.contact, ids, Email.address)))  # the first stays


@column(Contact, _("Tags"))
def tag_names(contacts: Sequence[Any]) -> dict[int, str]:
    """The tags of each, with commas between."""
    found: dict[int, str] = {}
    columns = (ContactTag.contact, Tag.name)
    query = ContactTag.select(*columns).join(Tag)
    query = query.where(among(ContactTag.contact, (contact.id for contact in contacts)))
    for contact, name in fetched(query.order_by(Tag.name), columns):
        found[contact] = f"{found[contact]}, {name}" if contact in found else name
    return found
