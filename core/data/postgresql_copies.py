"""Copy a PostgreSQL schema with its rows out of one snapshot into files, and back.

`pg_dump` is not on every machine that reaches a database, and its version must fit the server's.
What Karvon uses of a schema is little: tables, columns, keys, checks, indexes, sequences, functions
of triggers, extensions. All of it is said by the server itself in SQL.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from psycopg import Connection, IsolationLevel, sql

from core.data.copies import refuse_unless_empty
from core.data.postgresql import Postgresql

Row = tuple[Any, ...]
HERE = "(SELECT oid FROM pg_namespace WHERE nspname = current_schema())"
NOT_OF_EXTENSION = (
    "NOT EXISTS (SELECT 1 FROM pg_depend e WHERE e.objid = {oid} AND e.deptype = 'e')"
)
TABLES = (
    f"SELECT c.oid, c.relname FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = {HERE}"
    f" AND {NOT_OF_EXTENSION.format(oid='c.oid')} ORDER BY c.relname"
)
COLUMNS = """
SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated,
       pg_get_expr(d.adbin, d.adrelid, true), nullif(l.collname, 'default')
FROM pg_attribute a
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN pg_collation l ON l.oid = a.attcollation
WHERE a.attrelid = %s AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""
SEQUENCES = f"""
SELECT c.relname, format_type(s.seqtypid, NULL), t.relname, a.attname
FROM pg_class c JOIN pg_sequence s ON s.seqrelid = c.oid
LEFT JOIN pg_depend p ON p.objid = c.oid AND p.classid = 'pg_class'::regclass AND p.deptype = 'a'
LEFT JOIN pg_class t ON t.oid = p.refobjid
LEFT JOIN pg_attribute a ON a.attrelid = p.refobjid AND a.attnum = p.refobjsubid
WHERE c.relnamespace = {HERE} AND NOT EXISTS (
    SELECT 1 FROM pg_depend i WHERE i.objid = c.oid AND i.deptype IN ('i', 'e'))
ORDER BY c.relname
"""
CONSTRAINTS = f"""
SELECT t.relname, k.conname, pg_get_constraintdef(k.oid, true), k.contype = 'f'
FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid
WHERE k.connamespace = {HERE} AND k.contype IN ('p', 'u', 'c', 'x', 'f')
ORDER BY k.contype = 'f', t.relname, k.conname
"""
INDEXES = f"""
SELECT pg_get_indexdef(i.indexrelid, 0, true)
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE c.relnamespace = {HERE} AND NOT EXISTS (
    SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
AND {NOT_OF_EXTENSION.format(oid="i.indrelid")} ORDER BY c.relname
"""
FUNCTIONS = f"""
SELECT p.proname, pg_get_functiondef(p.oid) FROM pg_proc p
WHERE p.pronamespace = {HERE} AND p.prokind IN ('f', 'p')
AND {NOT_OF_EXTENSION.format(oid="p.oid")} ORDER BY p.proname
"""
TRIGGERS = f"""
SELECT pg_get_triggerdef(g.oid, true) FROM pg_trigger g JOIN pg_class t ON t.oid = g.tgrelid
WHERE t.relnamespace = {HERE} AND NOT g.tgisinternal ORDER BY t.relname, g.tgname
"""
EXTENSIONS = "SELECT extname FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY extname"


def copy_out(database: Postgresql, folder: Path) -> dict[str, Any]:
    """Write the rows of each table into a file below `folder`; answers what makes the schema."""
    with database._connect() as connection:
        connection.autocommit = False
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        schema = schema_of(connection)
        for number, table in enumerate(schema["tables"]):
            table["file"] = f"{number:04}.copy"
            query = _copying("COPY {} ({}) TO STDOUT", table)
            with (
                (folder / table["file"]).open("wb") as stream,
                connection.cursor().copy(query) as rows,
            ):
                for piece in rows:
                    stream.write(piece)
    return schema


