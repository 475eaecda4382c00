"""What may be put into a composed role: whole roles, and lines no wider than addons offer them."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import peewee

from core.access.guards import require_admin
from core.access.lines import ACTIONS, ADMIN, SCOPES, Access, Role
from core.access.models import CustomRole, CustomRoleLine, CustomRolePart, UserRole
from core.data import history
from core.data.actor import current_actor, system
from core.data.history import Change
from core.data.model import Model
from core.errors import UserError
from core.i18n import _
from core.modules.composed import PREFIX, is_everything
from core.modules.registry import Registry, current_registry, full_name

CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True)
class Offer:
    """What a role of an addon may do with a model, from which a composed role may take some:
    `actions` in the order of `ACTIONS`, `scopes` from the narrowest to the widest that is offered.
    """

    model: type[Model]
    role: Role
    actions: str
    scopes: tuple[str, ...]
    source: str

    @property
    def key(self) -> tuple[str, str]:
        """What a line says of it: the full name of the model, and the name of the role."""
        return full_name(self.model), self.role.name


def offers() -> dict[tuple[str, str], Offer]:
    """All that enabled addons offer, by (model, role), in their order."""
    registry = current_registry()

    def work_out() -> dict[tuple[str, str], Offer]:
        found: dict[tuple[str, str], Offer] = {}
        for line in registry.access:
            if line.origin is None and line.role.name != ADMIN:
                offer = _joined(registry, line)
                found.setdefault(offer.key, offer)
        return found

    return registry.once("offers", work_out)


def _joined(registry: Registry, line: Access) -> Offer:
    """All lines of a role on a model, as one."""
    alike = [
        each for each in registry.access if each.role is line.role and each.model is line.model
    ]
    letters = {letter for each in alike for letter in each.actions}
    widest = max(SCOPES.index(each.scope) for each in alike)
    actions = "".join(letter for letter in ACTIONS if letter in letters)
    return Offer(line.model, line.role, actions, SCOPES[: widest + 1], line.source)


def whole_roles() -> list[Role]:
    """The roles that may come with a composed one: those of addons, never that of admins."""
    return [role for role in current_registry().roles if can_be_brought(role)]


def can_be_brought(role: Role) -> bool:
    return not is_everything(role) and not role.name.startswith(PREFIX)


def guard_composed(model: type[peewee.Model], changes: Sequence[Change]) -> None:
    """Raise `UserError` or `NotAllowed` for what no composed role may hold, whoever wrote it and
    however; the write is taken back then.
    """
    if model not in (CustomRole, CustomRolePart, CustomRoleLine):
        return
    require_admin()
    if current_actor().is_system:
        return
    kept = [change.record for change in changes if change.action != history.DELETE]
    with system("a composed role is looked at"):
        if model is CustomRole:
            _check_roles(kept, changes)
        else:
            check = _check_part if model is CustomRolePart else _check_line
            for row in model.select().where(model.id.in_(kept)):
                check(row)


def _check_roles(ids: Collection[int], changes: Sequence[Change]) -> None:
    for role in CustomRole.select().where(CustomRole.id.in_(ids)):
        if not CODE.fullmatch(role.code):
            raise UserError(
                _("A code begins with a small letter and holds a-z, 0-9 and _ alone, at most 40.")
            )
    for change in changes:
        codes = [old for name, old, _new in change.values if name == "code"]
        if change.action == history.UPDATE and codes:
            raise UserError(_("The code of a role stays: users hold the role by it."))
        if change.action == history.DELETE and codes and _is_held(codes[0]):
            raise UserError(_("Somebody holds this role: archive it instead."))


def _is_held(stored: str | None) -> bool:
    name = f"{PREFIX}{(stored or '').strip(chr(34))}"
    return bool(UserRole.select().where(UserRole.role == name).exists())


def _check_part(row: Any) -> None:
    if row.brings not in {role.name for role in whole_roles()}:
        raise UserError(
            _(
                "The role %(name)s cannot come with another: choose one of the list.",
                name=row.brings,
            )
        )


def _check_line(row: Any) -> None:
    offer = offers().get((row.model, row.offered_by))
    if offer is None:
        raise UserError(
            _(
                "%(role)s offers nothing on %(model)s: choose one of the lines on the page.",
                role=row.offered_by,
                model=row.model,
            )
        )
    if not row.actions or set(row.actions) - set(offer.actions):
        raise UserError(_("A line allows one action at least, and none that is not offered."))
    if row.scope not in offer.scopes:
        raise UserError(_("The scope is wider than the one that is offered: choose a narrower."))
    known = {*current_registry().fields(offer.model), *current_registry().parts(offer.model)}
    hidden = set(row.hidden.split(",")) if row.hidden else set()
    if unknown := sorted(hidden - known):
        raise UserError(
            _("There is no field %(name)s to hide: choose one of the list.", name=unknown[0])
        )
