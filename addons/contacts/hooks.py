"""Columns that are gathered for a whole page of contacts at once."""

from typing import Any

from addons.contacts.models import Contact, ContactTag, Email, Tag, Telephone
from core.api import _, column


@column(Contact, _("Telephone"))
def telephone(contacts: list[Any]) -> dict[int, str]:
    """The first number of each that is not a fax."""
    found: dict[int, str] = {}
    query = Telephone.select(Telephone.contact, Telephone.number).where(
        Telephone.contact.in_([contact.id for contact in contacts]), Telephone.kind != "fax"
    )
    for contact, number in query.order_by(Telephone.id).tuples():
        found.setdefault(contact, number)
    return found


@column(Contact, _("E-mail"))
def email(contacts: list[Any]) -> dict[int, str]:
    """The first address of each."""
    found: dict[int, str] = {}
    query = Email.select(Email.contact, Email.address).where(
        Email.contact.in_([contact.id for contact in contacts])
    )
    for contact, address in query.order_by(Email.id).tuples():
        found.setdefault(contact, address)
    return found


@column(Contact, _("Tags"))
def tag_names(contacts: list[Any]) -> dict[int, str]:
    """The tags of each, with commas between."""
    found: dict[int, str] = {}
    query = (
        ContactTag.select(ContactTag.contact, Tag.name)
        .join(Tag)
        .where(ContactTag.contact.in_([contact.id for contact in contacts]))
    )
    for contact, name in query.order_by(Tag.name).tuples():
        found[contact] = f"{found[contact]}, {name}" if contact in found else name
    return found