def copy_in(database: Postgresql, schema: dict[str, Any], folder: Path) -> None:
    """Make the schema and fill it, in one transaction. Raises `UserError` unless it is empty."""
    with database._connect() as connection:
        connection.autocommit = False
        refuse_unless_empty(len(_rows(connection, TABLES)))
        _run(connection, schema["before"])
        for table in schema["tables"]:
            query = _copying("COPY {} ({}) FROM STDIN", table)
            with (
                (folder / table["file"]).open("rb") as stream,
                connection.cursor().copy(query) as rows,
            ):
                while piece := stream.read(2**20):
                    rows.write(piece)
        _run(connection, schema["after"])


def schema_of(connection: Connection) -> dict[str, Any]:
    """What makes the schema: statements to run `before` the rows come, the `tables` with the
    columns to copy, and statements to run `after`.
    """
    sequences = _rows(connection, SEQUENCES)
    before = [
        f'CREATE EXTENSION IF NOT EXISTS "{name}"' for (name,) in _rows(connection, EXTENSIONS)
    ]
    before += [f'CREATE SEQUENCE "{name}" AS {kind}' for name, kind, _, _ in sequences]
    tables = []
    for oid, name in _rows(connection, TABLES):
        columns = _rows(connection, COLUMNS, (oid,))
        before.append(f'CREATE TABLE "{name}" ({", ".join(map(_column, columns))})')
        tables.append({"name": name, "columns": [c[0] for c in columns if not c[4]]})
    return {"before": before, "tables": tables, "after": [*_after(connection, sequences)]}


def _after(connection: Connection, sequences: list[Row]) -> Iterator[str]:
    for name, _kind, table, column in sequences:
        if table:
            yield f'ALTER SEQUENCE "{name}" OWNED BY "{table}"."{column}"'
        [(last, called)] = _rows(connection, f'SELECT last_value, is_called FROM "{name}"')
        yield f"SELECT setval('\"{name}\"', {last}, {called})"
    yield from _identities(connection)
    constraints = _rows(connection, CONSTRAINTS)
    lines = [
        (f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {definition}', is_key)
        for table, name, definition, is_key in constraints
    ]
    yield from (line for line, is_key in lines if not is_key)
    yield from (definition for (definition,) in _rows(connection, INDEXES))
    yield from (line for line, is_key in lines if is_key)
    for name, definition in _rows(connection, FUNCTIONS):
        # Without the name of the schema, which may be another one there.
        yield re.sub(rf"FUNCTION \S+\.({re.escape(name)})\(", r"FUNCTION \1(", definition, count=1)
    yield from (definition for (definition,) in _rows(connection, TRIGGERS))


def _identities(connection: Connection) -> Iterator[str]:
    for oid, table in _rows(connection, TABLES):
        for column in (row[0] for row in _rows(connection, COLUMNS, (oid,)) if row[3]):
            place = "pg_get_serial_sequence(%s, %s)"
            [(sequence,)] = _rows(connection, f"SELECT {place}", (f'"{table}"', column))
            [(last, called)] = _rows(connection, f"SELECT last_value, is_called FROM {sequence}")
            owner = f"pg_get_serial_sequence('\"{table}\"', '{column}')"
            yield f"SELECT setval({owner}, {last}, {called})"


def _column(row: Row) -> str:
    name, kind, required, identity, generated, default, collation = row
    words = [f'"{name}" {kind}']
    if collation:
        words.append(f'COLLATE "{collation}"')
    if identity:
        words.append(f"GENERATED {'ALWAYS' if identity == 'a' else 'BY DEFAULT'} AS IDENTITY")
    elif generated:
        words.append(f"GENERATED ALWAYS AS ({default}) STORED")
    elif default is not None:
        words.append(f"DEFAULT {default}")
    if required:
        words.append("NOT NULL")
    return " ".join(words)


def _copying(text: str, table: dict[str, Any]) -> sql.Composed:
    columns = sql.SQL(", ").join(map(sql.Identifier, table["columns"]))
    return sql.SQL(text).format(sql.Identifier(table["name"]), columns)


def _run(connection: Connection, statements: list[str]) -> None:
    for statement in statements:
        connection.execute(statement.encode())


def _rows(connection: Connection, query: str, values: Row | None = None) -> list[Row]:
    return connection.execute(query.encode(), values).fetchall()
