"""Ask for records: search, filter, sort, page; for screens, API and export alike.

Everything that a caller names is checked against what its actor may see, so that neither a filter
nor a sort nor a count can tell of a hidden field.
"""

from copy import copy
from dataclasses import dataclass, replace
from functools import reduce
from operator import and_
from typing import Any

import peewee
from peewee import SQL, Case, Expression, Field, Tuple, fn

from core.access.policy import current_policy
from core.data.actor import current_actor
from core.data.database import db
from core.data.fields import TextField
from core.data.model import Model
from core.data.money import currencies_beside
from core.data.rows import leading_columns
from core.data.search import in_head, narrow_or_broad, searchable, searched
from core.errors import NotAllowed, UserError
from core.exchange.conditions import condition, is_plain, read_value, require_few
from core.exchange.cursors import cursor_of, read_cursor
from core.exchange.groups import Grouping
from core.exchange.names import hides_searched_lines, title_field
from core.exchange.statements import compared
from core.i18n import _
from core.modules.registry import current_registry

COUNT_CAP = 10_000
SLOW_COUNT_CAP = 1_000  # of those whom several lines or a rule narrow: no index counts their rows
LOOKED_AT = 3_000  # rows for the count beside a list
READ_FOR_WORDS = 500  # of them where each row's words must be read: a page of the file each
LONGEST_SEARCH = 200


def can_sort(field: Field) -> bool:
    """Whether a list can be sorted by the field."""
    return not isinstance(field, TextField) and field.__class__ is not peewee.ForeignKeyField


@dataclass(frozen=True)
class Ask:
    """What is wanted. `where` is a list of [field, operator, value] and nested ["or", …] or
    ["and", …]; `sort` a field, with "-" before it for descending; `group` a field whose groups
    stand one after another; `after` and `before` cursors that an earlier page gave.
    """

    search: str = ""
    where: tuple[Any, ...] = ()
    sort: str = ""
    group: str = ""
    limit: int = 80
    after: str = ""
    before: str = ""
    archived: bool = False


@dataclass(frozen=True)
class Page:
    """Rows as tuples of (id, *columns), and the cursors of the pages around."""

    rows: list[tuple[Any, ...]]
    next: str | None
    previous: str | None


class Row:
    """What a computed column is given for each record of a page."""

    __slots__ = ("id",)

    def __init__(self, id: int) -> None:
        self.id = id


