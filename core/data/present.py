"""Which records there are, where no rule narrows who asks: the statement is rendered once."""

from collections.abc import Sequence
from weakref import WeakKeyDictionary

from peewee import Model

from core.data.prepared import Parameter, Prepared
from core.data.rows import among_given, as_given

_asked: WeakKeyDictionary[type[Model], Prepared] = WeakKeyDictionary()


def present(model: type[Model], ids: Sequence[int]) -> set[int]:
    """Those of `ids` that exist. Only for actors whom nothing narrows on the model."""
    if not ids:
        return set()
    if model not in _asked:
        key = model._meta.primary_key
        _asked[model] = Prepared(lambda: model.select(key).where(among_given(key, Parameter())))
    return {id for (id,) in _asked[model](as_given(ids))}
