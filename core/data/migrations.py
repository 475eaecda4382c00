"""Bring the tables of one package up to date, by the numbered files in its folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import peewee
from playhouse.migrations import Migration, Runner

from core.data.database import db
from core.data.files import locked

UPGRADE_LOCK = 7_166_219  # any number, the same in every process: the key of the advisory lock


def _runner(package: str, folder: Path) -> Runner:
    return Runner(db.obj, str(folder), table_name=f"{package}_migration")


def pending(package: str, folder: Path) -> list[str]:
    """The names of the migrations in `folder` that the database lacks, in order."""
    return [m.name for m in _runner(package, folder).status() if m.path and not m.applied]


def upgrade(package: str, folder: Path) -> list[str]:
    """Run what is pending; answers the names. One that fails is undone and raises."""
    if not Migration.load_directory(str(folder)):
        return []
    with alone():
        applied: list[str] = _runner(package, folder).up()
    return applied


def downgrade(package: str, folder: Path) -> list[str]:
    """Undo every migration of the package, the newest first, and forget that they ran."""
    with alone():
        runner = _runner(package, folder)
        undone = [name for _ in runner.applied() for name in runner.down()]
        runner.History.drop_table(safe=True)
    return undone


def record_base(database: peewee.Database) -> type[peewee.Model]:
    """For migrations: the base of a table of records, with the columns that `Model` has in
    core.api 1. Frozen as migrations are: another set of columns would be another function.
    """

    class User(database.Model):
        class Meta:
            table_name = "core_user"

    class Record(database.Model):
        created_at = peewee.DateTimeField()
        created_by = peewee.ForeignKeyField(User, null=True, backref="+", index=False)
        updated_at = peewee.DateTimeField()
        updated_by = peewee.ForeignKeyField(User, null=True, backref="+", index=False)
        version = peewee.IntegerField()
        archived_at = peewee.DateTimeField(null=True)

    return Record


@contextmanager
def alone() -> Iterator[None]:
    """Let one process at a time change the schema."""
    if isinstance(db.obj, peewee.PostgresqlDatabase):
        db.execute_sql("SELECT pg_advisory_lock(%s)", (UPGRADE_LOCK,))
        try:
            yield
        finally:
            db.execute_sql("SELECT pg_advisory_unlock(%s)", (UPGRADE_LOCK,))
        return
    with locked(Path(f"{db.obj.database}-upgrade")):
        yield
