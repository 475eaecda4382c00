"""Records that TOML files of addons describe, checked against the models.

A file holds `[[addon.model]]` tables, each with an `id` by which others refer to it. Faults name
the file, the record and the field.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

from peewee import Field, ForeignKeyField

from core.data.fields import (
    BooleanField,
    DateField,
    DateTimeField,
    IntegerField,
    MoneyField,
    ScaledField,
)
from core.data.model import Model
from core.data.translated import TranslatedField
from core.errors import KarvonError, UserError, ended
from core.modules.registry import Registry, full_name

# How TOML writes the values of each kind of field, the first that fits.
WRITTEN: tuple[tuple[Any, tuple[type, ...], str], ...] = (
    (BooleanField, (bool,), "true or false"),
    (MoneyField, (str,), 'an amount between quotation marks, such as "12.50"'),
    (ScaledField, (str, int), 'a number: a whole one, or between quotation marks as "12.5"'),
    (IntegerField, (int,), "a whole number"),
    (DateTimeField, (datetime,), "a time with its zone, such as 2026-05-31T09:00:00Z"),
    (DateField, (date,), "a day, such as 2026-05-31"),
    (TranslatedField, (str, dict), "a text, or one for each language: {uz = …, ru = …, en = …}"),
    (Field, (str,), "a text between quotation marks"),
)


@dataclass(frozen=True)
class Entry:
    """One record as a file describes it; `place` is the file and the record, for errors."""

    place: str
    model: type[Model]
    id: str
    values: dict[str, Any]


def entries_of(registry: Registry, file: Path) -> Iterator[Entry]:
    """The records that a file describes, in its order. Raises `UserError`."""
    name = "/".join(file.parts[-3:])
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UserError(f"{name} cannot be read: {ended(str(error))}") from error
    for addon, models in document.items():
        if not isinstance(models, dict) or not all(_are_tables(each) for each in models.values()):
            raise UserError(f"{name}: {addon} holds no tables [[{addon}.model]].")
        for word, tables in models.items():
            try:
                model = registry.model(f"{addon}.{word}")
            except KarvonError as error:
                raise UserError(f"{name}: {error}") from error
            for number, table in enumerate(tables, start=1):
                id = table.pop("id", "")
                if not id:
                    raise UserError(f"{name}: give {addon}.{word} number {number} an id.")
                yield Entry(f"{name}: {addon}.{word} “{id}”", model, id, table)


def _are_tables(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)


def in_order(registry: Registry, models: list[type[Model]]) -> list[type[Model]]:
    """`models` so that each comes after those that its records and their lines refer to."""
    needs = {}
    for model in sorted(models, key=full_name):
        parts = registry.parts(model).values()
        own = [field for each in (model, *parts) for field in registry.open_fields(each).values()]
        targets = {field.rel_model for field in own if isinstance(field, ForeignKeyField)}
        needs[model] = [each for each in models if each in targets and each is not model]
    try:
        return list(TopologicalSorter(needs).static_order())
    except CycleError as error:
        circle = " → ".join(model.__name__ for model in error.args[1])
        raise UserError(f"The records of {circle} refer to each other in a circle.") from error


def named_within(registry: Registry, entry: Entry) -> set[Any]:
    """The ids of records of its own model that the entry refers to."""
    fields = registry.open_fields(entry.model)
    return {
        value
        for name, value in entry.values.items()
        if isinstance(field := fields.get(name), ForeignKeyField) and field.rel_model is entry.model
    }


def waves(registry: Registry, entries: list[Entry]) -> Iterator[list[Entry]]:
    """Entries of one model in groups: those that others of them refer to come first."""
    waiting = {entry.id: entry for entry in entries}
    if len(waiting) < len(entries):
        twice = next(e for i, e in enumerate(entries) if e.id in {o.id for o in entries[:i]})
        raise UserError(f"{twice.place}: the id stands there twice.")
    while waiting:
        ready = [e for e in waiting.values() if not named_within(registry, e) & waiting.keys()]
        if not ready:
            stuck = next(iter(waiting.values()))
            raise UserError(f"{stuck.place}: it refers to itself through others.")
        yield ready
        waiting = {id: entry for id, entry in waiting.items() if entry not in ready}


def refuse_unknown(entry: Entry, names: set[str], known: set[str]) -> None:
    """Raise `UserError` for names that are not among the known ones."""
    if unknown := sorted(names - known):
        there = ", ".join(sorted(known))
        raise UserError(f"{entry.place}: there is no {', '.join(unknown)}; there are {there}.")


def plain_value(entry: Entry, field: Field, value: Any) -> Any:
    """A value that leads to no other record. Raises `UserError` for one that the field refuses."""
    kinds, wanted = next(kind[1:] for kind in WRITTEN if isinstance(field, kind[0]))
    if type(value) not in kinds:
        raise UserError(f"{entry.place}: {field.name}: {value!r} is not {wanted}.")
    longest = getattr(field, "max_length", None)
    if longest and isinstance(value, str) and len(value) > longest:
        raise UserError(f"{entry.place}: {field.name}: a text of at most {longest} letters fits.")
    try:
        if isinstance(field, MoneyField):
            return Decimal(value)
        field.db_value(value)
    except (ValueError, TypeError, ArithmeticError, UserError) as error:
        raise UserError(f"{entry.place}: {field.name}: {error}") from error
    return value
