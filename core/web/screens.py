"""The core's own screens: who works here."""

from collections.abc import Sequence
from typing import Any

from flask import g
from flask_admin import expose
from werkzeug.wrappers import Response

from core.access.decisions import can
from core.access.models import Organization, Team, TeamMember, User
from core.data.model import Model
from core.i18n import _
from core.modules.declared import Menu, column
from core.web.extensions import Tab
from core.web.fresh import require_fresh
from core.web.users.access import access_of, is_admin
from core.web.users.inviting import invited
from core.web.views import ModelView

settings_menu = Menu("core.settings", _("Settings"), icon="settings", position=900)


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
    new_title = _("New user")
    can_create = False  # by programs: a token proves nobody
    can_import = False
    form_columns = ("name", "telephone", "language")  # what programs may write
    form_sections = (
        (_("Who it is"), "", ("login", "name", "email", "telephone", "kind", "language")),
        (
            _("Roles"),
            _("What a user may see and do is said by their roles alone."),
            ("roles",),
        ),
    )
    tabs = (Tab("access", _("Access and logins"), "users/access.html", access_of, is_admin),)
    details_sections = (
        (
            _("Facts"),
            ("login", "kind", "email", "telephone", "language", "zone", "is_active", "roles"),
        ),
    )

    @expose("/new", methods=("GET", "POST"))
    def create_view(self) -> Any:
        """The form of a new user, for whoever proved just now that they are an admin."""
        if self.may_create():
            require_fresh()
        return super().create_view()

    @expose("/<int:id>/edit", methods=("GET", "POST"))
    def edit_view(self, id: int) -> Any:
        """The form of a user; it holds what only whoever proved who they are may change."""
        if g.actor.is_admin:
            require_fresh()
        return super().edit_view(id)

    def may_create(self) -> bool:
        return can(g.actor, "c", User)

    def may_create_quickly(self) -> bool:
        """Never from the form of another record: a user is invited, and has roles."""
        return False

    def was_created(self, record: Model) -> Response | None:
        return invited(record)


@column(Team, title=_("Members"))
def people(rows: Sequence[Any]) -> dict[int, Any]:
    """The names of a team: who leads it, then its members."""
    found: dict[int, list[Any]] = {}
    ids = [row.id for row in rows]
    led = Team.select(Team.id, User.name).join(User, on=Team.leader == User.id)
    for team, name in led.where(Team.id.in_(ids)).tuples():
        found.setdefault(team, []).append(_("%(name)s (leads it)", name=name))
    members = TeamMember.select(TeamMember.team, User.name).join(User).join(Team, on=_member_of())
    known = members.where(TeamMember.team.in_(ids), _is_no_leader()).order_by(User.name)
    for team, name in known.tuples():
        found.setdefault(team, []).append(name)
    return {team: ", ".join(map(str, names)) for team, names in found.items()}


def _member_of() -> Any:
    return TeamMember.team == Team.id


def _is_no_leader() -> Any:
    return Team.leader.is_null() | (Team.leader != TeamMember.user)


class TeamView(ModelView):
    """The teams of the company."""

    model = Team
    menu = settings_menu
    position = 20
    on_home = False
    title = _("Teams")
    icon = "users"
    column_list = ("name", "code", "leader", "people")
    new_title = _("New team")
    form_sections = (
        (_("Team"), "", ("name", "code", "leader")),
        (
            _("Members"),
            _("Who leads a team reaches what its members own, and need not be among them."),
            ("members",),
        ),
    )
    details_sections = ((_("Facts"), ("code", "leader", "people")),)
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
