"""Ask one model by statements that are rendered once: what every page asks, for whoever asks it.

Peewee takes longer to write such a statement than the database to answer it. One that is kept has
places for its values; what narrows an actor is written into it, so that it is this actor's own.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from peewee import OP, Expression, Field, ForeignKeyField, Value

from core.access.policy import current_policy
from core.data.actor import current_actor
from core.data.door import door
from core.data.model import Model
from core.data.prepared import Narrowed, Parameter, Prepared
from core.data.reaching import said
from core.data.rows import among, among_given, as_given, converted, fetched
from core.modules.registry import current_registry

MOST_KEPT = 2_000  # statements, of some KB each
MANY = 1_000  # records, from which on a statement of their own is worth it
COMPARISONS = frozenset({OP.EQ, OP.NE, OP.LT, OP.LTE, OP.GT, OP.GTE, OP.IS, OP.IS_NOT})
SCALAR = str | int | float | date  # and what is made of them

Shape = tuple[Any, ...]


def reached(model: type[Model], id: int) -> Model | None:
    """The record with this id when the actor may see it, else None."""
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


def lines_of(
    parent: ForeignKeyField, ids: Iterable[int], *fields: Field, where: Expression | None = None
) -> list[tuple[Any, ...]]:
    """(id of the record, *values of `fields`) of the lines of some records, by their key `parent`
    to them, in the order in which they were written; `where` leaves some of them out. There are
    none where one of the fields is hidden from the actor.
    """
    model, columns, wanted = parent.model, (parent, *fields), list(ids)
    hidden = current_policy().fields(model, current_actor(), "r") or frozenset()
    if hidden & {field.name for field in fields}:
        return []
    conditions = () if where is None else (where,)

    def build(found: Expression, *others: Expression) -> Any:
        return model.select(*columns).where(found, *others).order_by(model.id)

    if len(wanted) >= MANY:
        return fetched(build(among(parent, wanted), *conditions), columns)

    def given(ids: Any, *others: Expression) -> Any:
        return build(among_given(parent, ids), *others)

    key = ("lines of", *(field.name for field in columns))
    return compared(key, model, columns, given, conditions, as_given(wanted))


def compared(
    key: Any,
    model: type[Model],
    fields: Sequence[Field],
    build: Callable[..., Any],
    conditions: Sequence[Expression],
    *values: Any,
) -> list[tuple[Any, ...]]:
    """As `asked`, of what `build` makes of the values and the conditions, which must stand in its
    SQL in this order. Where the conditions compare fields with single values, those of the same
    shape share a statement.
    """
    shapes = [_shape(model, condition) for condition in conditions]
    if not all(shapes):
        return asked(None, model, fields, lambda *given: build(*given, *conditions), *values)

    def with_places(*places: Any) -> Any:
        given = iter(places[len(values) :])
        return build(*places[: len(values)], *(_with(each, given) for each in conditions))

    found = [value for condition in conditions for value in _values(condition)]
    return asked((key, *shapes), model, fields, with_places, *values, *found)


def asked(
    key: Any,
    model: type[Model],
    fields: Sequence[Field],
    build: Callable[..., Any],
    *values: Any,
) -> list[tuple[Any, ...]]:
    """The rows of the query that `build` makes of the values, which selects `fields` of `model` and
    names no other. It is rendered once for each `key` (None: each time anew) and each way in which
    an actor is narrowed, as long as these are not too many: what is asked for can stand in a key.
    """
    reach = door.where(model, "r")
    if key is None:
        return fetched(build(*values), fields)
    lasts = reach is None or current_policy().lasts(model, current_actor(), "r")
    saying = "" if reach is None or lasts else said(reach, model)
    kept: dict[Any, Prepared] = current_registry().once("asked", dict)
    prepared = kept.get((model, key, reach, saying))
    if prepared is None:
        if len(kept) >= MOST_KEPT:
            kept.clear()
        prepared = Narrowed(lambda: build(*(Parameter() for _ in values)))
        kept[model, key, reach, saying] = prepared
    return converted(prepared(*values), fields)


def _shape(model: type[Model], condition: Any) -> Shape | None:
    """What a condition is but for its values; None where it is more than comparisons of fields of
    `model`.
    """
    if not isinstance(condition, Expression):
        return None
    lhs, op, rhs = condition.lhs, condition.op, condition.rhs
    if op in (OP.AND, OP.OR):
        shapes = _shape(model, lhs), _shape(model, rhs)
        return (op, *shapes) if all(shapes) else None
    is_own = isinstance(lhs, Field) and lhs.model is model and lhs._coerce
    is_plain = is_own and op in COMPARISONS and isinstance(rhs, SCALAR | None)
    return (lhs.name, op, rhs is None) if is_plain else None


def _values(condition: Any) -> Iterator[Any]:
    """The values of a condition that has a shape, as the database wants them."""
    if condition.op in (OP.AND, OP.OR):
        yield from _values(condition.lhs)
        yield from _values(condition.rhs)
    elif condition.rhs is not None:
        yield condition.lhs.db_value(condition.rhs)


def _with(condition: Any, places: Iterator[Any]) -> Expression:
    """The condition with other values."""
    if condition.op in (OP.AND, OP.OR):
        parts = _with(condition.lhs, places), _with(condition.rhs, places)
        return Expression(parts[0], condition.op, parts[1], condition.flat)
    if condition.rhs is None:
        return condition
    value = Value(next(places), converter=False, unpack=False)
    return Expression(condition.lhs, condition.op, value, condition.flat)
