"""The history of all records: what was done, by whom and when. Written once, changed by none.

`core_history` has a row for each thing that was done to a record, `core_history_value` one for each
field that it changed. The triggers of both refuse every other change. A row carries a digest over
itself and the digests of its salted values: a value can be erased one day, as the law may want, and
what remains can still be verified.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from hashlib import sha256
from os import urandom
from typing import Any, NamedTuple

import peewee
from peewee import BigAutoField, CharField, ForeignKeyField, IntegerField, TextField

from core.data.actor import current_actor
from core.data.database import after_commit, db
from core.data.fields import DateTimeField, now
from core.data.internal import Internal
from core.data.signals import Signal

CREATE, UPDATE, ARCHIVE, RESTORE, DELETE = "create", "update", "archive", "restore", "delete"
CONFIRM = "confirm"  # somebody was asked before they did something, and said yes
# All but these two are seldom, and have an index of their own, which a query that says so uses.
SELDOM = peewee.SQL("action NOT IN ('create', 'update')")
ROWS_AT_ONCE = 200
SALT_BYTES = 16
LONGEST_NAME = 255
LONGEST_ADDRESS = 64

# There is something new in the history.
news = Signal("history")

_encoded = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class History(Internal):
    """One thing that was done to one record.

    `actor` is who did it (None: the system or a visitor), `actor_name` what they were called then,
    or why the system acted. `model` is the table. What is done to a part is told with its record:
    `root_model` and `root_record` name it; those of a record are its own. `previous` and `seal`
    chain the rows (`core/data/chain.py`); they are empty until the next sealing.
    """

    id = BigAutoField()
    at = DateTimeField()
    actor = IntegerField(null=True)
    actor_name = CharField(max_length=LONGEST_NAME)
    address = CharField(max_length=LONGEST_ADDRESS)
    request = CharField(max_length=8)
    model = CharField(max_length=64)
    record = IntegerField()
    root_model = CharField(max_length=64)
    root_record = IntegerField()
    action = CharField(max_length=32)
    digest = CharField(max_length=64)
    previous = CharField(max_length=64, null=True)
    seal = CharField(max_length=64, null=True)


class HistoryValue(Internal):
    """What one field held before and after, as JSON of what the database stores; None: nothing."""

    id = BigAutoField()
    history = ForeignKeyField(History, backref="values")
    field = CharField(max_length=64)
    old = TextField(null=True)
    new = TextField(null=True)
    salt = CharField(max_length=32, null=True)
    digest = CharField(max_length=64)


class Change(NamedTuple):
    """What a write did to one record: `values` are (field, old, new) as `stored_text` gives them;
    `root` is the id of the record that this one is a part of, or its own.
    """

    action: str
    record: int
    root: int
    values: Sequence[tuple[str, str | None, str | None]] = ()


_origin: ContextVar[tuple[str, str]] = ContextVar("origin", default=("", ""))


@contextmanager
def coming_from(address: str, request: str) -> Iterator[None]:
    """Write into the history that the block works for a request from this address."""
    token = _origin.set((address[:LONGEST_ADDRESS], request))
    try:
        yield
    finally:
        _origin.reset(token)


@contextmanager
def tagged(request: str) -> Iterator[None]:
    """Let the history call what the block does by this name, at most 8 characters, whatever
    request it works for.
    """
    with coming_from(_origin.get()[0], request):
        yield


def current_request() -> str:
    """The name of the request that is worked for, as the history has it; empty outside of one."""
    return _origin.get()[1]


def stored_text(field: peewee.Field, value: Any) -> str | None:
    """The text for a value that the database gave: the same on both."""
    if value is None:
        return None
    if isinstance(field, peewee.BooleanField):
        return "true" if value else "false"
    return _encoded(value if isinstance(value, (str, int)) else str(value))


def value_of(field: peewee.Field, text: str | None) -> Any:
    """The value of the field for a text that `stored_text` made."""
    return None if text is None else field.python_value(json.loads(text))


def value_or_text(field: peewee.Field, text: str | None) -> Any:
    """As `value_of`; of a field that has become another kind since, the text itself."""
    try:
        return value_of(field, text)
    except (TypeError, ValueError):
        return text


def births(table: str, ids: Iterable[int]) -> dict[int, int]:
    """{record: id in the history of its making}; 0 of one that was made before there was a history.
    SQLite gives the id of a deleted record again: what was said before its birth is of another.
    """
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    made = History.select(History.root_record, peewee.fn.MAX(History.id)).where(
        History.root_model == table,
        History.root_record.in_(wanted),
        History.model == table,
        History.action == CREATE,
    )
    found = dict(made.group_by(History.root_record).tuples())
    return {id: found.get(id, 0) for id in wanted}


def key_of(record: peewee.Model) -> dict[str, Any]:
    """{model, record, birth}: by which the kernel's books keep what is about a record."""
    table = record._meta.table_name
    return {"model": table, "record": record.id, "birth": births(table, [record.id])[record.id]}


