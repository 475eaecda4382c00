"""The roles that admins compose: of whole roles, and of single lines that addons offer."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from core.access.lines import ADMIN, SCOPES, Access, Role
from core.access.models import CustomRole, CustomRoleLine, CustomRolePart
from core.data.history import Change
from core.data.model import Model
from core.modules.declared import declaring
from core.modules.lifecycle import next_generation
from core.modules.registry import Registry, current_registry

PREFIX = "custom."


@declaring
def composed() -> list[Role | Access]:
    """The composed roles, and their lines as far as enabled addons offer them today."""
    registry = current_registry()
    offered = {role.name: role for role in registry.roles}
    roles: dict[int, Role] = {}
    lines: list[Access] = []
    for made in CustomRole.select().where(CustomRole.archived_at.is_null()).order_by(CustomRole.id):
        brought = CustomRolePart.select(CustomRolePart.brings).where(CustomRolePart.role == made.id)
        wanted = [offered[name] for (name,) in brought.tuples() if name in offered]
        implied = tuple(each for each in wanted if not is_everything(each))
        roles[made.id] = Role(f"{PREFIX}{made.code}", made.title, implied)
    for row in CustomRoleLine.select().where(CustomRoleLine.role.in_(list(roles))):
        lines += _narrowed(registry, row, roles[row.role_id])
    return [*roles.values(), *lines]


def is_everything(role: Role) -> bool:
    """Whether a role passes every rule, by itself or by one that comes with it."""
    waiting, seen = [role], set[str]()
    while waiting:
        each = waiting.pop()
        if each.name == ADMIN:
            return True
        if each.name not in seen:  # roles may imply each other
            seen.add(each.name)
            waiting += each.implies
    return False


def _narrowed(registry: Registry, row: CustomRoleLine, role: Role) -> Iterator[Access]:
    """The lines of the offering role on the model, each no wider than the admin wants it."""
    hidden = tuple(row.hidden.split(",")) if row.hidden else ()
    for line in registry.access:
        if line.role.name != row.offered_by or line.model is not registry.by_name.get(row.model):
            continue
        if actions := "".join(letter for letter in line.actions if letter in row.actions):
            yield replace(
                line,
                role=role,
                actions=actions,
                scope=min(line.scope, row.scope, key=SCOPES.index),
                except_fields=(*line.except_fields, *hidden),
                origin=line,
                made_by=row.created_by.name if row.created_by else "",
            )


def renew_roles(model: type[Model], changes: Sequence[Change]) -> None:
    """Let every process load the composed roles anew when one of them changed."""
    if model in (CustomRole, CustomRolePart, CustomRoleLine):
        next_generation()
