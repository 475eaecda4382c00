"""Try the tables of an addon in a database of their own: against its models, and there and back."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from core.data import migrations
from core.data.actor import system
from core.data.database import bind, db, open_database
from core.data.model import Model
from core.modules.discovery import Found
from core.modules.lifecycle import CORE_MIGRATIONS
from core.modules.registry import Registry, addon_of

Shape = set[tuple[str, str, str]]  # (table, column or index, what it is)


def faults_of_tables(found: Found, name: str, registry: Registry) -> list[str]:
    """What would go wrong once the addon is enabled, purged or handed on, a sentence each; it is
    sound and loaded in `registry`.
    """
    with TemporaryDirectory(prefix="karvon-check-") as folder, _scratch(Path(folder)):
        migrations.upgrade("core", CORE_MIGRATIONS)
        for needed in found.dependencies(name):
            migrations.upgrade(needed, found.manifests[needed].path / "migrations")
        before = _shape()
        own = found.manifests[name].path / "migrations"
        try:
            migrations.upgrade(name, own)
        except (Exception, SystemExit) as error:
            return [f"{name}: a migration fails ({type(error).__name__}: {error})."]
        return [*_against_models(registry, name), *_there_and_back(name, own, before)]


@contextmanager
def _scratch(folder: Path) -> Iterator[None]:
    """An empty database in the place of the one that is bound."""
    bound, scratch = db.obj, open_database(f"sqlite:///{folder / 'check.db'}", 1)
    bind(scratch)
    try:
        with system("an addon is tried out"):
            yield
    finally:
        scratch.close_all()
        db.initialize(bound)


def _against_models(registry: Registry, name: str) -> Iterator[str]:
    for model in registry.models:
        table = model._meta.table_name
        columns = {column.name: column for column in db.get_columns(table)}
        fields = {f.column_name: f for f in _fields_of(registry, model)}
        for missing in sorted(fields.keys() - columns.keys()):
            yield f"{name}: the table {table} lacks the column {missing}: no migration makes it."
        if addon_of(model) != name:
            continue
        for unknown in sorted(columns.keys() - fields.keys()):
            yield f"{name}: the column {unknown} of {table} is none of {model.__name__}'s fields."
        for each in sorted(fields.keys() & columns.keys()):
            yield from _of_column(name, table, fields[each], columns[each])


def _fields_of(registry: Registry, model: type[Model]) -> list[Any]:
    """The fields that the addons of the registry know of: others may have added some here."""
    return [model._meta.primary_key, *registry.fields(model).values()]


def _of_column(name: str, table: str, field: Any, column: Any) -> Iterator[str]:
    if column.null != (field.null and not field.primary_key):
        one, other = ("table", "model") if column.null else ("model", "table")
        yield (
            f"{name}: {table}.{field.column_name} may be empty in the {one} and not in the {other}:"
            " let both say the same."
        )
    length = getattr(field, "max_length", None)
    if length and "(" in column.data_type and f"({length})" not in column.data_type:
        yield (
            f"{name}: {table}.{field.column_name} is {column.data_type} in the table and holds"
            f" {length} letters in the model: let both say the same."
        )


def _there_and_back(name: str, folder: Path, before: Shape) -> Iterator[str]:
    """A purge leaves the schema of an instance that never had the addon."""
    try:
        migrations.downgrade(name, folder)
    except Exception as error:
        yield f"{name}: a migration cannot be undone ({type(error).__name__}: {error})."
        return
    after = _shape()
    for table, each, _kind in sorted(after - before):
        yield f"{name}: its migrations leave {table}.{each} behind: complete their down()."
    for table, each, _kind in sorted(before - after):
        yield f"{name}: its migrations take {table}.{each} of others away: mend their down()."


def _shape() -> Shape:
    found: Shape = set()
    for table in db.get_tables():
        found |= {
            (table, c.name, f"{c.data_type} {c.null} {c.default}") for c in db.get_columns(table)
        }
        found |= {(table, i.name, f"{i.columns} {i.unique}") for i in db.get_indexes(table)}
    return found
