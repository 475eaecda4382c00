"""Who may design."""

from addons.studio.models import CustomField, Rule, Run
from core.api import OWN, Access, Role, _, staff

designer = Role("studio.designer", _("Studio: adds fields and rules"), implies=(staff,))

access = [
    Access(CustomField, designer, "crud"),
    Access(Rule, designer, "cru"),
    Access(Run, designer, "r", scope=OWN),
]
