"""All that an addon may import. What is not here is not promised."""

from core.access.models import Organization, Team, User
from core.access.permissions import staff
from core.access.policy import ALL, OWN, TEAM, Access, Role, Rule
from core.data.fields import (
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    EmailField,
    ForeignKeyField,
    IntegerField,
    NormalEmailField,
    NormalTelephoneField,
    StateField,
    TaxNumberField,
    TelephoneField,
    TextField,
)
from core.data.migrations import record_base
from core.data.model import Model
from core.data.rows import among, fetched
from core.data.search import create_search_tables, drop_search_tables
from core.data.telephones import display_telephone
from core.errors import UserError
from core.i18n import _, ngettext, pgettext
from core.modules.declared import Extend, Menu, column
from core.web.cells import avatar, telephone_url
from core.web.views import ME, ModelView, Tile

__all__ = [
    "ALL",
    "ME",
    "OWN",
    "TEAM",
    "Access",
    "BooleanField",
    "CharField",
    "DateField",
    "DateTimeField",
    "EmailField",
    "Extend",
    "ForeignKeyField",
    "IntegerField",
    "Menu",
    "Model",
    "ModelView",
    "NormalEmailField",
    "NormalTelephoneField",
    "Organization",
    "Role",
    "Rule",
    "StateField",
    "TaxNumberField",
    "Team",
    "TelephoneField",
    "TextField",
    "Tile",
    "User",
    "UserError",
    "_",
    "among",
    "avatar",
    "column",
    "create_search_tables",
    "display_telephone",
    "drop_search_tables",
    "fetched",
    "ngettext",
    "pgettext",
    "record_base",
    "staff",
    "telephone_url",
]
