"""A backup that is made while others write holds every row that was acknowledged before."""

import sqlite3
from contextlib import closing

from core.data.copies import FILE, copy_into, restore_from
from core.data.database import bind, close, open_database
from core.data.sqlite import Sqlite
from tests.faults.processes import Start
from tests.faults.writer import Line


def test_a_backup_under_load_restores_every_row_acknowledged_before(
    database: Sqlite, start: Start, tmp_path
) -> None:
    processes = [start("endless", f"writer {number}") for number in range(3)]
    acknowledged = {int(process.hears()) for process in processes for _ in range(20)}
    copy_into(tmp_path / "copy")
    after = [int(process.hears()) for process in processes]  # the writers were not held up
    with closing(sqlite3.connect(tmp_path / "copy" / FILE)) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    close()
    bind(open_database(f"sqlite:///{tmp_path / 'restored.db'}"))
    restore_from(tmp_path / "copy")
    bind(open_database(f"sqlite:///{tmp_path / 'restored.db'}"))
    kept = {number for (number,) in Line.select(Line.id).tuples()}
    assert len(acknowledged) == 60
    assert acknowledged <= kept
    assert len(after) == 3
