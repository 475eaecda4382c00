"""Which records a condition of access lets through: asked for a page of them at once."""

from collections.abc import Iterable
from typing import Any
from weakref import WeakKeyDictionary

from peewee import Model

from core.data.door import Where
from core.data.prepared import Narrowed, Parameter
from core.data.present import present
from core.data.rows import MANY, among_given, as_given, fetched
from core.data.scope import ScopedAlias

_asked: WeakKeyDictionary[Where, Narrowed] = WeakKeyDictionary()


def reached_by(
    where: Where | None, model: type[Model], ids: Iterable[int], lasts: bool = False
) -> set[int]:
    """Those of `ids` that exist and which `where` (None: everything) lets through, for the current
    actor. A condition that `lasts`, which says the same at any time, is rendered once.
    """
    wanted = list(ids)
    if where is None:
        return present(model, wanted)
    if lasts:
        if where not in _asked:
            _asked[where] = Narrowed(lambda: _among(model, where, Parameter()))
        return {id for (id,) in _asked[where](as_given(wanted))}
    found: set[int] = set()
    for start in range(0, len(wanted), MANY):
        query = _among(model, where, as_given(wanted[start : start + MANY]))
        found.update(id for (id,) in fetched(query, (model._meta.primary_key,)))
    return found


def _among(model: type[Model], where: Where, given: Any) -> Any:
    row = ScopedAlias(model, where=where)
    return row.select(row.id).where(among_given(row.id, given))
