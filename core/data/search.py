"""Find records by any spelling: a folded copy of their words, indexed by trigrams.

Each searchable model has a table `<table>_search` (id, head, body): `head` is the folded first
field, for short prefixes; `body` all that `Meta.search` names. SQLite indexes it by FTS5,
PostgreSQL by pg_trgm. The search table carries no rule, so it only ever gives ids to a query over
the scoped model.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

import peewee
from peewee import OP, SQL, Expression, Table

from core.alphabet import fold, fold_digits
from core.data.database import db, transaction
from core.data.fields import NormalTelephoneField, TelephoneField
from core.data.model import Model
from core.data.prepared import Parameter, Prepared
from core.data.richtext import RichTextField, as_plain
from core.data.rows import among, among_given, as_given, converted
from core.data.translated import TranslatedField

ROWS_AT_ONCE = 500
SHORTEST = 3  # a trigram
NARROW = 5_000  # hits: to look up and sort more takes longer than to walk the list
SIGNS = '"%_\\\0'  # what FTS5 and LIKE would read as more than letters


def create_search_tables(database: peewee.Database, table: str) -> None:
    """Make the search table of `table` and its index. For migrations."""
    name = search_table(table)
    database.execute_sql(
        f'CREATE TABLE "{name}" (id INTEGER PRIMARY KEY REFERENCES "{table}" (id)'
        " ON DELETE CASCADE, head TEXT NOT NULL, body TEXT NOT NULL)"
    )
    if isinstance(database, peewee.SqliteDatabase):
        database.execute_sql(f'CREATE INDEX "{name}_head" ON "{name}" (head)')
        database.execute_sql(
            f'CREATE VIRTUAL TABLE "{name}_fts" USING fts5'
            f"(body, content='{name}', content_rowid='id', tokenize='trigram')"
        )
        index = f'INSERT INTO "{name}_fts"'
        add = f"{index} (rowid, body) VALUES (new.id, new.body);"
        drop = f"{index} ({name}_fts, rowid, body) VALUES ('delete', old.id, old.body);"
        for event, work in (("INSERT", add), ("DELETE", drop), ("UPDATE", drop + add)):
            database.execute_sql(
                f'CREATE TRIGGER "{name}_{event.lower()}" AFTER {event} ON "{name}"'
                f" BEGIN {work} END"
            )
    else:
        database.execute_sql("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        database.execute_sql(f'CREATE INDEX "{name}_head" ON "{name}" (head text_pattern_ops)')
        database.execute_sql(
            f'CREATE INDEX "{name}_body" ON "{name}" USING gin (body gin_trgm_ops)'
        )


def drop_search_tables(database: peewee.Database, table: str) -> None:
    """Undo `create_search_tables`."""
    if isinstance(database, peewee.SqliteDatabase):
        database.execute_sql(f'DROP TABLE "{search_table(table)}_fts"')
    database.execute_sql(f'DROP TABLE "{search_table(table)}"')


def search_table(table: str) -> str:
    """What the table of the search rows of `table` is called."""
    return f"{table}_search"


def narrow_or_broad(model: type[Model], text: str) -> tuple[Expression, bool]:
    """The condition that a record of `model` holds every word of `text`, however it is spelt, as it
    is quickest on the first page of a list; and whether it is narrow.

    A narrow search has at most `NARROW` hits, and the condition names them. A broad one would name
    half of the table to show a hundred rows of it: there the list is walked in its own order, and
    each row asked whether it holds the words.
    """
    words = _words(text)
    if not words:
        return (SQL("1 = 0"), True) if text.strip() else (SQL("1 = 1"), False)
    found = [id for (id,) in db.execute(_hits(model, words).limit(NARROW + 1)).fetchall()]
    if len(found) <= NARROW:
        return among(model.id, found), True
    table = _table(model)
    row = table.select(SQL("1")).where(table.id == model.id, *_holds(table, words))
    return peewee.fn.EXISTS(row), False


def in_head(model: type[Model], text: str) -> Expression:
    """The condition that the first of the searched fields alone holds every word: the index keeps
    all of them in one text, and a hit would tell somebody of a field that is hidden from them.
    """
    table = _table(model)
    held = [_contains(table.head, word) for word in _words(text)]
    return model.id.in_(table.select(table.id).where(*held)) if held else SQL("1 = 1")


def searched(model: type[Model]) -> set[str]:
    """The fields and back-references that a search of `model` looks through."""
    return {path.split(".")[0] for path in getattr(model._meta, "search", ())}


def _table(model: type[Model]) -> Table:
    return Table(search_table(model._meta.table_name), ("id", "head", "body"))


def _hits(model: type[Model], words: list[str]) -> Any:
    """The ids of all records that hold the words, by the trigrams of the long ones."""
    table = _table(model)
    long = [word for word in words if len(word) >= SHORTEST]
    if not long or not isinstance(db.obj, peewee.SqliteDatabase):
        return table.select(table.id).where(*_holds(table, words))
    fts = Table(f"{table.__name__}_fts", ("rowid", "body"))
    query = " ".join(f'"{word}"' for word in long)
    hits = fts.select(fts.rowid).where(Expression(fts.body, "MATCH", query))
    if short := [word for word in words if len(word) < SHORTEST]:
        return table.select(table.id).where(table.id.in_(hits), *_holds(table, [*long, *short]))
    return hits


def _holds(table: Table, words: list[str]) -> list[Expression]:
    """What is true of the search row of a record that holds the words. Without a long word the
    first one begins its head, as an index can tell.
    """
    conditions = [_contains(table.body, word) for word in words]
    if all(len(word) < SHORTEST for word in words):
        first = words[0]
        conditions[:1] = [table.head >= first, table.head < first + "\U0010ffff"]
    return conditions


def _contains(column: Any, word: str) -> Expression:
    """`_clean` left no character that LIKE reads as a sign. Peewee's LIKE is GLOB on SQLite, its
    ILIKE is LIKE there; folded texts have one case.
    """
    return Expression(column, OP.ILIKE, f"%{word}%")


def _words(text: str) -> list[str]:
    """The folded words to look for; a telephone number is one word of digits."""
    if not any(sign.isalpha() for sign in text) and len(fold_digits(text)) >= SHORTEST:
        return [fold_digits(text)]
    return [clean for word in fold(text).split() if (clean := _clean(word))]


def _clean(word: str) -> str:
    kept = "".join(sign for sign in word if sign not in SIGNS)
    return kept if any(sign.isalnum() for sign in kept) else ""


_waiting: ContextVar["dict[tuple[SearchIndex, type[Model]], set[int]] | None"] = ContextVar(
    "waiting", default=None
)


@contextmanager
def indexing_once() -> Iterator[None]:
    """Write many records and their lines in the block, and index each of them once at its end.

    Until then searches inside the block find what stood before; an exception leaves the index be.
    """
    waiting: dict[tuple[SearchIndex, type[Model]], set[int]] = defaultdict(set)
    token = _waiting.set(waiting)
    try:
        yield
    finally:
        _waiting.reset(token)
    for (index, model), ids in waiting.items():
        index.index(model, ids)


class SearchIndex:
    """Keeps the search tables true after each write; hung into `scope.door` for a set of models."""

    def __init__(self, models: Iterable[type[Model]]) -> None:
        self.indexed = {model: model._meta.search for model in models if searchable(model)}
        self.asked: dict[Any, Prepared] = {}
        self.owners: dict[type[Model], list[tuple[type[Model], Any]]] = defaultdict(list)
        for model, paths in self.indexed.items():
            for backref in {path.split(".")[0] for path in paths if "." in path}:
                key = getattr(model, backref).field
                self.owners[key.model].append((model, key))

    def touched(self, model: type[Model], ids: list[int]) -> None:
        """Index `ids` of `model` anew, and the records that are found by them."""
        if model in self.indexed:
            self.index(model, ids)
        self.leaving(model, ids)()

    def leaving(self, model: type[Model], ids: list[int]) -> Callable[[], None]:
        """What to do once `ids` are gone: index the records that were found by them."""
        if model not in self.owners or not ids:
            return lambda: None
        work = [
            (owner, [id for (id,) in self._ask(model.id, [key], ids)])
            for owner, key in self.owners[model]
        ]

        def after() -> None:
            for owner, owned in work:
                self.index(owner, owned)

        return after

    def index(self, model: type[Model], ids: Iterable[int]) -> None:
        """Write the search rows of `ids`, now or at the end of `indexing_once`."""
        if (waiting := _waiting.get()) is not None:
            waiting[self, model].update(ids)
            return
        with transaction():
            for batch in peewee.chunked(sorted(set(ids)), ROWS_AT_ONCE):
                if rows := self.rows(model, list(batch)):
                    _write(search_table(model._meta.table_name), rows)

    def rebuild(self) -> None:
        """Index every record of every model anew."""
        for model in self.indexed:
            with transaction():
                if isinstance(db.obj, peewee.SqliteDatabase):
                    fts = f"{search_table(model._meta.table_name)}_fts"
                    db.execute_sql(f"INSERT INTO \"{fts}\" ({fts}) VALUES ('rebuild')")
                self.index(model, [id for (id,) in db.execute(_every_id(model)).fetchall()])

    def rows(self, model: type[Model], ids: list[int]) -> list[tuple[int, str, str]]:
        """(id, head, body) as they are to stand in the index."""
        own = [model._meta.fields[path] for path in self.indexed[model] if "." not in path]
        bodies: dict[int, list[str]] = {}
        heads: dict[int, str] = {}
        for id, *values in self._ask(model.id, [model.id, *own], ids):
            bodies[id] = [_folded(f, v) for f, v in zip(own, values, strict=True) if v]
            heads[id] = fold(str(values[0] or ""))
        for path in self.indexed[model]:
            if "." in path:
                backref, name = path.split(".")
                key = getattr(model, backref).field
                field = key.model._meta.fields[name]
                for owner, value in self._ask(key, [key, field], bodies):
                    bodies[owner].append(_folded(field, value))
        return [(id, heads[id], "\n".join(words)) for id, words in bodies.items()]

    def _ask(self, key: Any, fields: list[Any], ids: Iterable[int]) -> list[tuple[Any, ...]]:
        """The fields of every row whose `key` is one of `ids`, by a query that is rendered once."""
        query = self.asked.setdefault(
            (key, *fields),
            Prepared(lambda: key.model.select(*fields).where(among_given(key, Parameter()))),
        )
        return converted(query(as_given(ids)), fields)


def _every_id(model: type[Model]) -> Any:
    table = Table(model._meta.table_name, ("id",))
    return table.select(table.id).order_by(table.id)


def searchable(model: type[Model]) -> bool:
    return bool(getattr(model._meta, "search", ()))


def _folded(field: peewee.Field, value: Any) -> str:
    """What stands in the index for a value: of a telephone its digits, and before them the whole
    text where words stand around the number.
    """
    if isinstance(field, TranslatedField):
        return fold("\n".join(value.by_language.values()))
    if isinstance(field, RichTextField):
        return fold(as_plain(value))
    if not isinstance(field, (TelephoneField, NormalTelephoneField)):
        return fold(str(value))
    digits = fold_digits(value)
    return f"{fold(value)}\n{digits}" if any(sign.isalpha() for sign in value) else digits


def _write(table: str, rows: list[tuple[int, str, str]]) -> None:
    statement = _statement(table, len(rows), db.obj.param)
    db.execute_sql(statement, [value for row in rows for value in row])


@lru_cache(maxsize=1024)
def _statement(table: str, rows: int, place: str) -> str:
    return (
        f'INSERT INTO "{table}" (id, head, body)'
        f" VALUES {', '.join([f'({place}, {place}, {place})'] * rows)}"
        " ON CONFLICT (id) DO UPDATE SET head = EXCLUDED.head, body = EXCLUDED.body"
    )
