"""Read rows the short way, for what is asked at every page: same rules, less of Peewee around."""

import json
from collections.abc import Iterable, Sequence
from typing import Any
from weakref import WeakKeyDictionary

import peewee
from peewee import (
    SQL,
    CharField,
    Expression,
    Field,
    ForeignKeyField,
    IntegerField,
    NodeList,
    TextField,
)

from core.data.database import db
from core.data.hiding import emptied, hidden_places
from core.data.money import known_rows

MANY = 1_000  # ids, and
THINNEST = 4  # numbers in their stretch for each: what makes a walk over the stretch worth it
AS_STORED = (CharField, TextField, IntegerField)  # both databases give these back as they are

_leading: "WeakKeyDictionary[Any, dict[str, frozenset[str]]]" = WeakKeyDictionary()


def fetched(query: Any, fields: Sequence[Field]) -> list[tuple[Any, ...]]:
    """The rows of `query`, which selects `fields`. As `query.tuples()`, but only those columns
    are converted that the database gives back in another form: half a millisecond a page.
    """
    return converted(db.execute(query).fetchall(), fields)


def converted(rows: list[tuple[Any, ...]], fields: Sequence[Field]) -> list[tuple[Any, ...]]:
    """What the database gave for `fields`, as Python has it."""
    if hidden := hidden_places(fields):
        rows = [emptied(row, hidden) for row in rows]
    changed = {n: field.python_value for n, field in enumerate(fields) if not _as_stored(field)}
    if not changed or not rows:
        return known_rows(rows, fields)
    columns = list(zip(*rows, strict=True))
    for place, convert in changed.items():
        columns[place] = tuple(map(convert, columns[place]))
    return known_rows(list(zip(*columns, strict=True)), fields)


def _as_stored(field: Field) -> bool:
    if isinstance(field, ForeignKeyField):
        return _as_stored(field.rel_field)
    return isinstance(field, AS_STORED) and type(field).python_value is Field.python_value


def among(field: Field, ids: Iterable[int]) -> Expression:
    """The condition that `field` is one of `ids`: one parameter, and one statement for any number
    of them, where `in_` renders each and makes SQLite parse anew.
    """
    wanted = list(ids)
    if len(wanted) >= MANY and not isinstance(db.obj, peewee.PostgresqlDatabase):
        first, last = min(wanted), max(wanted)
        if last - first < len(wanted) * THINNEST:
            return _marked(field, wanted, first, last)
    return among_given(field, as_given(wanted))


def _marked(field: Field, ids: Iterable[int], first: int, last: int) -> Expression:
    """As `among` in SQLite, of ids that lie close together: one walk over their whole stretch with
    a look at a mark for each number in it costs half of a search for each id.
    """
    marks = bytearray(last - first + 1)
    for id in ids:
        marks[id - first] = 1
    mark = SQL("substr(?, ", (bytes(marks),)), field, SQL("- ? + 1, 1) = x'01'", (first,))
    return field.between(first, last) & NodeList(mark)


def among_given(field: Field, given: Any) -> Expression:
    """As `among`, of what `as_given` made of the ids, or of a place for it."""
    if isinstance(db.obj, peewee.PostgresqlDatabase):
        every = peewee.Value(given, converter=False, unpack=False)
        return Expression(field, "=", peewee.fn.ANY(every, coerce=False))
    return Expression(field, "IN", SQL("(SELECT value FROM json_each(?))", (given,)))


def as_given(ids: Iterable[int]) -> Any:
    """The ids as one parameter."""
    wanted = list(ids)
    return wanted if isinstance(db.obj, peewee.PostgresqlDatabase) else json.dumps(wanted)


def leading_columns(table: str) -> frozenset[str]:
    """The columns that an index of `table` begins with; looked up once in the life of a process."""
    known = _leading.setdefault(db.obj, {})
    if table not in known:
        known[table] = frozenset(i.columns[0] for i in db.get_indexes(table) if i.columns)
    return known[table]


def is_covered(query: Any) -> bool:
    """Whether SQLite answers `query` in its order from one index, without a look at the rows."""
    if isinstance(db.obj, peewee.PostgresqlDatabase):
        return False
    sql, values = query.sql()
    steps = [row[3] for row in db.execute_sql(f"EXPLAIN QUERY PLAN {sql}", values).fetchall()]
    return len(steps) == 1 and " COVERING INDEX " in steps[0]
