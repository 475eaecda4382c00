"""The core's own screens: who works here."""

from core.access.models import Organization, Team, User
from core.i18n import _
from core.modules.declared import Menu
from core.web.views import ModelView

settings_menu = Menu("core.settings", _("Settings"), icon="building", position=900)


class UserView(ModelView):
    """Everybody who can log in."""

    model = User
    menu = settings_menu
    position = 10
    on_home = False
    title = _("Users")
    icon = "users"
    avatars = True
    placeholder = _("Name, login name or e-mail")
    column_list = ("name", "login", "kind", "email", "is_active")
    column_filters = ("kind", "is_active")
    column_places = {"login": "at-sub", "kind": "at-foot"}
    state_tones = {"kind": {"staff": "is-info", "portal": "is-teal"}}
    can_create = False  # a login, a password and roles come by `run.py user`
    form_columns = ("name", "email", "telephone")
    details_sections = (
        (
            _("Facts"),
            ("login", "kind", "email", "telephone", "language", "zone", "is_active", "roles"),
        ),
    )


class TeamView(ModelView):
    """The teams of the company."""

    model = Team
    menu = settings_menu
    position = 20
    on_home = False
    title = _("Teams")
    icon = "users"
    column_list = ("name", "code", "leader")
    new_title = _("New team")
    column_places = {"code": "at-sub", "leader": "at-foot"}


class OrganizationView(ModelView):
    """The companies that sell."""

    model = Organization
    menu = settings_menu
    position = 30
    on_home = False
    title = _("Organizations")
    icon = "building"
    column_list = ("name", "tax_id", "bank_code", "currency")
    new_title = _("New organization")
    column_places = {"tax_id": "at-sub", "currency": "at-foot"}
