"""One column more or less in a table that others read and write meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import peewee
from peewee import Entity, Field, ForeignKeyField

from core.data.database import db
from core.errors import Busy
from core.i18n import _

PATIENCE = "3s"  # for the table; whoever came later would wait behind us
TOO_LONG = "55P03"  # what PostgreSQL calls it


class _Meta:
    database = db


def add(table: str, name: str, field: Field) -> None:
    """Give the table the column of a field, in the transaction that is open."""
    model: Any = type("Bound", (peewee.Model,), {name: field, "Meta": _Meta})
    bound = model._meta.fields[name]
    context = db.obj.get_sql_context().literal("ALTER TABLE ").sql(Entity(table))
    context.literal(" ADD COLUMN ").sql(bound.ddl(context))
    if isinstance(field, ForeignKeyField):
        target = Entity(bound.rel_model._meta.table_name)
        context.literal(" REFERENCES ").sql(target).literal(' ("id")')
    with _patiently():
        db.execute_sql(*context.query())


def drop(table: str, column: str) -> None:
    """Take the column off the table, in the transaction that is open."""
    with _patiently():
        db.execute_sql(f'ALTER TABLE "{table}" DROP COLUMN "{column}"')


@contextmanager
def _patiently() -> Iterator[None]:
    """Wait for a table a little and no longer: raises `Busy` then."""
    if not isinstance(db.obj, peewee.PostgresqlDatabase):
        yield
        return
    db.execute_sql(f"SET LOCAL lock_timeout = '{PATIENCE}'")
    try:
        yield
        db.execute_sql("SET LOCAL lock_timeout = DEFAULT")
    except peewee.OperationalError as error:
        if getattr(error.orig, "sqlstate", None) == TOO_LONG:
            raise Busy(_("Others work with these records just now: try again shortly.")) from error
        raise
