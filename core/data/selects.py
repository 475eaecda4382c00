"""Selects whose rows are kept for the actor that read them, and for nobody else.

Peewee keeps the rows of a query in the query itself: one that an addon holds in a module would show
its first reader's rows to everybody after.
"""

from typing import Any

from peewee import ModelCompoundSelectQuery, ModelSelect

from core.data.actor import current_actor
from core.data.hiding import hidden_now, hide_in
from core.data.money import know_in


class Kept:
    """A query that forgets its rows when somebody else asks. Raises `NoActor` for nobody."""

    model: Any  # that the query selects, as Peewee keeps it
    _rows_of: tuple[Any, Any, Any] | None = None

    @property
    def _cursor_wrapper(self) -> Any:
        if self._rows_of is None:
            return None
        reader, hidden, rows = self._rows_of
        now = current_actor()
        is_same = (reader is now or reader == now) and hidden is hidden_now()
        return rows if is_same else None

    @_cursor_wrapper.setter
    def _cursor_wrapper(self, rows: Any) -> None:
        self._rows_of = None if rows is None else (current_actor(), hidden_now(), rows)

    def _get_cursor_wrapper(self, cursor: Any) -> Any:
        rows = hide_in(super()._get_cursor_wrapper(cursor))  # type: ignore[misc]  # Peewee's
        return know_in(rows, self.model)

    def union_all(self, rhs: Any) -> Any:
        return ScopedCompound(self.model, self, "UNION ALL", rhs)

    def union(self, rhs: Any) -> Any:
        return ScopedCompound(self.model, self, "UNION", rhs)

    def intersect(self, rhs: Any) -> Any:
        return ScopedCompound(self.model, self, "INTERSECT", rhs)

    def except_(self, rhs: Any) -> Any:
        return ScopedCompound(self.model, self, "EXCEPT", rhs)

    __add__, __or__, __and__, __sub__ = union_all, union, intersect, except_


class ScopedSelect(Kept, ModelSelect):
    """A select over scoped models."""


class ScopedCompound(Kept, ModelCompoundSelectQuery):
    """Two selects as one."""
