"""Copy rows in bulk: past models and rules, and without indexes until the last row stands."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import peewee

from core.data.database import db, transaction

CACHE_KIB = 256 * 1024  # for building indexes; what serves pages keeps its own
MERGE_BYTES = 64 * 1024 * 1024  # of the full-text index that are gathered before one is written
FULL_TEXT = "_fts"


@contextmanager
def loading(tables: Iterable[str]) -> Iterator[None]:
    """Take indexes and triggers of `tables` away for the block, then make them anew.

    All of it is one transaction. Full-text indexes over the tables are rebuilt, sequences go on
    after the highest id, and the statistics of the whole database are taken at the end.
    """
    names = list(tables)
    work = _PostgresqlLoad() if isinstance(db.obj, peewee.PostgresqlDatabase) else _SqliteLoad()
    work.prepare()
    with transaction():
        again = work.take_away(names)
        yield
        for statement in again:
            db.execute_sql(statement)
        work.finish(names)
    db.execute_sql("ANALYZE")


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows of database values, in the order of `columns`. Nothing is checked or defaulted;
    the caller is inside `loading`.
    """
    names = ", ".join(f'"{column}"' for column in columns)
    connection = db.connection()
    if isinstance(db.obj, peewee.PostgresqlDatabase):
        with (
            connection.cursor() as cursor,
            cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as to,
        ):
            for row in rows:
                to.write_row(row)
    else:
        places = ", ".join("?" * len(columns))
        connection.executemany(
            f'INSERT INTO "{table}" ({names}) VALUES ({places})',
            rows,
        )


class _SqliteLoad:
    """How a SQLite file is loaded."""

    def prepare(self) -> None:
        db.execute_sql(f"PRAGMA cache_size = -{CACHE_KIB}")

    def take_away(self, tables: list[str]) -> list[str]:
        every = db.execute_sql(
            "SELECT type, name, sql, tbl_name FROM sqlite_master"
            " WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"
        ).fetchall()
        found = [row[:3] for row in every if row[3] in tables]
        for kind, name, _ in found:
            db.execute_sql(f'DROP {kind} "{name}"')
        return [statement for _, _, statement in found]

    def finish(self, tables: list[str]) -> None:
        known = {name for (name,) in db.execute_sql("SELECT name FROM sqlite_master")}
        for index in sorted({f"{table}{FULL_TEXT}" for table in tables} & known):
            db.execute_sql(
                f'INSERT INTO "{index}" ("{index}", rank) VALUES (\'hashsize\', {MERGE_BYTES})'
            )
            db.execute_sql(f'INSERT INTO "{index}" ("{index}") VALUES (\'rebuild\')')
            db.execute_sql(f'INSERT INTO "{index}" ("{index}") VALUES (\'optimize\')')


class _PostgresqlLoad:
    """How a PostgreSQL database is loaded."""

    def prepare(self) -> None:
        """Nothing needs to be set outside of the transaction."""

    def take_away(self, tables: list[str]) -> list[str]:
        found = db.execute_sql(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()"
            " AND tablename = ANY(%s) AND indexname NOT IN (SELECT conname FROM pg_constraint)",
            (tables,),
        ).fetchall()
        for name, _ in found:
            db.execute_sql(f'DROP INDEX "{name}"')
        for table in tables:
            db.execute_sql(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
        triggers = [f'ALTER TABLE "{table}" ENABLE TRIGGER USER' for table in tables]
        return [*(statement for _, statement in found), *triggers]

    def finish(self, tables: list[str]) -> None:
        for table in tables:
            (sequence,) = db.execute_sql(
                "SELECT pg_get_serial_sequence(%s, 'id')", (table,)
            ).fetchone()
            if sequence:
                db.execute_sql(
                    f'SELECT setval(%s, (SELECT COALESCE(MAX(id), 1) FROM "{table}"))',
                    (sequence,),
                )