class Selection:
    """The records of one model that the current actor may see, as an `Ask` wants them; of their
    `fields` and `computed` columns those that are shown.
    """

    def __init__(self, model: type[Model], ask: Ask) -> None:
        hidden = current_policy().fields(model, current_actor(), "r")
        if hidden is None:
            raise NotAllowed(_("You may not see these records."))
        registry = current_registry()
        self.model = model
        self.hidden = hidden
        self.ask = ask
        self.fields = {n: field for n, field in registry.fields(model).items() if n not in hidden}
        self.computed = {n: c for n, c in registry.columns_of(model).items() if n not in hidden}
        self.sort, self.descending = self._sort()
        self.grouping = Grouping(self.field(ask.group)) if ask.group else None
        # What an index can begin with, and what is then asked of each row.
        self.first: list[Expression] = []
        self.rest: list[Expression] = []
        self.looked_at = LOOKED_AT
        self._set_conditions()

    def field(self, name: str) -> Field:
        """The field that the caller names; a hidden one is as unknown as one that never was."""
        field = self.fields.get(name)
        if field is None:
            raise UserError(
                _(
                    "There is no field “%(name)s” here; there are %(known)s.",
                    name=name,
                    known=", ".join(sorted(self.fields)),
                )
            )
        return field

    def _sort(self) -> tuple[Field, bool]:
        name = self.ask.sort.removeprefix("-")
        if not name:
            name = default_sort(self.model)
        field = self.field(name)
        if not can_sort(field):
            raise UserError(_("A list cannot be sorted by “%(name)s”.", name=name))
        return field, self.ask.sort.startswith("-")

    def _set_conditions(self) -> None:
        if not self.ask.archived:
            self.first.append(self.model.archived_at.is_null())
        if self.ask.search:
            self._search(self.ask.search[:LONGEST_SEARCH])
        made = [(item, condition(self, item)) for item in self.ask.where]
        require_few(self.ask.where)
        leading = None if self.ask.search else self._leading()
        for item, one in made:
            (self.first if item is leading else self.rest).append(one)

    @property
    def reads_little(self) -> bool:
        """Whether no row's words must be read to know if the record is wanted."""
        return self.looked_at == LOOKED_AT

    def within(self, *conditions: Expression, **asked: Any) -> "Selection":
        """The same, narrowed to the records that meet `conditions` too; `asked` are the limit and
        the cursors that it has instead.
        """
        narrowed = copy(self)
        narrowed.rest = [*self.rest, *conditions]
        narrowed.ask = replace(self.ask, **asked)
        return narrowed

    @property
    def can_search(self) -> bool:
        return searchable(self.model) and self.model._meta.search[0] not in self.hidden

    def _search(self, text: str) -> None:
        if not self.can_search:
            raise UserError(_("These records cannot be searched."))
        found, is_narrow = narrow_or_broad(self.model, text)
        (self.first if is_narrow else self.rest).append(found)
        self.looked_at = LOOKED_AT if is_narrow else READ_FOR_WORDS
        if searched(self.model) & self.hidden or hides_searched_lines(self.model):
            self.rest.append(in_head(self.model, text))

    def _leading(self) -> Any:
        """The filter that an index can begin with and that probably leaves the fewest rows."""
        known = leading_columns(self.model._meta.table_name)
        plain = [item for item in self.ask.where if is_plain(item) and item[1] == "="]
        able = {
            item[0]: item
            for item in plain
            if (field := self.fields.get(item[0])) is not None and field.column_name in known
        }
        return min(able.values(), key=lambda item: bool(self.fields[item[0]].choices), default=None)

    def page(self, *columns: Any) -> Page:
        """One page of (id, *columns), forwards from `after` or backwards from `before`."""
        backwards = bool(self.ask.before)
        down = self.descending != backwards
        beside = currencies_beside(columns, self.hidden)
        fields = (self.model.id, self.sort, *columns, *beside)
        found = self._found(fields, down)
        more, found = len(found) > self.ask.limit, found[: self.ask.limit]
        if backwards:
            found.reverse()
        earlier, later = (more, True) if backwards else (bool(self.ask.after), more)
        return Page(
            rows=[(row[0], *row[2 : len(row) - len(beside)]) for row in found],
            next=cursor_of(found[-1], self._order_name()) if found and later else None,
            previous=cursor_of(found[0], self._order_name()) if found and earlier else None,
        )

    def _found(self, fields: tuple[Any, ...], down: bool) -> list[tuple[Any, ...]]:
        """The rows of the page and one more."""
        conditions = [*self.first, *self.rest]
        if cursor := self.ask.before or self.ask.after:
            conditions.append(self._beyond(read_cursor(cursor, self._order_name()), down))

        def build(*conditions: Expression) -> Any:
            query = _narrowed(self.model.select(*fields), *conditions)
            return query.order_by(*self._order(down)).limit(self.ask.limit + 1)

        key = (tuple(field.name for field in fields), self.sort.name, down, self.ask.limit)
        return compared(key, self.model, fields, build, conditions)

    def _order_name(self) -> str:
        return f"-{self.sort.name}" if self.descending else str(self.sort.name)

    def order(self) -> list[Any]:
        """The order of the list, as a query wants it."""
        return self._order(self.descending)

    def _order(self, down: bool) -> list[Any]:
        if self.sort.name == "id":
            return [self.sort.desc() if down else self.sort.asc()]
        if not self.sort.null:
            keys = (self.sort, self.model.id)
            return [key.desc() if down else key.asc() for key in keys]
        # Both databases must put the empty values at the same end: the low one.
        nulls = "LAST" if down else "FIRST"
        first = self.sort.desc(nulls=nulls) if down else self.sort.asc(nulls=nulls)
        return [first, self.model.id.desc() if down else self.model.id.asc()]

    def _beyond(self, last: tuple[int, Any], down: bool) -> Expression:
        """The rows after `last` = (id, value) in the order of the page."""
        id, value = last
        key, field = self.model.id, self.sort
        if field.name == "id":
            return key < id if down else key > id
        try:
            value = read_value(field, value)
            field.db_value(value)
        except (ValueError, TypeError, UserError) as error:
            raise UserError(
                _("This place in the list is not valid: start from the first page.")
            ) from error
        if not field.null:
            place, wanted = Tuple(field, key), Tuple(field.to_value(value), key.to_value(id))
            return place < wanted if down else place > wanted
        if value is None:
            same = field.is_null() & (key < id if down else key > id)
            return same if down else same | field.is_null(False)
        same = (field == value) & (key < id if down else key > id)
        return (field < value) | field.is_null() | same if down else (field > value) | same

    def ids(self, *conditions: Expression) -> list[int]:
        """The ids of those that meet `conditions` too, in the order of the list and its groups."""
        keys = () if self.grouping is None else (self.grouping.key,)
        query = self.model.select(self.model.id, *keys)
        query = _narrowed(query, *self.first, *self.rest, *conditions)
        rows = db.execute(query.order_by(*self.order()))
        if self.grouping is None:
            return [id for (id,) in rows]
        return self.grouping.in_order(self, rows)

    def count(self, cap: int = COUNT_CAP, in_order: bool = False) -> tuple[int, bool]:
        """How many records there are, counted no further than `cap`; whether it stopped there."""

        def build(*conditions: Expression) -> Any:
            some = _narrowed(self.model.select(SQL("1").alias("one")), *conditions)
            some = some.order_by(*self.order()) if in_order else some
            return _of(some.limit(cap + 1), fn.COUNT(SQL("*")))

        key = ("count", cap, in_order and self.ask.sort)
        ((number,),) = compared(key, self.model, (), build, [*self.first, *self.rest])
        return min(number, cap), number > cap

    def count_nearby(self) -> tuple[int, bool]:
        """As `count`, but looks at no more than some rows, whatever it is asked: where there are
        more to look at, the records are at least so many.
        """
        if not self.rest:
            fast = current_policy().counts_fast(self.model, current_actor(), "r")
            # Along the list: SQLite would take any index, in which few of them may stand first.
            in_order = self.sort.column_name in leading_columns(self.model._meta.table_name)
            in_order = in_order and not self.sort.null
            return self.count() if fast else self.count(SLOW_COUNT_CAP, in_order)
        asked, most = len(self.rest), self.looked_at + 1

        def build(*conditions: Expression) -> Any:
            fits = Case(None, [(reduce(and_, conditions[:asked]), 1)], 0)
            some = _narrowed(self.model.select(fits.alias("fits")), *conditions[asked:])
            return _of(some.limit(most), fn.COUNT(SQL("*")), fn.SUM(SQL("fits")))

        every = [*self.rest, *self.first]
        ((looked, number),) = compared(("fits", asked, most), self.model, (), build, every)
        return int(number or 0), looked > self.looked_at


def _of(some: Any, *columns: Any) -> Any:
    return peewee.Select((some.alias("some"),), columns)


def _narrowed(query: Any, *conditions: Expression) -> Any:
    # Peewee cannot join no conditions at all.
    return query.where(*conditions) if conditions else query


def default_sort(model: type[Model]) -> str:
    """By name where there is one, else by id."""
    name = title_field(model)
    return name if name and can_sort(model._meta.fields[name]) else "id"
