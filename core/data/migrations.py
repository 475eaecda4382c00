"""Bring the tables of one package up to date, by the numbered files in its folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import peewee
from playhouse.migrations import Migration, MigrationError, Runner

from core.data.batches import forget_moves, moving
from core.data.database import db
from core.data.files import locked
from core.errors import UserError
from core.i18n import Text, _

__all__ = [
    "IRREVERSIBLE",
    "MigrationError",
    "alone",
    "applied",
    "downgrade",
    "pending",
    "record_base",
    "run_down",
    "run_up",
    "tables",
    "undo_after",
    "undoable_after",
    "upgrade",
]

UPGRADE_LOCK = 7_166_219  # any number, the same in every process: the key of the advisory lock


class Irreversible:
    """What stands as `down` in a migration whose data cannot go back. A purge passes it over: its
    archive holds everything, and the tables go with the migrations that made them.
    """

    def __init__(self, why: Text) -> None:
        self.why = why

    def __call__(self, migrator: Any, db: Any) -> None:
        """Nothing is undone."""


IRREVERSIBLE = Irreversible


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
        with moving(package):
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
    undone = [name for _each in runner.applied() for name in runner.down()]
    runner.History.drop_table(safe=True)
    if "core_batch" in tables():
        forget_moves(package)
    return undone


def undoable_after(package: str, folder: Path, name: str) -> list[str]:
    """The names of the migrations that ran after the one called `name`. `UserError` when none of
    that name ran, or one of them says that it cannot be undone.
    """
    ran = [migration for migration in _runner(package, folder).status() if migration.applied]
    if name not in {migration.name for migration in ran}:
        known = ", ".join(migration.name for migration in ran)
        raise UserError(
            _(
                "No migration %(name)s of %(package)s ran; these did: %(known)s.",
                name=name,
                package=package,
                known=known,
            )
        )
    later = [migration for migration in ran if migration.name > name]
    for migration in reversed(later):
        _require_reversible(package, migration)
    return [migration.name for migration in later]


def undo_after(package: str, folder: Path, name: str) -> list[str]:
    """Undo what ran after the migration called `name`, the newest first; answers the names."""
    with alone():
        later = undoable_after(package, folder, name)
        undone: list[str] = _runner(package, folder).down(later[0]) if later else []
    return undone


def _require_reversible(package: str, migration: Migration) -> None:
    down = getattr(migration.load(), "down", None) if migration.path else None
    if down is None or isinstance(down, Irreversible):
        why = down.why if down else _("its file says no way back")
        raise UserError(
            _(
                "%(package)s cannot go back before %(name)s: %(why)s. Restore a backup that was"
                " made before it.",
                package=package,
                name=migration.name,
                why=why,
            )
        )


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
