"""Make the records of the demo company, which the core and the addons describe in demo/*.toml.

A file holds `[[addon.model]]` tables. `id` links records only: a foreign key is written as the id
of the record it leads to, in whichever file that is. The lines of a record are a list of tables,
or of plain texts where a line has one field of its own: `telephones = [{kind = "work", …}]`,
`tags = ["wholesale"]`.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import peewee
from peewee import Field, ForeignKeyField

from core.access.lines import ADMIN, part_of
from core.access.models import User
from core.config import ROOT
from core.data.audit import note
from core.data.database import transaction
from core.data.model import Model
from core.errors import UserError, ended
from core.modules.described import (
    Entry,
    entries_of,
    in_order,
    plain_value,
    refuse_unknown,
    waves,
)
from core.modules.registry import Registry, full_name

FOLDER = "demo"


def load_demo(registry: Registry, admin: int | None = None) -> int:
    """Make all records of the core and of the enabled addons, or none; answers how many. `admin` is
    the user who takes the place of administrators in the files, and of logins that are taken.

    Raises `UserError` with the file, the record and what is wrong. Must run as the system.
    """
    folders = [ROOT / "core", *(manifest.path for manifest in registry.addons.values())]
    entries: dict[type[Model], list[Entry]] = defaultdict(list)
    for folder in folders:
        for file in sorted((folder / FOLDER).glob("*.toml")):
            for entry in entries_of(registry, file):
                entries[entry.model].append(entry)
    loading = Loading(registry)
    if admin is not None and User in entries:
        entries[User] = list(_new_people(loading, entries[User], admin))
    with transaction():
        for model in in_order(registry, list(entries)):
            loading.make(entries[model])
        told = [("rows", None, len(loading.made))]
        note("load_demo", ("core_addon", 0), told)
    return len(loading.made)


def _new_people(loading: "Loading", entries: list[Entry], admin: int) -> Iterator[Entry]:
    """The users that are made: for the others `admin` stands in whatever refers to them."""
    taken = {login for (login,) in User.select(User.login).tuples()}
    for entry in entries:
        if ADMIN in entry.values.get("roles", ()) or entry.values.get("login") in taken:
            loading.made[User, entry.id] = admin
        else:
            yield entry


@dataclass
class Loading:
    """The records that were made so far: (model, id in the files) -> id in the database."""

    registry: Registry
    made: dict[tuple[type[Model], str], int] = field(default_factory=dict)

    def make(self, entries: list[Entry]) -> None:
        """Make records of one model; those that others of them refer to come first."""
        for ready in waves(self.registry, entries):
            self._make_at_once(ready)

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
        refuse_unknown(entry, {*entry.values}, {*fields, *parts})
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
        return plain_value(entry, field, value)


def _create(place: str, model: type[Model], rows: list[dict[str, Any]]) -> list[int]:
    try:
        return model.create_many(rows)
    except peewee.IntegrityError as error:
        reason = " ".join(str(error).split())
        raise UserError(f"{place}, or one after it, cannot be made: {ended(reason)}") from error
