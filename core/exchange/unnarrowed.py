"""Ask one model the short way where no rule narrows the actor: the SQL is then everybody's."""

from collections.abc import Callable, Sequence
from typing import Any

from peewee import Field

from core.data.door import door
from core.data.model import Model
from core.data.prepared import Parameter, Prepared
from core.data.rows import converted, fetched
from core.modules.registry import current_registry

MOST_KEPT = 1_000  # statements, of some KB each


def reached(model: type[Model], id: int) -> Model | None:
    """The record with this id when the actor may see it, else None."""
    if door.where(model, "r") is not None:
        return model.reached(id)
    found = records("one", model, lambda given: model.select().where(model.id == given), id)
    return found[0] if found else None


def records(key: Any, model: type[Model], build: Callable[..., Any], *values: Any) -> list[Model]:
    """As `asked`, the records themselves of a query that selects all of their fields."""
    fields = model._meta.sorted_fields
    return [_made(model, fields, row) for row in asked(key, model, fields, build, *values)]


def _made(model: type[Model], fields: Sequence[Field], row: Sequence[Any]) -> Model:
    record = model(__no_default__=True)
    record.__data__.update({f.name: value for f, value in zip(fields, row, strict=True)})
    record._dirty.clear()
    return record


def asked(
    key: Any,
    model: type[Model],
    fields: Sequence[Field],
    build: Callable[..., Any],
    *values: Any,
) -> list[tuple[Any, ...]]:
    """The rows of the query that `build` makes of the values, which selects `fields` of `model` and
    names no other. It is rendered once for each `key`, as long as these are not too many: what is
    asked for can stand in a key.
    """
    if door.where(model, "r") is not None:
        return fetched(build(*values), fields)
    kept: dict[Any, Prepared] = current_registry().once("asked", dict)
    prepared = kept.get((model, key))
    if prepared is None:
        if len(kept) >= MOST_KEPT:
            kept.clear()
        prepared = kept[model, key] = Prepared(lambda: build(*(Parameter() for _ in values)))
    return converted(prepared(*values), fields)
