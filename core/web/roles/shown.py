"""What the pages of roles show: titles, holders, and the table of what a role may do."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from flask import g

from core.access.lines import ACTIONS, ADMIN, ALL, SCOPE_WORDS, Access, Role
from core.access.models import CustomRole, User, UserRole
from core.access.policy import current_policy
from core.access.reasons import ACTION_WORDS
from core.data.actor import system
from core.data.fields import now
from core.data.model import Model
from core.formats import format_integer
from core.i18n import Text
from core.modules.composed import PREFIX
from core.modules.registry import current_registry
from core.web.described import source_of

Given = tuple[int, str, str]  # (id of a user, their name, the role that was given)


def title_of_model(model: type[Model]) -> Text:
    """What records are called together: as their screen is, else as lines are."""
    view = g.views.get(model)
    found: Text = view.title if view else getattr(model._meta, "plural", model.__name__)
    return found


def titles_of_fields(model: type[Model]) -> dict[str, Text]:
    """{name: title} of the fields and lines of a record that a role may be kept from."""
    registry = current_registry()
    fields = {n: f.verbose_name or n for n, f in registry.open_fields(model).items()}
    parts = registry.parts(model).items()
    return fields | {n: getattr(part._meta, "plural", None) or n for n, part in parts}


def _given() -> list[Given]:
    """Every role that was given to somebody who can log in, and has not ended."""
    running = UserRole.ends_at.is_null() | (UserRole.ends_at > now())
    with system("an administrator sees who holds which role"):
        query = UserRole.select(User.id, User.name, UserRole.role).join(User)
        query = query.where(User.is_active, running).order_by(User.name, User.id)
        return [(int(id), str(name), str(role)) for id, name, role in query.tuples()]


def all_roles() -> list[dict[str, Any]]:
    """A row for each role, those of admins' own first."""
    policy = current_policy()
    held: Counter[str] = Counter()
    by_user: dict[int, set[str]] = {}
    for id, _name, role in _given():
        by_user.setdefault(id, set()).add(role)
    for names in by_user.values():
        held.update(policy.implied(names))
    rows = [_row(role, held[role.name]) for role in policy.roles.values()]
    return sorted(rows, key=lambda row: not row["is_ours"])


def _row(role: Role, holders: int) -> dict[str, Any]:
    return {
        "name": role.name,
        "title": role.title,
        "source": source_of(role.name),
        "brings": [each.title for each in role.implies],
        "holders": format_integer(holders),
        "is_ours": role.name.startswith(PREFIX),
    }


def put_away() -> list[dict[str, Any]]:
    """The composed roles that are archived."""
    found = CustomRole.select().where(CustomRole.archived_at.is_null(False))
    return [{"id": each.id, "title": each.title} for each in found.order_by(CustomRole.title)]


def holders(name: str) -> list[dict[str, Any]]:
    """Who holds a role, by itself or through another."""
    policy = current_policy()
    found: dict[int, dict[str, Any]] = {}
    for id, user, role in _given():
        if role == name or name in policy.implied({role}):
            row = found.setdefault(id, {"id": id, "name": user, "through": []})
            if role != name and role in policy.roles:
                row["through"].append(policy.roles[role].title)
            row["is_given"] = row.get("is_given", False) or role == name
    return list(found.values())


def lines_of(name: str) -> list[Access]:
    """The lines of a role and of all that come with it."""
    policy = current_policy()
    names = policy.implied({name})
    return [line for line in policy.access if line.role.name in names]


def matrix(lines: Iterable[Access]) -> list[dict[str, Any]]:
    """A row for each line: the records, each action with its mark, how far, what is hidden."""
    rows = []
    for line in lines:
        titles = titles_of_fields(line.model)
        role = line.role if line.origin is None else line.origin.role
        rows.append(
            {
                "title": title_of_model(line.model),
                "role": role.title,
                "source": source_of(role.name),
                "actions": [(ACTION_WORDS[a], a in line.actions) for a in ACTIONS],
                "scope": SCOPE_WORDS[line.scope],
                "is_all": line.scope == ALL,
                "hidden": [titles.get(n, n) for n in dict.fromkeys(line.except_fields)],
                "rules": [r.words for r in _rules(line)],
            }
        )
    return sorted(rows, key=lambda row: (str(row["title"]), str(row["role"])))


def _rules(line: Access) -> list[Any]:
    policy = current_policy()
    found = {id(r): r for action in line.actions for r in policy.rules_of(line, action)}
    return list(found.values())


def is_everything(name: str) -> bool:
    """Whether a role passes every rule, by itself or by one that comes with it."""
    return ADMIN in current_policy().implied({name})
