"""What one user may and where they are logged in, as administrators see it beside the record."""

from typing import Any

from flask import current_app, g

from core.access.actors import actors_of
from core.access.devices import devices_of
from core.access.factors.second import has_factor
from core.access.models import Session, Team, TeamMember, Token, User, UserRole
from core.access.policy import current_policy
from core.access.sessions import sessions_of
from core.data.actor import Actor, system
from core.formats import format_datetime
from core.i18n import _
from core.web.account.covering import shown_covers
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
            "logins": [_login(session) for session in _sessions(user)],
            "devices": [_device(device) for device in devices_of(user.id)],
            "tokens": [_token(token) for token in Token.select().where(Token.user == user.id)],
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


def _login(session: Session) -> dict[str, Any]:
    return {
        "id": session.id,
        "agent": session.agent or _("Unknown browser"),
        "address": session.address,
        "begun": format_datetime(session.created_at),
        "seen": format_datetime(session.seen_at),
    }


def _device(device: Any) -> dict[str, Any]:
    return {
        "id": device.id,
        "title": device.title or _("Unknown browser"),
        "seen": format_datetime(device.seen_at),
        "until": format_datetime(device.expires_at),
    }


def _token(token: Token) -> dict[str, Any]:
    never = _("never")
    return {
        "id": token.id,
        "title": token.title or f"№ {token.id}",
        "roles": token.roles or _("all roles of the user"),
        "until": format_datetime(token.expires_at) if token.expires_at else never,
        "seen": format_datetime(token.seen_at) if token.seen_at else never,
    }
