"""Bring the tables of one package up to date, by the numbered files in its folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import peewee
from playhouse.migrations import Migration, MigrationError, Runner

from core.data.database import db
from core.data.files import locked

__all__ = [
    "MigrationError",
    "alone",
    "applied",
    "downgrade",
    "pending",
    "record_base",
    "run_down",
    "run_up",
    "tables",
    "upgrade",
]

UPGRADE_LOCK = 7_166_219  # any number, the same in every process: the key of the advisory lock


def _runner(package: str, folder: Path) -> Runner:
    return Runner(db.obj, str(folder), table_name=f"{package}_migration")


def pending(package: str, folder: Path) -> list[str]:
    """The names of the migrations in `folder` that the database lacks, in order."""
    return [m.name for m in _runner(package, folder).status() if m.path and not m.applied]


def applied(package: str) -> list[str]:
    """The names of the migrations that ran, in order; those whose files are gone too."""
    if f"{package}_migration" not in tables():
        return []
    query = f'SELECT name FROM "{package}_migration" ORDER BY name'
    return [name for (name,) in db.execute_sql(query).fetchall()]


def upgrade(package: str, folder: Path) -> list[str]:
    """Run what is pending; answers the names. One that fails is undone and raises."""
    if not Migration.load_directory(str(folder)):
        return []
    with alone():
        return run_up(package, folder)


def run_up(package: str, folder: Path) -> list[str]:
    """`upgrade` for whoever is `alone` already."""
    runner = _runner(package, folder)
    try:
        ran: list[str] = runner.up()
    except BaseException:
        if not runner.applied():
            runner.History.drop_table(safe=True)
        raise
    return ran


def downgrade(package: str, folder: Path) -> list[str]:
    """Undo every migration of the package, the newest first, and forget that they ran.
    `MigrationError` when one of them cannot be undone.
    """
    with alone():
        return run_down(package, folder)


def run_down(package: str, folder: Path) -> list[str]:
    """`downgrade` for whoever is `alone` already."""
    runner = _runner(package, folder)
    undone = [name for _ in runner.applied() for name in runner.down()]
    runner.History.drop_table(safe=True)
    return undone


def tables() -> dict[str, set[str]]:
    """The columns of every table that the database has, by the table's name; one query."""
    if isinstance(db.obj, peewee.PostgresqlDatabase):
        rows = db.execute_sql(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = current_schema()"
        ).fetchall()
    else:
        rows = db.execute_sql(
            "SELECT m.name, c.name FROM sqlite_master AS m, pragma_table_info(m.name) AS c"
            " WHERE m.type = 'table'"
        ).fetchall()
    found: dict[str, set[str]] = {}
    for table, column in rows:
        found.setdefault(table, set()).add(column)
    return found


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
