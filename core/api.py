"""All that an addon may import. What is not here is not promised."""

from core.access.actors import holders_of, on_behalf_of
from core.access.limits import FieldLimit
from core.access.lines import LED, OWN, TEAM, Access, Role, Rule
from core.access.models import Team, User
from core.access.permissions import portal, staff
from core.background import http
from core.background.choices import Channel, NoticeKind
from core.background.jobs.declared import job
from core.background.jobs.running import progress
from core.background.mail.sending import send_mail
from core.background.notices import Notice, notify
from core.data.actor import PUBLIC
from core.data.batches import batches
from core.data.database import transaction
from core.data.fields import (
    BooleanField,
    CharField,
    ChosenField,
    DateField,
    DateTimeField,
    EmailField,
    ForeignKeyField,
    IntegerField,
    MoneyField,
    NormalEmailField,
    NormalTelephoneField,
    QuantityField,
    StateField,
    TaxNumberField,
    TelephoneField,
    TextField,
    now,
)
from core.data.first_lines import FirstTelephoneField, create_first_line, drop_first_line
from core.data.migrations import IRREVERSIBLE, record_base
from core.data.model import Model
from core.data.richtext import RichTextField
from core.data.rows import among, fetched
from core.data.search import create_search_tables, drop_search_tables
from core.data.telephones import display_telephone
from core.data.translated import TranslatedField
from core.errors import KarvonError, NotAllowed, UserError
from core.exchange.changing import set_fields
from core.exchange.departing import employee_leaves
from core.exchange.matching import matching
from core.exchange.names import name_of as title_of_record
from core.exchange.records import whole as plain_records
from core.exchange.statements import lines_of
from core.formats import local_now, today
from core.i18n import Text, _, ngettext, pgettext
from core.i18n.titles import titles
from core.modules.buttons import button
from core.modules.columns import add_column, columns_in, drop_column, filled
from core.modules.declared import Extend, Menu, column, declaring
from core.modules.events import Event, Hook, answer, archived, created, on, restored, updated
from core.modules.incoming import WebhookRequest, webhook
from core.modules.lifecycle import next_generation
from core.modules.mails import IncomingMail, mail_received
from core.modules.served import endpoint, page, tile
from core.modules.settings import SecretField, Settings
from core.modules.slots import slot
from core.modules.transitions import Confirm, require_answers, transition
from core.paper.documents import document, document_data
from core.paper.filling import check_text, filled_text
from core.personal.blanks import erase_fields
from core.personal.hooks import erased, erasing
from core.web.cells import telephone_url
from core.web.described import fields_seen, roles, screens
from core.web.extensions import After, Before, Tab, ViewExtension
from core.web.forms.tabs import FormTab
from core.web.views import ME, ModelView, Tile

__all__ = [
    "IRREVERSIBLE",
    "LED",
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
    "ChosenField",
    "Confirm",
    "DateField",
    "DateTimeField",
    "EmailField",
    "Event",
    "Extend",
    "FieldLimit",
    "FirstTelephoneField",
    "ForeignKeyField",
    "FormTab",
    "Hook",
    "IncomingMail",
    "IntegerField",
    "KarvonError",
    "Menu",
    "Model",
    "ModelView",
    "MoneyField",
    "NormalEmailField",
    "NormalTelephoneField",
    "NotAllowed",
    "Notice",
    "NoticeKind",
    "QuantityField",
    "RichTextField",
    "Role",
    "Rule",
    "SecretField",
    "Settings",
    "StateField",
    "Tab",
    "TaxNumberField",
    "Team",
    "TelephoneField",
    "Text",
    "TextField",
    "Tile",
    "TranslatedField",
    "User",
    "UserError",
    "ViewExtension",
    "WebhookRequest",
    "_",
    "add_column",
    "among",
    "answer",
    "archived",
    "batches",
    "button",
    "check_text",
    "column",
    "columns_in",
    "create_first_line",
    "create_search_tables",
    "created",
    "declaring",
    "display_telephone",
    "document",
    "document_data",
    "drop_column",
    "drop_first_line",
    "drop_search_tables",
    "employee_leaves",
    "endpoint",
    "erase_fields",
    "erased",
    "erasing",
    "fetched",
    "fields_seen",
    "filled",
    "filled_text",
    "holders_of",
    "http",
    "job",
    "lines_of",
    "local_now",
    "mail_received",
    "matching",
    "next_generation",
    "ngettext",
    "notify",
    "now",
    "on",
    "on_behalf_of",
    "page",
    "pgettext",
    "plain_records",
    "portal",
    "progress",
    "record_base",
    "require_answers",
    "restored",
    "roles",
    "screens",
    "send_mail",
    "set_fields",
    "slot",
    "staff",
    "telephone_url",
    "tile",
    "title_of_record",
    "titles",
    "today",
    "transaction",
    "transition",
    "updated",
    "webhook",
]
