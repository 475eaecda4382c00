"""Which records a condition of access lets through: asked for a page of them at once."""

from collections.abc import Iterable
from typing import Any
from weakref import WeakKeyDictionary

from peewee import FieldAlias, Model, ModelAlias

from core.data.database import db
from core.data.door import Where
from core.data.prepared import Narrowed, Parameter
from core.data.present import present
from core.data.rows import among_given, as_given
from core.data.scope import ScopedAlias

MOST_KEPT = 2_000  # statements: a rule that looks at the clock says something new each time

_asked: dict[tuple[Where, str], Narrowed] = {}
_rows: WeakKeyDictionary[type[Model], "Row"] = WeakKeyDictionary()


class Row(ModelAlias):
    """An alias that makes each of its fields once, for which Peewee makes a class each time."""

    def __getattr__(self, name: str) -> Any:
        found = super().__getattr__(name)
        if isinstance(found, FieldAlias):
            self.__dict__[name] = found
        return found


def said(where: Where, model: type[Model]) -> str:
    """What a condition says at this moment, for the current actor: as long as this text is the
    same, so is every statement that holds the condition. A rule of an addon may look at the clock
    or ask another table; it is heard each time, and costs a tenth of a statement.
    """
    row = _rows.get(model) or _rows.setdefault(model, Row(model))
    context = db.get_sql_context()
    with context.scope_normal(parentheses=True, subquery=True, rendering=(model,)):
        context.sql(where(row))
    sql, values = context.query()
    return f"{sql} {values!r}"


def reached_by(
    where: Where | None, model: type[Model], ids: Iterable[int], lasts: bool = False
) -> set[int]:
    """Those of `ids` that exist and which `where` (None: everything) lets through, for the current
    actor. `lasts` is whether the condition says the same at any time.
    """
    wanted = list(ids)
    if where is None:
        return present(model, wanted)
    key = where, "" if lasts else said(where, model)
    prepared = _asked.get(key)
    if prepared is None:
        if len(_asked) >= MOST_KEPT:
            _asked.clear()
        _asked[key] = prepared = Narrowed(lambda: _among(model, where, Parameter()))
    return {id for (id,) in prepared(as_given(wanted))}


def _among(model: type[Model], where: Where, given: Any) -> Any:
    row = ScopedAlias(model, where=where)
    return row.select(row.id).where(among_given(row.id, given))
