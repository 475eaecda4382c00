"""Writes new rows by SQL that Peewee rendered once, which takes longer than to write them."""

from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

from peewee import Field, Node

Rows = list[list[Any]]

# {model: {(sign of a parameter, *names of the columns): the INSERT of one row}}
_rendered: "WeakKeyDictionary[Any, dict[tuple[str, ...], str]]" = WeakKeyDictionary()


def run(query: Any, database: Any) -> list[tuple[Any, ...]]:
    """What an INSERT answers. One that holds more than plain values is rendered by Peewee."""
    columns, given = _of_dict(query) if isinstance(query._insert, Mapping) else _of_lists(query)
    is_plain = given and not any(isinstance(value, Node) for row in given for value in row)
    rows = _stored(columns, given) if is_plain else []
    if not rows or any(isinstance(value, Node) for row in rows for value in row):
        return list(database.execute(query).fetchall())
    places = f"({', '.join([database.param] * len(columns))})"
    sql = _of_one(query, columns, given[0], database)
    sql = sql.replace(places, ", ".join([places] * len(rows)))
    return list(database.execute_sql(sql, [value for row in rows for value in row]).fetchall())


def _of_dict(query: Any) -> tuple[list[Any], Rows]:
    """The columns of an INSERT of {field: value}, as Peewee sorts them, and its one row."""
    defaults = query.get_default_data()
    if not all(isinstance(field, Field) for field in query._insert):
        return [], []
    made = {field: value for field, value in defaults.items() if field not in query._insert}
    row = {field: value() if callable(value) else value for field, value in made.items()}
    row.update(query._insert)
    columns = sorted(row, key=lambda field: field._sort_key)
    return columns, [[row[field] for field in columns]] if columns else []


def _of_lists(query: Any) -> tuple[list[Any], Rows]:
    """The columns of an INSERT of lists and its rows, when every default is among them."""
    columns, rows = query._columns or [], query._insert
    if not isinstance(rows, list) or not query.get_default_data().keys() <= set(columns):
        return [], []
    return list(columns), rows


def _stored(columns: list[Any], rows: Rows) -> Rows:
    """The rows as the database keeps them."""
    turned = [
        map(field.db_value, values)
        for field, values in zip(columns, zip(*rows, strict=True), strict=True)
    ]
    return [list(row) for row in zip(*turned, strict=True)]


def _of_one(query: Any, columns: list[Any], row: list[Any], database: Any) -> str:
    known = _rendered.setdefault(query.model, {})
    key = (database.param, *(field.column_name for field in columns))
    if key not in known:
        one = query.clone()
        one._columns, one._insert = columns, [row]
        known[key] = one.sql()[0]
    return known[key]
