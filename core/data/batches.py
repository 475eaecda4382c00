"""Long moves of data in migrations: bounded batches that a killed run goes on with."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

import peewee
from playhouse.migrations import MigrationError

from core.data.database import db as bound
from core.data.database import transaction
from core.data.fields import CharField, IntegerField
from core.data.internal import Internal

SIZE = 1000  # rows of one batch: a moment, so that whoever else writes hardly waits

Work = Callable[[peewee.Database, int, int], None]
Told = Callable[[str, int, int], None]


class Batch(Internal):
    """How far a move of data got. `name` is migration.function, `reached` the last id that was
    moved, `done` how many rows that were, of `total` when it began.
    """

    package = CharField(max_length=64)
    name = CharField()
    reached = IntegerField(default=0)
    done = IntegerField(default=0)
    total = IntegerField()

    class Meta:
        indexes = ((("package", "name"), True),)


@dataclass
class Run:
    """One run of the migrations of a package, and the moves of data that it began. `is_whole`:
    all of it is one transaction of somebody else's, as when a purged addon is restored.
    """

    package: str
    is_whole: bool
    moves: list[str] = field(default_factory=list)


_run: ContextVar[Run] = ContextVar("migrations")
_told: ContextVar[Told | None] = ContextVar("told", default=None)


def batches(db: peewee.Database, table: str, work: Work, size: int = SIZE) -> None:
    """For migrations that say `atomic = False`: call `work(db, first, last)` for one range of ids
    of the table after the other, each in a transaction of its own. A run that was killed is gone
    on with where it stopped; `work` may meet rows that were written meanwhile.
    """
    run = _run.get()
    name = f"{work.__module__}.{work.__name__}"
    if db.in_transaction() and not run.is_whole:
        raise MigrationError(f"{work.__module__} must say atomic = False to move data in batches.")
    run.moves.append(name)
    move, _is_new = Batch.get_or_create(
        package=run.package, name=name, defaults={"total": _count(db, table)}
    )
    while found := _next(db, table, move.reached, size):
        first, last, rows = found
        with transaction():
            work(db, first, last)
            move.reached, move.done = last, move.done + rows
            move.save()
        if told := _told.get():
            told(f"{run.package}: {work.__module__}", move.done, max(move.total, move.done))


@contextmanager
def told_of_batches(told: Told) -> Iterator[None]:
    """Call `told(what, done, total)` after each batch."""
    token = _told.set(told)
    try:
        yield
    finally:
        _told.reset(token)


@contextmanager
def moving(package: str) -> Iterator[None]:
    """Let migrations of the package move data; what came to its end is forgotten."""
    run = Run(package, bound.in_transaction())
    token = _run.set(run)
    try:
        yield
    finally:
        _run.reset(token)
    if run.moves:
        forget_moves(package)


def forget_moves(package: str) -> None:
    """The package has no move of data that could be gone on with."""
    Batch.delete().where(Batch.package == package).execute()


def moved(package: str) -> tuple[int, int] | None:
    """(rows that were moved, all) of what was begun last and did not end; None: nothing was."""
    query = Batch.select().where(Batch.package == package).order_by(Batch.id.desc())
    row = query.first()
    return (row.done, max(row.total, row.done)) if row else None


def _count(db: peewee.Database, table: str) -> int:
    query = f'SELECT COUNT(*) FROM "{table}"'
    return int(db.execute_sql(query).fetchone()[0])


def _next(db: peewee.Database, table: str, after: int, size: int) -> tuple[int, int, int] | None:
    """(first id, last id, how many rows) of the next batch."""
    query = (
        f'SELECT MIN(id), MAX(id), COUNT(*) FROM (SELECT id FROM "{table}"'
        f" WHERE id > {after:d} ORDER BY id LIMIT {size:d}) AS batch"
    )
    first, last, rows = db.execute_sql(query).fetchone()
    return (first, last, rows) if rows else None
