"""What one user may and where they are logged in, as administrators see it beside the record."""

from typing import Any

from flask import current_app, g

from core.access.actors import actors_of
from core.access.devices import devices_of
from core.access.factors.second import has_factor
from core.access.models import Session, Team, TeamMember, User, UserRole
from core.access.policy import current_policy
from core.access.sessions import sessions_of
from core.access.tokens import tokens_of
from core.data.actor import Actor, system
from core.formats import format_datetime
from core.i18n import _
from core.web.account.covering import shown_covers
from core.web.account.devices import shown_device
from core.web.account.sessions import shown_session
from core.web.account.tokens import shown_token
from core.web.described import titled
from core.web.requests import lifetime_of


def is_admin(actor: Actor) -> bool:
    return actor.is_admin


def access_of(user: Any) -> dict[str, Any]:
    """The context of `users/access.html`."""
    with system("an administrator looks at what a user may"):
        user = User.get_by_id(user.id)
        return {
            "user": {
                "id": user.id,
                "name": user.name,
                "login": user.login,
                "is_active": user.is_active,
                "is_me": user.id == g.actor.id,
                "is_staff": user.kind == "staff",
                "has_factor": has_factor(user.id),
            },
            "roles": roles_of(user),
            "teams": _teams(user),
            "covers": shown_covers(user.id),
            "logins": [shown_session(session) for session in _sessions(user)],
            "devices": [shown_device(device) for device in devices_of(user.id)],
            "tokens": [shown_token(token) for token in tokens_of(user.id)],
        }


def roles_of(user: Any) -> list[dict[str, Any]]:
    """The roles of a user: those given to them with their ends, then what comes with these."""
    policy, found = current_policy(), []
    given = UserRole.select().where(UserRole.user == user.id).order_by(UserRole.id)
    for row in given:
        role = policy.roles.get(row.role)
        ends = format_datetime(row.ends_at) if row.ends_at else ""
        found.append(
            {
                "title": titled(role) if role else row.role,
                "name": row.role,
                "how": _("until %(time)s", time=ends) if ends else _("given to them"),
                "is_known": role is not None,
            }
        )
    actor = actors_of([user.id]).get(user.id)
    held = {row["name"] for row in found}
    through = sorted((actor.roles if actor else frozenset()) - held)
    names = [name for name in through if name in policy.roles]
    return found + [
        {
            "title": titled(policy.roles[name]),
            "name": name,
            "how": _("comes with another role, or while they stand in"),
            "is_known": True,
        }
        for name in names
    ]


def _teams(user: Any) -> list[dict[str, Any]]:
    mine = TeamMember.select(TeamMember.team).where(TeamMember.user == user.id)
    query = Team.select().where(Team.id.in_(mine) | (Team.leader == user.id)).order_by(Team.name)
    return [
        {"id": team.id, "name": team.name, "leads": team.leader_id == user.id} for team in query
    ]


def _sessions(user: Any) -> list[Session]:
    return sessions_of(user.id, lifetime_of(current_app.config["KARVON"]))