class Origin(NamedTuple):
    """When something is done, by whom, from where and in which request."""

    at: str
    actor: int | None
    actor_name: str
    address: str
    request: str


def origin() -> Origin:
    """What the history says of anything that is done just now."""
    actor = current_actor()
    name = (actor.name or actor.reason)[:LONGEST_NAME]
    return Origin(f"{now():%Y-%m-%d %H:%M:%S}", actor.id, name, *_origin.get())


def write(model: type[peewee.Model], root: type[peewee.Model], changes: Sequence[Change]) -> None:
    """Add the changes of records of `model` to the history, in one statement for many."""
    if changes:
        add(origin(), (model._meta.table_name, root._meta.table_name), changes)


def add(who: Origin, tables: tuple[str, str], changes: Sequence[Change]) -> None:
    """Add what was done to rows of `tables`, (their own, that of their records)."""
    rows, values = [], []
    for change in changes:
        salted = [_salted(*value) for value in change.values]
        values.append(salted)
        facts = (*who, tables[0], change.record, tables[1], change.root, change.action)
        rows.append((*facts, digest_of(facts, [value[-1] for value in salted])))
    ids = _insert("core_history", _ROW, rows)
    _insert(
        "core_history_value",
        _VALUE,
        [(ids[n], *value) for n, salted in enumerate(values) for value in salted],
    )
    after_commit(news.give)


_ROW = (
    *("at", "actor", "actor_name", "address", "request", "model", "record"),
    *("root_model", "root_record", "action", "digest"),
)
_VALUE = ("history_id", "field", "old", "new", "salt", "digest")


def _salted(field: str, old: str | None, new: str | None) -> tuple[Any, ...]:
    salt = urandom(SALT_BYTES).hex()
    return field, old, new, salt, fingerprint(salt, field, old, new)


def fingerprint(*facts: Any) -> str:
    """SHA-256 of what JSON can hold."""
    return sha256(_encoded(facts).encode()).hexdigest()


def digest_of(facts: Sequence[Any], digests: Iterable[str]) -> str:
    """The digest of a row that says `facts`, with values that have these digests."""
    return fingerprint(*facts, sorted(digests))


def _insert(table: str, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> list[int]:
    """Write the rows; answers their ids in order."""
    ids: list[int] = []
    for start in range(0, len(rows), ROWS_AT_ONCE):
        batch = rows[start : start + ROWS_AT_ONCE]
        sql = _statement(table, columns, len(batch), db.obj.param)
        found = db.execute_sql(sql, [value for row in batch for value in row]).fetchall()
        ids += sorted(id for (id,) in found)  # numbered in the order of the rows
    return ids


@lru_cache(maxsize=1024)
def _statement(table: str, columns: tuple[str, ...], rows: int, place: str) -> str:
    row = f"({', '.join([place] * len(columns))})"
    return (
        f'INSERT INTO "{table}" ({", ".join(columns)})'
        f" VALUES {', '.join([row] * rows)} RETURNING id"
    )


def is_kept(value: tuple[Any, ...]) -> bool:
    """Whether a value, (field, old, new, salt, digest), is as it was written. Of one that was
    erased, which has no salt any more and says nothing, the digest alone is left to speak.
    """
    field, old, new, salt, digest = value
    if salt is None:
        return old is None and new is None
    return bool(digest == fingerprint(salt, field, old, new))


def is_sound(row: History) -> bool:
    """Whether a row and its values are as they were written."""
    values = [(v.field, v.old, v.new, v.salt, v.digest) for v in row.values]
    facts = (
        *(f"{row.at:%Y-%m-%d %H:%M:%S}", row.actor, row.actor_name, row.address, row.request),
        *(row.model, row.record, row.root_model, row.root_record, row.action),
    )
    return row.digest == digest_of(facts, [v[-1] for v in values]) and all(map(is_kept, values))
