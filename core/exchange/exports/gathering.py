"""Gather the records of an export: those that may be taken out, in batches, column by column."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from peewee import Expression, Field

from core.access.policy import current_policy
from core.data.actor import current_actor
from core.data.model import Model
from core.data.money import currencies_beside
from core.data.rows import among, fetched, is_covered
from core.data.scope import ScopedAlias
from core.errors import NotAllowed
from core.exchange.selection import Row, Selection
from core.i18n import _
from core.modules.declared import Column
from core.modules.registry import current_registry

ROWS_AT_ONCE = 50_000  # fewer cost more for each, more take much memory


Columns = tuple[Field, ...]
Found = list[tuple[Any, ...]] | None


@dataclass(frozen=True)
class Batch:
    """Some records: their ids, and {name: values in the same order} of each column."""

    ids: list[int]
    values: dict[str, list[Any]]


class _Rows(Sequence[Row]):
    """What a computed column is given for many records, each made when it is looked at: to hold
    them all costs more than the rest of the column.
    """

    def __init__(self, ids: Sequence[int]) -> None:
        self.ids = ids

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, place: Any) -> Any:
        found = self.ids[place]
        return _Rows(found) if isinstance(place, slice) else Row(found)

    def __iter__(self) -> Iterator[Row]:
        return map(Row, self.ids)


def may_export(model: type[Model]) -> bool:
    """Whether some line grants the actor to take records of the model out."""
    return current_policy().fields(model, current_actor(), "x") is not None


def open_to_export(model: type[Model]) -> tuple[dict[str, Field], dict[str, Column]]:
    """The fields and the computed columns that the actor may both see and take out. Raises
    `NotAllowed` when it may take out nothing of the model.
    """
    policy, actor, registry = current_policy(), current_actor(), current_registry()
    hidden = policy.fields(model, actor, "x")
    if hidden is None:
        raise NotAllowed(_("You may not export these records."))
    hidden = hidden | (policy.fields(model, actor, "r") or frozenset())
    fields = {n: field for n, field in registry.fields(model).items() if n not in hidden}
    return fields, {n: c for n, c in registry.columns_of(model).items() if n not in hidden}


class Gathering:
    """The records of a selection that the actor may take out, with those of the named columns that
    it may: what else is named is left out.
    """

    def __init__(self, selection: Selection, names: Iterable[str]) -> None:
        fields, computed = open_to_export(selection.model)
        self.selection = selection
        self.hidden = selection.hidden | (selection.model._meta.fields.keys() - fields.keys())
        self.names = [name for name in names if name in fields or name in computed]
        self.fields = {name: fields[name] for name in self.names if name in fields}
        self.computed = {name: computed[name] for name in self.names if name not in fields}

    def ids(self) -> list[int]:
        """The ids of the records in the order of the list."""
        return self.selection.ids(*_within_export(self.selection.model))

    def batches(self, ids: list[int], size: int = ROWS_AT_ONCE) -> Iterator[Batch]:
        """The records with these ids, in their order; those that are gone meanwhile are left out.
        No connection is held between two batches unless the caller holds it.
        """
        for start in range(0, len(ids), size):
            yield self.batch(ids[start : start + size], start)

    def batch(self, ids: list[int], start: int = 0) -> Batch:
        """The records with these ids, as `batches` gives them; `start` is their place in `ids()`,
        where they are still looked for first.
        """
        beside = currencies_beside(list(self.fields.values()), self.hidden)
        columns = (self.selection.model.id, *self.fields.values(), *beside)
        found = self._in_their_place(columns, ids, start) or self._by_id(columns, ids)
        there, *values = zip(*found, strict=True) if found else [()] * len(columns)
        answer: dict[str, Any] = dict(zip(self.fields, values, strict=False))
        for name, column in self.computed.items():
            given: Mapping[int, Any] = column.values(_Rows(there))
            answer[name] = [given.get(id, "") for id in there]
        return Batch(list(there), answer)

    def _in_their_place(self, columns: Columns, ids: list[int], start: int) -> Found:
        """The rows, where an index holds them in the order of the list: to walk along it takes half
        as long as to look for each. None where there is no such index, or the list has changed.
        """
        selection = self.selection
        conditions = (*selection.first, *selection.rest, *_within_export(selection.model))
        query = selection.model.select(*columns).order_by(*selection.order())
        query = (query.where(*conditions) if conditions else query).limit(len(ids)).offset(start)
        if selection.grouping or not is_covered(query):
            return None
        rows = fetched(query, columns)
        return rows if [row[0] for row in rows] == ids else None

    def _by_id(self, columns: Columns, ids: list[int]) -> Found:
        model = self.selection.model
        rows = fetched(model.select(*columns).where(among(model.id, ids)), columns)
        by_id = {row[0]: row for row in rows}
        return list(filter(None, map(by_id.get, ids)))


def _within_export(model: type[Model]) -> list[Expression]:
    """What narrows the rows that are seen to those that may be taken out."""
    if current_policy().reach(model, current_actor(), "x") is None:
        return []
    row = ScopedAlias(model, action="x")
    return [model.id.in_(row.select(row.id))]
