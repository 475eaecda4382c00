"""The records that addons ship in data/*.toml, made once and updated while nobody changed them."""

import json
import logging
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import peewee
from peewee import Field, ForeignKeyField

from core.data.actor import system
from core.data.database import transaction
from core.data.history import stored_text
from core.data.model import Model
from core.data.money import settled
from core.errors import UserError, ended
from core.modules.described import (
    Entry,
    entries_of,
    in_order,
    plain_value,
    refuse_unknown,
    waves,
)
from core.modules.manifest import Manifest
from core.modules.models import DataRow
from core.modules.registry import Registry, full_name, using

FOLDER = "data"
KEEP = "keep"  # of a row: once made, it belongs to whoever uses it

log = logging.getLogger("karvon.modules")


def bring_data(registry: Registry, names: Iterable[str]) -> None:
    """Make the shipped records of these addons as their files say, in the order of the needs.
    `UserError` names file, record and field of a fault; then nothing was changed.
    """
    wanted = set(names)
    shipping = [m for m in registry.addons.values() if m.name in wanted]
    with using(registry), system("an addon ships its data"), transaction():
        for manifest in shipping:
            files = sorted((manifest.path / FOLDER).glob("*.toml"))
            entries = [entry for file in files for entry in entries_of(registry, file)]
            _Shipment(registry, manifest.name).bring(entries)


def ships_data(manifest: Manifest) -> bool:
    """Whether the folder of the addon holds records."""
    return (manifest.path / FOLDER).is_dir()


class _Shipment:
    """The records of one addon, and those of the addons it needs, by their identity."""

    def __init__(self, registry: Registry, addon: str) -> None:
        self.registry = registry
        self.addon = addon
        mine = DataRow.addon == addon
        self.rows = {(row.model, row.identity): row for row in DataRow.select().where(mine)}

    def bring(self, entries: list[Entry]) -> None:
        by_model: dict[type[Model], list[Entry]] = defaultdict(list)
        for entry in entries:
            by_model[entry.model].append(entry)
        for model in in_order(self.registry, list(by_model)):
            for ready in waves(self.registry, by_model[model]):
                for entry in ready:
                    self._bring_one(entry)
        named = {(entry.model._meta.table_name, entry.id) for entry in entries}
        for key, row in self.rows.items():
            if key not in named and row.shipped is not None:
                self._let_go(row)

    def _bring_one(self, entry: Entry) -> None:
        keep = bool(entry.values.pop(KEEP, False))
        values = self._values(entry)
        row = self.rows.get((entry.model._meta.table_name, entry.id))
        try:
            with transaction():
                if row is None:
                    self._make(entry, values)
                elif not keep:
                    self._change(entry.model, row, values)
        except (peewee.IntegrityError, peewee.DataError, UserError) as error:
            reason = ended(" ".join(str(error).split()))
            raise UserError(f"{entry.place} cannot be made: {reason}") from error

    def _make(self, entry: Entry, values: dict[str, Any]) -> None:
        [id] = entry.model.create_many([values])
        table = entry.model._meta.table_name
        self.rows[table, entry.id] = DataRow.create(
            addon=self.addon,
            model=table,
            identity=entry.id,
            record=id,
            shipped=_said(entry.model, values),
        )

    def _change(self, model: type[Model], row: DataRow, values: dict[str, Any]) -> None:
        """Make the record what the file says now, unless it is as the file says or somebody changed
        or archived or deleted it since.
        """
        said = _said(model, values)
        record = model.get_or_none(model.id == row.record)
        if record is None or row.shipped == said:
            return
        is_gone = row.shipped is None
        if not is_gone and (record.archived_at is not None or _is_edited(record, row.shipped)):
            return
        record.change({**values, "archived_at": None} if is_gone else values)
        _note(row, said)

    def _let_go(self, row: DataRow) -> None:
        """Archive a record that the files have no more. One that is still in use stays."""
        found = [m for m in self.registry.models if m._meta.table_name == row.model]
        record = found[0].get_or_none(found[0].id == row.record) if found else None
        if record is not None and record.archived_at is None:
            try:
                with transaction():
                    record.archive()
            except UserError as error:
                log.warning("%s %s stays: %s", row.model, row.identity, error)
                return
        _note(row, None)

    def _values(self, entry: Entry) -> dict[str, Any]:
        fields = self.registry.open_fields(entry.model)
        refuse_unknown(entry, {*entry.values}, {*fields})
        values = {name: self._value(entry, fields[name], v) for name, v in entry.values.items()}
        return settled(entry.model, values)

    def _value(self, entry: Entry, field: Field, value: Any) -> Any:
        if not isinstance(field, ForeignKeyField):
            return plain_value(entry, field, value)
        record = self._record(field.rel_model, value)
        if record is None:
            target = full_name(field.rel_model)
            raise UserError(f"{entry.place}: {field.name} names no {target} “{value}”.")
        return record

    def _record(self, model: type[Model], identity: Any) -> int | None:
        """The record of this identity: of the addon itself, or of one before it."""
        table = model._meta.table_name
        if (row := self.rows.get((table, identity))) is not None:
            return int(row.record)
        others = DataRow.select(DataRow.record).where(
            DataRow.model == table,
            DataRow.identity == identity,
            DataRow.addon.in_(list(self.registry.addons)),
        )
        found = others.order_by(DataRow.id).first()
        return None if found is None else int(found.record)


def _note(row: DataRow, shipped: str | None) -> None:
    row.shipped = shipped
    row.save()


def _said(model: type[Model], values: dict[str, Any]) -> str:
    """The values as the database stores them, in one form for the same ones."""
    fields = model._meta.fields
    return json.dumps({n: _stored(fields[n], v) for n, v in sorted(values.items())})


def _stored(field: Field, value: Any) -> str | None:
    return stored_text(field, field.db_value(value))


def _is_edited(record: Model, shipped: str) -> bool:
    """Whether one of the fields that were shipped, and are still there, holds something else."""
    fields = record._meta.fields
    return any(
        _stored(fields[name], record.__data__.get(name)) != value
        for name, value in json.loads(shipped).items()
        if name in fields
    )
