"""The roles of the core, and who may see users, teams and organizations."""

from core.access.models import Organization, Team, User
from core.access.policy import ADMIN, Access, Role
from core.i18n import _

admin = Role(ADMIN, _("Administrator"))
staff = Role("core.staff", _("Employee"))
portal = Role("core.portal", _("Customer with a login"))
observer = Role("core.observer", _("Watches over the server"))
privacy = Role("core.privacy", _("Cares for personal data"), implies=(staff,))

access = [
    Access(
        User, staff, "r", except_fields=("email", "telephone", "contact_id", "is_active", "roles")
    ),
    Access(Team, staff, "r"),
    Access(Organization, staff, "r"),
]
