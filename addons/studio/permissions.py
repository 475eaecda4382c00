"""Who may design."""

from addons.studio.models import CustomField
from core.api import Access, Role, _, staff

designer = Role("studio.designer", _("Studio: adds fields and rules"), implies=(staff,))

access = [Access(CustomField, designer, "crud")]
