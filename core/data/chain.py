"""The chain over the history: each row is sealed over all that stand before it.

The seal of a row is a hash of the seal before it, its id and its digest. Whoever changes, removes
or puts in a row that was sealed would have to write all later seals anew, and those are known
elsewhere: the newest one is the *head*, kept in the database, beside it and in every backup.
"""

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import peewee
from peewee import BigIntegerField, CharField, IntegerField, TextField

from core.data.database import db, transaction
from core.data.fields import DateTimeField, now
from core.data.history import History, fingerprint
from core.data.internal import Internal

GENESIS = "0" * 64  # what stands before the first row
AT_ONCE = 500  # rows of one transaction: a moment, so that whoever else writes hardly waits
LOOK_SECONDS = 0.02


class Chain(Internal):
    """One row: how far the history is sealed, and what the last look at all of it found.

    `last` is the id of the newest sealed row, `rows` how many there are up to it; `checked` how
    many rows the last look read, `fault` what it found, as JSON of (row, kind); NULL: nothing.
    """

    last = BigIntegerField(default=0)
    seal = CharField(max_length=64, default=GENESIS)
    rows = IntegerField(default=0)
    sealed_at = DateTimeField(null=True)
    checked_at = DateTimeField(null=True)
    checked = IntegerField(null=True)
    fault = TextField(null=True)


class Head(NamedTuple):
    """The newest seal: of which row, how many were sealed up to it, and when."""

    id: int
    seal: str
    rows: int
    at: datetime | None


def head() -> Head:
    """How far the history is sealed now; the id is 0 where nothing is, or somebody took the row."""
    columns = (Chain.last, Chain.seal, Chain.rows, Chain.sealed_at)
    row = Chain.select(*columns).order_by(Chain.id).tuples().first()
    return Head(*row) if row else Head(0, GENESIS, 0, None)


def next_seal(previous: str, id: int, digest: str) -> str:
    """The seal of a row, after the seal of the row before it."""
    return fingerprint(previous, id, digest)


def unsealed() -> int:
    """How many rows wait to be sealed."""
    return int(History.select().where(History.id > head().id).count())


def seal_history(
    patience: float = 0.0, told: Callable[[int, int], None] = lambda done, total: None
) -> Head:
    """Seal what was told and can no more be preceded; answers the head.

    Rows are sealed in the order of their ids, in bounded transactions, each of which moves the head
    along: one that is killed is as if it had not begun, and whoever seals at the same time waits
    for the row of the head and goes on from there. `patience` is how many seconds transactions
    that write into the history are waited for (`_settled`): while they may put rows in between,
    nothing is sealed.
    """
    last, done = _settled(patience), 0
    if last is not None:
        total = unsealed()
        while sealed := _seal_some(last):
            done += sealed
            told(done, max(total, done))
    return head()


def _settled(patience: float) -> int | None:
    """The newest id before which no row can come any more; None: that is not known in time.

    SQLite has one writer, so ids are in the order of the commits. On PostgreSQL a transaction
    that is still open may have taken a smaller id than one that was kept. Whoever writes into the
    table locks it (ROW EXCLUSIVE) before a number is taken, and until the end: so all that were
    seen to hold that lock after the newest id was read have to end; those that come later take
    larger numbers. A lock of our own would be surer only by letting all writers wait for the
    longest transaction. Snapshots (`pg_snapshot_xmin`) do not tell: a number may be taken before
    the transaction has one of its own, and the orders of both differ.
    """
    last = History.select(peewee.fn.MAX(History.id)).scalar()
    if last is None or not isinstance(db.obj, peewee.PostgresqlDatabase):
        return None if last is None else int(last)
    until = time.monotonic() + patience
    writing = _writers()
    while writing:
        if time.monotonic() >= until:
            return None
        time.sleep(LOOK_SECONDS)
        writing &= _writers()
    return int(last)


def _writers() -> set[str]:
    """The transactions of others that write into the history."""
    query = (
        "SELECT virtualtransaction FROM pg_locks WHERE relation = 'core_history'::regclass"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        " AND mode = 'RowExclusiveLock' AND granted AND pid IS DISTINCT FROM pg_backend_pid()"
    )
    return {name for (name,) in db.execute_sql(query).fetchall()}


def _seal_some(last: int) -> int:
    """Seal the next rows up to the id; answers how many there were."""
    with transaction():
        chain = _held()
        rows = (
            History.select(History.id, History.digest)
            .where(History.id > chain.last, History.id <= last)
            .order_by(History.id)
            .limit(AT_ONCE)
        )
        links: list[tuple[int, str, str]] = []
        seal = str(chain.seal)
        for id, digest in rows.tuples():
            previous, seal = seal, next_seal(seal, id, digest)
            links.append((id, previous, seal))
        if links:
            _write(links)
            moved = {"last": links[-1][0], "seal": seal, "rows": chain.rows + len(links)}
            Chain.update(**moved, sealed_at=now()).execute()
    return len(links)


def _held() -> Any:
    """The row of the head, which nobody else moves before this transaction ends: of two who seal
    at once the second begins where the first came to. A row that somebody took is made anew: the
    seals that stand are the same when they are counted from the first.
    """
    query = Chain.select().order_by(Chain.id)
    if isinstance(db.obj, peewee.PostgresqlDatabase):
        query = query.for_update()
    found = query.first()
    if found is None:
        Chain.insert(id=1).on_conflict_ignore().execute()
        found = query.get()
    return found


def _write(links: Sequence[tuple[int, str, str]]) -> None:
    """A row that bears a seal already was given it by nobody of us: it stays, and does not fit."""
    place = db.obj.param
    given = f"(CAST({place} AS BIGINT), {place}, {place})"
    db.execute_sql(
        f"WITH link(id, previous, seal) AS (VALUES {', '.join([given] * len(links))})"
        " UPDATE core_history SET previous = link.previous, seal = link.seal FROM link"
        " WHERE core_history.id = link.id AND core_history.seal IS NULL",
        [value for link in links for value in link],
    )
