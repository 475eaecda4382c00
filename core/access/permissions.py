"""The roles of the core, and who may see users, teams and organizations."""

from typing import Any

from peewee import Expression

from core.access.lines import ADMIN, Access, Role, Rule
from core.access.models import Cover, CustomRole, Organization, Team, User
from core.data.actor import Actor
from core.i18n import _

admin = Role(ADMIN, _("Administrator"))
staff = Role("core.staff", _("Employee"))
portal = Role("core.portal", _("Customer with a login"))
auditor = Role("core.auditor", _("Watches over access"), implies=(staff,))
observer = Role("core.observer", _("Watches over the server"))
privacy = Role("core.privacy", _("Cares for personal data"), implies=(staff,))

access = [
    Access(
        User, staff, "r", except_fields=("email", "telephone", "contact_id", "is_active", "roles")
    ),
    Access(Team, staff, "r"),
    Access(Organization, staff, "r"),
    Access(Cover, staff, "cru"),
    Access(CustomRole, admin, "crud"),
]


def _known(row: Any, actor: Actor) -> Expression:
    return (row.user == actor.id) | (row.substitute == actor.id)


def _own(row: Any, actor: Actor) -> Expression:
    return row.user == actor.id


rules = [
    Rule(Cover, staff, _known, on="r", title=_("they are away or stand in")),
    Rule(Cover, staff, _own, on="u", title=_("they are away themselves")),
]
