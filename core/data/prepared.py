"""A query rendered once and run many times: for what every request asks."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import peewee

from core.data.actor import system
from core.data.database import db


class Parameter:
    """The place of a value in a `Prepared`: they are filled in the order of the SQL."""


def parameter() -> peewee.Value:
    return peewee.Value(Parameter(), converter=False, unpack=False)


def read_time(stored: datetime | str) -> datetime:
    """A time that a `Prepared` answered, which SQLite holds as text, aware as it is elsewhere."""
    moment = stored if isinstance(stored, datetime) else datetime.fromisoformat(stored)
    return moment.replace(tzinfo=UTC)


class Prepared:
    """The rows of a query whose `parameter()`s are given at each call.

    The query is built under the system: it carries no rule, and belongs to the kernel alone.
    """

    def __init__(self, build: Callable[[], Any]) -> None:
        self.build = build
        self.rendered: dict[type, tuple[str, list[Any]]] = {}

    def __call__(self, *values: Any) -> list[tuple[Any, ...]]:
        """Run it; the rows as tuples of what the database holds, unconverted."""
        kind = type(db.obj)
        if kind not in self.rendered:
            self.rendered[kind] = self._render()
        sql, places = self.rendered[kind]
        given = iter(values)
        filled = [next(given) if isinstance(place, Parameter) else place for place in places]
        rows: list[tuple[Any, ...]] = db.execute_sql(sql, filled).fetchall()
        return rows

    def _render(self) -> tuple[str, list[Any]]:
        with system("a statement of the kernel"):
            return _sql(self.build())


class Narrowed(Prepared):
    """The same for a model of addons: the rules that narrow the actor are written into it. It must
    run for no actor whom other rules narrow.
    """

    def _render(self) -> tuple[str, list[Any]]:
        return _sql(self.build())


def _sql(query: Any) -> tuple[str, list[Any]]:
    sql, values = db.get_sql_context().sql(query).query()
    return sql, values
