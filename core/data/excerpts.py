"""Rows of a few tables and of single columns, out into files and back with the same ids."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import peewee

from core.data.database import db, transaction
from core.data.migrations import alone

ROWS_AT_ONCE = 200
FULL_TEXT = "_fts"  # what SQLite keeps beside a search table follows from it
KEYS = """
SELECT c.relname, k.conname, pg_get_constraintdef(k.oid, true)
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
WHERE k.contype = 'f' AND c.relnamespace = current_schema()::regnamespace AND c.relname = ANY(%s)
"""


@contextmanager
def reshaping() -> Iterator[None]:
    """Change tables and rows in one transaction that nobody else changes the schema in. SQLite
    looks at foreign keys at its end alone: it would delete along them where a table goes.
    """
    with alone():
        is_file = not _is_postgresql()
        if is_file:
            db.pragma("foreign_keys", 0)
        try:
            with transaction():
                yield
                if is_file and (broken := db.execute_sql("PRAGMA foreign_key_check").fetchone()):
                    raise peewee.IntegrityError(f"{broken[0]} names a row that {broken[2]} lacks")
        finally:
            if is_file:
                db.pragma("foreign_keys", 1)


def is_plain(table: str) -> bool:
    """Whether a table holds rows of its own, and not an index over those of another."""
    return FULL_TEXT not in table


def count(table: str, column: str = "id") -> int:
    """How many rows have something in the column."""
    rows = db.execute_sql(f'SELECT COUNT("{column}") FROM "{table}"').fetchone()
    return int(rows[0])


def hold(tables: Iterable[str]) -> None:
    """Let nobody else write into these tables until the transaction ends."""
    if _is_postgresql():
        for table in tables:
            db.execute_sql(f'LOCK TABLE "{table}" IN EXCLUSIVE MODE')


def write_out(table: str, columns: Sequence[str], file: Path, filled: str = "id") -> int:
    """Write the rows that have something in the column `filled` as lines of JSON; answers how
    many.
    """
    cast = "::text" if _is_postgresql() else ""
    names = ", ".join(f'"{column}"{cast}' for column in columns)
    query = f'SELECT {names} FROM "{table}" WHERE "{filled}" IS NOT NULL ORDER BY "id"'
    written = 0
    with file.open("w", encoding="utf-8") as stream:
        for row in db.execute_sql(query):
            stream.write(json.dumps([_said(value) for value in row], ensure_ascii=False) + "\n")
            written += 1
    return written


def read_in(tables: dict[str, tuple[Sequence[str], Path]]) -> None:
    """Make the rows of each table those of its file, whatever order their references need."""
    keys = _take_keys(list(tables))
    for table in tables:
        db.execute_sql(f'DELETE FROM "{table}"')
    for table, (columns, file) in tables.items():
        names = ", ".join(f'"{column}"' for column in columns)
        row = f"({', '.join([db.obj.param] * len(columns))})"
        for batch in peewee.chunked(_lines(file), ROWS_AT_ONCE):
            rows = ", ".join([row] * len(batch))
            sql = f'INSERT INTO "{table}" ({names}) VALUES {rows}'
            db.execute_sql(sql, [value for values in batch for value in values])
    for statement in keys:
        db.execute_sql(statement)


def fill_column(table: str, column: str, file: Path) -> None:
    """Give the records of the file their values in one column."""
    place = db.obj.param
    for id, value in _lines(file):
        sql = f'UPDATE "{table}" SET "{column}" = {place} WHERE "id" = {place}'
        db.execute_sql(sql, (value, id))


def sequence(table: str) -> list[Any] | None:
    """Where the numbering of a table stands; None where it follows from the rows."""
    name = _sequence_of(table)
    if name is None:
        return None
    return list(db.execute_sql(f"SELECT last_value, is_called FROM {name}").fetchone())


def go_on_after(table: str, place: list[Any]) -> None:
    """Number the next row of the table as if it had never been away."""
    if (name := _sequence_of(table)) is not None:
        db.execute_sql("SELECT setval(%s, %s, %s)", (name, int(place[0]), bool(place[1])))


def _is_postgresql() -> bool:
    return isinstance(db.obj, peewee.PostgresqlDatabase)


def _sequence_of(table: str) -> str | None:
    if not _is_postgresql():
        return None
    query = "SELECT pg_get_serial_sequence(%s, 'id')"
    found: str | None = db.execute_sql(query, (f'"{table}"',)).fetchone()[0]
    return found


def _take_keys(tables: list[str]) -> list[str]:
    """Take the foreign keys off; answers what puts them on again."""
    if not _is_postgresql():
        return []
    again = []
    for table, name, definition in db.execute_sql(KEYS, (tables,)).fetchall():
        db.execute_sql(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
        again.append(f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {definition}')
    return again


def _said(value: Any) -> Any:
    return {"hex": value.hex()} if isinstance(value, bytes) else value


def _heard(value: Any) -> Any:
    return bytes.fromhex(value["hex"]) if isinstance(value, dict) else value


def _lines(file: Path) -> Iterator[list[Any]]:
    with file.open(encoding="utf-8") as stream:
        for line in stream:
            yield [_heard(value) for value in json.loads(line)]
