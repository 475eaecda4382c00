"""All that an addon may import. What is not here is not promised."""

from core.access.models import Team, User
from core.access.permissions import staff
from core.access.policy import OWN, TEAM, Access, Role
from core.background import http
from core.background.choices import Channel, NoticeKind
from core.background.jobs.declared import job
from core.background.notices import Notice, notify
from core.data.actor import PUBLIC
from core.data.fields import (
    BooleanField,
    CharField,
    DateField,
    EmailField,
    ForeignKeyField,
    IntegerField,
    NormalEmailField,
    NormalTelephoneField,
    QuantityField,
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
from core.i18n import _, pgettext
from core.modules.buttons import button
from core.modules.declared import Extend, Menu, column
from core.modules.events import Event, Hook, answer, archived, created, on, updated
from core.modules.incoming import WebhookRequest, webhook
from core.modules.served import endpoint, page, tile
from core.modules.settings import SecretField, Settings
from core.modules.transitions import Confirm, transition
from core.paper.documents import document, document_data
from core.web.cells import telephone_url
from core.web.extensions import After, Before, Tab, ViewExtension
from core.web.views import ME, ModelView, Tile

__all__ = [
    "ME",
    "OWN",
    "PUBLIC",
    "TEAM",
    "Access",
    "After",
    "Before",
    "BooleanField",
    "Channel",
    "CharField",
    "Confirm",
    "DateField",
    "EmailField",
    "Event",
    "Extend",
    "ForeignKeyField",
    "Hook",
    "IntegerField",
    "Menu",
    "Model",
    "ModelView",
    "NormalEmailField",
    "NormalTelephoneField",
    "Notice",
    "NoticeKind",
    "QuantityField",
    "Role",
    "SecretField",
    "Settings",
    "StateField",
    "Tab",
    "TaxNumberField",
    "Team",
    "TelephoneField",
    "TextField",
    "Tile",
    "User",
    "UserError",
    "ViewExtension",
    "WebhookRequest",
    "_",
    "among",
    "answer",
    "archived",
    "button",
    "column",
    "create_search_tables",
    "created",
    "display_telephone",
    "document",
    "document_data",
    "drop_search_tables",
    "endpoint",
    "fetched",
    "http",
    "job",
    "notify",
    "on",
    "page",
    "pgettext",
    "record_base",
    "staff",
    "telephone_url",
    "tile",
    "transition",
    "updated",
    "webhook",
]
