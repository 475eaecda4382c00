"""Make the records of the demo company, which the core and the addons describe in demo/*.toml.

A file holds `[[addon.model]]` tables. `id` links records only: a foreign key is written as the id
of the record it leads to, in whichever file that is. The lines of a record are a list of tables,
or of plain texts where a line has one field of its own: `telephones = [{kind = "work", …}]`,
`tags = ["wholesale"]`.
"""

import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

import peewee
from peewee import Field, ForeignKeyField

from core.access.policy import part_of
from core.config import ROOT
from core.data.database import transaction
from core.data.model import Model
from core.errors import KarvonError, UserError, ended
from core.modules.registry import Registry, full_name

FOLDER = "demo"


@dataclass(frozen=True)
class Entry:
    """One record as a file describes it; `place` is the file and the record, for errors."""

    place: str
    model: type[Model]
    id: str
    values: dict[str, Any]


def load_demo(registry: Registry) -> int:
    """Make all records of the core and of the enabled addons, or none; answers how many.

    Raises `UserError` with the file, the record and what is wrong. Must run as the system.
    """
    folders = [ROOT / "core", *(manifest.path for manifest in registry.addons.values())]
    entries: dict[type[Model], list[Entry]] = defaultdict(list)
    for folder in folders:
        for file in sorted((folder / FOLDER).glob("*.toml")):
            for entry in _read(registry, file):
                entries[entry.model].append(entry)
    loading = Loading(registry)
    with transaction():
        for model in _in_order(registry, list(entries)):
            loading.make(entries[model])
    return len(loading.made)


def _read(registry: Registry, file: Path) -> Iterator[Entry]:
    name = f"{file.parent.parent.name}/{FOLDER}/{file.name}"
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UserError(f"{name} cannot be read: {ended(str(error))}") from error
    for addon, models in document.items():
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


def _in_order(registry: Registry, models: list[type[Model]]) -> list[type[Model]]:
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
        raise UserError(f"The demo records {circle} refer to each other in a circle.") from error


@dataclass
class Loading:
    """The records that were made so far: (model, id in the files) -> id in the database."""

    registry: Registry
    made: dict[tuple[type[Model], str], int] = field(default_factory=dict)

    def make(self, entries: list[Entry]) -> None:
        """Make records of one model; those that others of them refer to come first."""
        waiting = {entry.id: entry for entry in entries}
        if len(waiting) < len(entries):
            twice = next(e for i, e in enumerate(entries) if e.id in {o.id for o in entries[:i]})
            raise UserError(f"{twice.place}: the id stands there twice.")
        while waiting:
            ready = [e for e in waiting.values() if not self._named(e) & waiting.keys()]
            if not ready:
                stuck = next(iter(waiting.values()))
                raise UserError(f"{stuck.place}: it refers to itself through others.")
            self._make_at_once(ready)
            waiting = {id: entry for id, entry in waiting.items() if entry not in ready}

    def _named(self, entry: Entry) -> set[Any]:
        """The ids of records of its own model that the entry refers to."""
        fields = self.registry.open_fields(entry.model)
        return {
            value
            for name, value in entry.values.items()
            if isinstance(field := fields.get(name), ForeignKeyField)
            and field.rel_model is entry.model
        }

    def _make_at_once(self, entries: list[Entry]) -> None:
        model = entries[0].model
        parts = self.registry.parts(model)
        fields = self.registry.open_fields(model)
        rows = [self._row(entry, fields, parts) for entry in entries]
        ids = _create(entries[0].place, model, rows)
        self.made.update({(model, e.id): id for e, id in zip(entries, ids, strict=True)})
        for name, part in parts.items():
            lines = [
                {**line, str(part_of(part)): id}
                for entry, id in zip(entries, ids, strict=True)
                for line in self._lines(entry, name, part)
            ]
            if lines:
                _create(entries[0].place, part, lines)

    def _row(self, entry: Entry, fields: dict[str, Field], parts: Any) -> dict[str, Any]:
        plain = {name: value for name, value in entry.values.items() if name not in parts}
        if unknown := sorted(plain.keys() - fields.keys()):
            known = ", ".join(sorted({*fields, *parts}))
            raise UserError(f"{entry.place}: there is no {', '.join(unknown)}; there are {known}.")
        return {name: self._value(entry, fields[name], value) for name, value in plain.items()}

    def _lines(self, entry: Entry, name: str, part: type[Model]) -> Iterator[dict[str, Any]]:
        fields = self.registry.open_fields(part)
        for given in entry.values.get(name, ()):
            line = given if isinstance(given, dict) else {next(iter(fields)): given}
            if unknown := sorted(line.keys() - fields.keys()):
                raise UserError(f"{entry.place}: {name} have no {', '.join(unknown)}.")
            yield {key: self._value(entry, fields[key], value) for key, value in line.items()}

    def _value(self, entry: Entry, field: Field, value: Any) -> Any:
        if isinstance(field, ForeignKeyField):
            if (field.rel_model, value) not in self.made:
                target = full_name(field.rel_model)
                raise UserError(f"{entry.place}: {field.name} names no {target} “{value}”.")
            return self.made[field.rel_model, value]
        try:
            field.db_value(value)
        except (ValueError, TypeError, UserError) as error:
            raise UserError(f"{entry.place}: {field.name}: {error}") from error
        return value


def _create(place: str, model: type[Model], rows: list[dict[str, Any]]) -> list[int]:
    try:
        return model.create_many(rows)
    except peewee.IntegrityError as error:
        reason = " ".join(str(error).split())
        raise UserError(f"{place}, or one after it, cannot be made: {ended(reason)}") from error
