"""Read hidden fields as if they were empty, whatever query asks for them and however deep."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from peewee import DoesNotExist
from peewee import Model as PeeweeModel

Hidden = Callable[[Any], frozenset[str]]

_hidden: ContextVar[Hidden | None] = ContextVar("hidden", default=None)


@contextmanager
def hiding(hidden: Hidden) -> Iterator[None]:
    """Within the block every row that is read has None where `hidden(model)` names a field."""
    token = _hidden.set(hidden)
    try:
        yield
    finally:
        _hidden.reset(token)


def hidden_now() -> Hidden | None:
    """What is hidden where this is asked."""
    return _hidden.get()


def hidden_places(fields: Sequence[Any]) -> frozenset[int]:
    """The places in a row of `fields` (None: no field) that are to be read as empty."""
    hidden = _hidden.get()
    if hidden is None:
        return frozenset()
    return frozenset(
        place
        for place, field in enumerate(fields)
        if field is not None and field.name in hidden(field.model)
    )


def emptied(row: Sequence[Any], places: frozenset[int]) -> tuple[Any, ...]:
    """The row with nothing at these places."""
    return tuple(None if place in places else value for place, value in enumerate(row))


def hide_in(rows: Any) -> Any:
    """Peewee's rows of a query, which from now on say nothing of hidden fields."""
    if _hidden.get() is None:
        return rows
    process = rows.process_row
    rows.process_row = lambda row: process(emptied(row, hidden_places(rows.fields)))
    return rows


def called(record: PeeweeModel, hidden: frozenset[str]) -> str:
    """What a record is called to whom the `hidden` of it is hidden: its number where that is its
    name, or where its name is made of that of another record which they do not reach.
    """
    if "name" in hidden:
        return f"№ {record._pk}"
    try:
        return str(record)
    except DoesNotExist:
        return f"№ {record._pk}"
