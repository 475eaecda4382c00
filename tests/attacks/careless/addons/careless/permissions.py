"""Who may do what with notes."""

from addons.careless.models import Note
from core.api import Access, Role, _, staff

user = Role("careless.user", _("Notes"), implies=(staff,))
access = [Access(Note, user, "crudx")]
