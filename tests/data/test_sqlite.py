"""SQLite: its file, its settings, its transactions."""

import os
import sqlite3
import stat
import threading
from pathlib import Path

import peewee
import pytest

from core.data.database import open_database, release, transaction
from core.data.pool import Pooled
from core.errors import ConfigError
from tests.data.notes import Note, in_thread, texts, write_in_another_thread


def test_a_new_file_and_its_folders_are_private(tmp_path: Path) -> None:
    os.umask(os.umask(0o022))
    database = open_database(f"sqlite:///{tmp_path}/one/two/karvon.db")
    database.execute_sql("CREATE TABLE t (id INTEGER)")
    database.close_all()
    modes = {
        path.name: stat.S_IMODE(path.stat().st_mode)
        for path in [tmp_path / "one", *(tmp_path / "one").rglob("*")]
    }
    folders = {name: mode for name, mode in modes.items() if name in ("one", "two")}
    files = {name: mode for name, mode in modes.items() if name not in folders}
    assert set(folders.values()) == {0o700}
    assert "karvon.db" in files
    assert set(files.values()) == {0o600}


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    database = open_database(f"sqlite:///{tmp_path}/file/karvon.db")
    with pytest.raises(ConfigError, match=r"file/karvon\.db cannot be made"):
        database.connect()


def test_a_sqlite_connection_is_set_up_for_safety(sqlite: Pooled) -> None:
    expected = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1}
    assert {name: sqlite.pragma(name) for name in expected} == expected


def test_a_database_in_memory_is_one_for_all_threads() -> None:
    database = open_database("sqlite:///:memory:")
    database.execute_sql("CREATE TABLE t (id INTEGER)")
    database.close()
    rows: list[object] = []
    in_thread(lambda: rows.append(database.execute_sql("SELECT count(*) FROM t").fetchone()))
    assert rows == [(0,)]
    database.close_all()


def test_a_half_read_query_does_not_show_the_past_to_the_next(sqlite: Pooled) -> None:
    Note.insert_many([{"text": str(number)} for number in range(500)]).execute()
    half_read = sqlite.execute_sql("SELECT text FROM note")
    half_read.fetchone()
    release()
    write_in_another_thread("new")
    assert Note.select().count() == 501
    with transaction():
        Note.create(text="newer")
    with pytest.raises(sqlite3.ProgrammingError):
        half_read.fetchone()


def test_a_transaction_that_sqlite_undid_is_not_continued(sqlite: Pooled) -> None:
    sqlite.execute_sql("CREATE TABLE one (id INTEGER PRIMARY KEY)")
    sqlite.execute_sql("INSERT INTO one VALUES (1)")
    block = transaction()
    block.__enter__()
    Note.create(text="lost")
    with pytest.raises(peewee.IntegrityError):
        sqlite.execute_sql("INSERT OR ROLLBACK INTO one VALUES (1)")
    with pytest.raises(peewee.OperationalError, match="undone this transaction") as caught:
        Note.create(text="not alone")
    block.__exit__(caught.type, caught.value, caught.tb)
    write_in_another_thread()
    assert texts() == ["after"]


def test_a_reading_transaction_waits_for_nobody_and_does_not_write(sqlite: Pooled) -> None:
    started, stop = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction():
            started.set()
            stop.wait(30)

    holder = threading.Thread(target=hold)
    holder.start()
    started.wait(30)
    with sqlite.atomic("DEFERRED"):
        assert texts() == []
        with pytest.raises(peewee.OperationalError, match="only reads"):
            Note.create(text="a")
    stop.set()
    holder.join()


def test_a_transaction_opened_by_hand_is_refused(sqlite: Pooled) -> None:
    with pytest.raises(peewee.OperationalError, match="Write in transaction"):
        sqlite.execute_sql("BEGIN IMMEDIATE")
