"""Fields that are for some roles only, whatever the lines of access grant on their records."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from core.data.actor import Actor
from core.data.fields import DerivedField
from core.data.first_lines import FirstLineField
from core.data.model import Model


@dataclass(frozen=True, eq=False)
class FieldLimit:
    """One field of a model for some roles only: for others it is hidden. An empty set is no limit;
    who may not read a field may not fill it in either. `source` is the addon that says so, and
    `made_by` the admin who told it.
    """

    model: type[Model]
    field: str
    readers: frozenset[str] = frozenset()
    writers: frozenset[str] = frozenset()
    source: str = ""
    made_by: str = ""

    def hides(self, roles: frozenset[str], action: str) -> bool:
        """Whether somebody with these roles does without the field in this action."""
        wanted = [self.readers] if action in "rxd" else [self.readers, self.writers]
        return any(some and not some & roles for some in wanted)


def limited(
    limits: Iterable[FieldLimit], model: type[Model], actor: Actor, action: str
) -> frozenset[str]:
    """The fields of a model that are for other roles than the actor's."""
    if actor.is_admin or actor.is_system:
        return frozenset()
    return frozenset(
        limit.field for limit in limits if limit.model is model and limit.hides(actor.roles, action)
    )


def hiding_all(line: Any) -> Any:
    """The line of access, which hides also the fields of its records that repeat their hidden
    fields or lines: whoever does not see those must not see these.
    """
    repeated = [
        field.name
        for field in line.model._meta.sorted_fields
        if isinstance(field, DerivedField) and field.of in line.except_fields
    ]
    return replace(line, except_fields=(*line.except_fields, *repeated)) if repeated else line


def with_repeating(limits: Iterable[FieldLimit]) -> tuple[FieldLimit, ...]:
    """The limits, and those of the fields that follow from a limited one: beside it, or of records
    that repeat a limited field of a line, or one of lines that are limited as a whole.
    """
    found = list(limits)
    for limit in tuple(found):
        for field in limit.model._meta.sorted_fields:
            if isinstance(field, DerivedField) and field.of == limit.field:
                found.append(replace(limit, field=field.name))
    for limit in tuple(found):
        key = limit.model._meta.fields.get(getattr(limit.model._meta, "part_of", None) or "")
        record = key.rel_model if key else limit.model
        repeated = (key.backref, limit.field) if key else (limit.field, None)
        for field in record._meta.sorted_fields:
            if isinstance(field, FirstLineField) and repeated in (
                (field.of, field.text),
                (field.of, None),
            ):
                found.append(replace(limit, model=record, field=field.name))
    return tuple(found)
