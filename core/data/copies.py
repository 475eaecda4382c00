"""A copy of the whole database as it is at one moment, while others write, and the way back."""

import json
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from core.data.database import db
from core.data.files import make_private_file
from core.data.migrations import alone
from core.data.sqlite import MEMORY, Sqlite
from core.errors import UserError
from core.i18n import _

SQLITE, POSTGRESQL = "sqlite", "postgresql"
FILE, SCHEMA = "database.sqlite", "schema.json"


def kind() -> str:
    """Which of the two databases this process uses."""
    return SQLITE if isinstance(db.obj, Sqlite) else POSTGRESQL


def copy_into(folder: Path) -> None:
    """Write the database into files below `folder`: all that was committed before, and nothing of
    what comes after. Writers are not held up.
    """
    folder.mkdir(mode=0o700)
    if isinstance(db.obj, Sqlite):
        _copy_sqlite(folder / FILE)
        return
    from core.data.postgresql_copies import copy_out

    (folder / SCHEMA).write_text(json.dumps(copy_out(db.obj, folder), indent=1), encoding="utf-8")


def restore_from(folder: Path) -> None:
    """Fill the empty database with what `copy_into` wrote. Raises `UserError` when it is not empty
    or the copy is of the other database; then nothing was changed.
    """
    made_by = SQLITE if (folder / FILE).exists() else POSTGRESQL
    if made_by != kind():
        raise UserError(
            _(
                "The backup is of a %(kind)s database: name such a one as [database] url.",
                kind=made_by,
            )
        )
    with alone():
        if made_by == SQLITE:
            _restore_sqlite(folder / FILE)
            return
        from core.data.postgresql_copies import copy_in

        copy_in(db.obj, json.loads((folder / SCHEMA).read_text(encoding="utf-8")), folder)


def refuse_unless_empty(tables: int) -> None:
    if tables:
        raise UserError(
            _("The database is not empty: restore into a new one, or drop this one first.")
        )


def _copy_sqlite(target: Path) -> None:
    make_private_file(target)
    with closing(sqlite3.connect(target)) as copy:
        # All pages in one step: it reads one snapshot and never begins anew because of writers.
        db.obj.connection().backup(copy)
        copy.execute("PRAGMA journal_mode = delete")


def _restore_sqlite(copy: Path) -> None:
    if db.obj.database == MEMORY:
        raise UserError(_("A database in memory holds no backup: name a file as [database] url."))
    target = Path(db.obj.database)
    db.obj.close_all()
    if target.exists():
        with closing(sqlite3.connect(target)) as present:
            refuse_unless_empty(present.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    draft = target.with_name(f"{target.name}.restoring")
    try:
        shutil.copyfile(copy, draft)
        draft.chmod(0o600)
        with draft.open("rb") as stream:
            os.fsync(stream.fileno())
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    for suffix in ("-wal", "-shm"):  # of the empty file that goes
        target.with_name(target.name + suffix).unlink(missing_ok=True)
    draft.replace(target)
