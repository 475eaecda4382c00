"""The roles of contacts, and what each may do."""

from addons.contacts.models import Contact, Tag
from core.api import LED, TEAM, Access, Role, _, staff

own = Role("contacts.own", _("Contacts: own customers"), implies=(staff,))
user = Role("contacts.user", _("Contacts: customers of the team"), implies=(own,))
manager = Role("contacts.manager", _("Contacts: all customers"), implies=(user,))

access = [
    Access(Contact, own, "cru", scope=LED),
    Access(Contact, user, "cru", scope=TEAM),
    Access(Contact, manager, "crudx"),
    Access(Tag, own, "r"),
    Access(Tag, manager, "crudx"),
]
