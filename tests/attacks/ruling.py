"""The rules of the attackers: what each kind of reader reaches of every model alike."""

from dataclasses import replace
from typing import Any

from core.access.limits import FieldLimit
from core.access.lines import Access, Role, Rule
from core.access.permissions import admin, auditor, observer, portal, privacy
from core.access.policy import part_of
from core.modules.registry import Registry
from tests.attacks.planting import own_fields

# Who reaches their own records alone; who reaches all but not every field; who reads all and may
# not write every field; who may write all and holds no role of an addon; who holds nothing; an
# admin; and nobody, who is not logged in.
NARROW, BLIND, TIED, PLAIN = "narrow", "blind", "tied", "plain"
ROLELESS, ADMIN, NOBODY = "roleless", "admin", ""


def ruled_anew(registry: Registry) -> Registry:
    """The registry under the rules of the attackers: the roles of the addons stay, for buttons and
    pages ask for them, but they grant no rows.
    """
    # Of other people than employees, and of those whose duty it is to see what others do not.
    above = (admin, auditor, observer, portal, privacy)
    known = tuple(role for role in registry.roles if role not in above)
    roles = {kind: Role(f"attack.{kind}", kind, implies=known) for kind in (NARROW, BLIND, TIED)}
    roles[PLAIN] = Role("attack.plain", PLAIN)
    models = [model for model in registry.models if not part_of(model)]
    access, rules, limits = [], [], []
    others = frozenset(f"attack.{kind}" for kind in (NARROW, BLIND, PLAIN))

    def mine(row: Any, actor: Any) -> Any:
        return row.created_by == actor.id

    for model in models:
        closed = closed_fields(registry, model)
        access.append(Access(model, roles[NARROW], "crudx"))
        access.append(Access(model, roles[BLIND], "crudx", except_fields=closed))
        access += [Access(model, roles[kind], "crudx") for kind in (TIED, PLAIN)]
        rules.append(Rule(model, roles[NARROW], mine))
        for name in closed:
            if name in model._meta.fields:
                limits.append(FieldLimit(model, name, writers=others))
    return replace(
        registry,
        roles=(*registry.roles, *roles.values()),
        access=tuple(access),
        rules=tuple(rules),
        limits=(*registry.limits, *limits),
    )


def closed_fields(registry: Registry, model: Any) -> tuple[str, ...]:
    """What of a model can be hidden: all that is not needed to make a record, and its lines."""
    fields = own_fields(model)
    free = [
        name
        for name, field in fields.items()
        if name not in ("name", "login") and (field.null or field.default is not None)
    ]
    return (*free, *registry.parts(model))
