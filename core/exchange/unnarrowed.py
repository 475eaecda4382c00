"""Ask one model the short way where no rule narrows the actor: the SQL is then everybody's."""

from collections.abc import Callable, Sequence
from typing import Any

from peewee import Field

from core.data.door import door
from core.data.model import Model
from core.data.prepared import Parameter, Prepared
from core.data.rows import converted, fetched
from core.modules.registry import current_registry


def asked(
    key: Any,
    model: type[Model],
    fields: Sequence[Field],
    build: Callable[..., Any],
    *values: Any,
) -> list[tuple[Any, ...]]:
    """The rows of the query that `build` makes of the values, which selects `fields` of `model` and
    names no other. It is rendered once for each `key` in the life of the registry.
    """
    if door.where(model, "r") is not None:
        return fetched(build(*values), fields)
    prepared = current_registry().once(
        ("asked", model, key), lambda: Prepared(lambda: build(*(Parameter() for _ in values)))
    )
    return converted(prepared(*values), fields)
