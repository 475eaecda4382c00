"""What a write did to its rows, in the words of the history."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import peewee
from peewee import Field

from core.data import history
from core.data.door import door
from core.data.fields import DerivedField
from core.data.history import Change, stored_text

# What the program keeps itself; a change of these alone is none.
BOOKKEEPING = ("created_at", "created_by", "updated_at", "updated_by", "version", "archived_at")
ARCHIVED = "archived_at"

Model = type[peewee.Model]
Row = Sequence[Any]


def root_key(model: Model) -> Field:
    """The column with the id of the record whose history tells of a row: its own, or the record
    that it is a part of.
    """
    parent = getattr(model._meta, "part_of", None)
    key: Field = model._meta.fields[parent] if parent else model._meta.primary_key
    return key


def is_part(model: Model) -> bool:
    """Whether a row of the model is a line of a record."""
    return root_model(model) is not model


def root_model(model: Model) -> Model:
    parent = getattr(model._meta, "part_of", None)
    found: Model = model._meta.fields[parent].rel_model if parent else model
    return found


def told(fields: Iterable[Field]) -> list[Field]:
    """Those of the fields whose values the history keeps: neither what the program keeps itself,
    nor what follows from another field.
    """
    return [
        field
        for field in fields
        if field.name not in BOOKKEEPING
        and not field.primary_key
        and not isinstance(field, DerivedField)
    ]


def followed(update: Iterable[Field]) -> list[Field]:
    """The fields of an update whose old values must be read for the history."""
    given = list(update)
    return told(given) + [field for field in given if field.name == ARCHIVED]


def tell_created(model: Model, rows: Iterable[Row]) -> None:
    """`rows` are (id, root). What they hold needs no telling: the first change keeps it."""
    _tell(model, [Change(history.CREATE, id, root) for id, root in rows])


def tell_updated(
    model: Model, fields: list[Field], before: Mapping[int, Row], after: Iterable[Row]
) -> None:
    """`before` is {id: old values of `fields`}, `after` rows of (id, root, *new values)."""
    changes = []
    for id, root, *new in after:
        values, action = [], history.UPDATE
        for field, was, is_ in zip(fields, before[id], new, strict=True):
            if field.name == ARCHIVED:
                action = _turned(was, is_)
            elif was != is_:
                values.append((field.name, stored_text(field, was), stored_text(field, is_)))
        if values or action != history.UPDATE:
            changes.append(Change(action, id, root, values))
    _tell(model, changes)


def tell_deleted(
    model: Model, fields: list[Field], before: Mapping[int, Row], gone: Iterable[Row]
) -> None:
    """`before` is {id: values of `fields`}, `gone` rows of (id, root)."""
    changes = []
    for id, root in gone:
        texts = [(f.name, stored_text(f, v)) for f, v in zip(fields, before[id], strict=True)]
        values = [(name, text, None) for name, text in texts if text is not None]
        changes.append(Change(history.DELETE, id, root, values))
    _tell(model, changes)


def _turned(was: Any, is_: Any) -> str:
    if (was is None) == (is_ is None):
        return history.UPDATE
    return history.ARCHIVE if was is None else history.RESTORE


def _tell(model: Model, changes: list[Change]) -> None:
    """Write the history, then tell whoever listens, all in the transaction of the write."""
    if changes:
        history.write(model, root_model(model), changes)
        door.told(model, changes)
