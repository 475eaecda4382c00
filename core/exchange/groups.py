"""Records put together by one field: which groups there are, how many in each, and their sums."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import and_, itemgetter
from typing import TYPE_CHECKING, Any

import peewee
from peewee import SQL, BooleanField, Case, CharField, Expression, Field, ForeignKeyField, fn

from core.data.fields import DerivedField, FileField, MoneyField
from core.data.money import Money, currency_of
from core.data.rows import fetched
from core.errors import UserError
from core.exchange.conditions import read_value
from core.exchange.days import between, has_days, month_end, month_of
from core.exchange.names import names_of
from core.i18n import _

if TYPE_CHECKING:
    from core.exchange.selection import Selection

MOST_GROUPS = 500
LOOKED_AT = 200_000  # rows
READ_FOR_WORDS = 5_000  # of them where each row's words must be read
EMPTY = "~"  # what an address calls the group of the records that hold nothing
UNSEEN = object()  # the key of the records whose reference the actor may not see


@dataclass(frozen=True)
class Group:
    """The records of one value. `key` is that value (None: nothing, `UNSEEN`), `name` what a record
    that it refers to is called, `totals` the sums by the names of fields: of an amount
    a list, one of each currency.
    """

    key: Any
    count: int
    name: str = ""
    totals: dict[str, Any] = field(default_factory=dict)

    @property
    def sums(self) -> list[tuple[str, Any]]:
        """(name, sum) of its totals; of an amount one for each currency."""
        each = [(n, t if isinstance(t, list) else [t]) for n, t in self.totals.items()]
        return [(name, total) for name, totals in each for total in totals]


@dataclass(frozen=True)
class Groups:
    """The groups in their order. `is_cut` says that there are more of them, `is_capped` that the
    records were counted no further than some.
    """

    groups: list[Group]
    is_cut: bool
    is_capped: bool


def can_group(column: Field) -> bool:
    """Whether records can be grouped by the field."""
    if isinstance(column, (ForeignKeyField, BooleanField)) or has_days(column):
        return True
    return isinstance(column, CharField) and not isinstance(column, (DerivedField, FileField))


class Grouping:
    """The groups by one field: dates and times by their month."""

    def __init__(self, column: Field) -> None:
        if not can_group(column):
            raise UserError(_("A list cannot be grouped by “%(name)s”.", name=column.name))
        self.field = column

    @property
    def key(self) -> Any:
        """What the records of a group have in common, as SQL."""
        if has_days(self.field):
            return month_of(self.field)
        if isinstance(self.field, CharField):
            return fn.COALESCE(self.field, "")
        return self.field

    def value(self, found: Any) -> Any:
        """The key that the database answered; None for nothing."""
        if found is None or found == "":
            return None
        return bool(found) if isinstance(self.field, BooleanField) else found

    def word(self, key: Any) -> str:
        """What an address calls a group."""
        if key is None:
            return EMPTY
        if isinstance(key, bool):
            return "1" if key else "0"
        text = str(key)
        return EMPTY + text if text.startswith(EMPTY) else text

    def read(self, word: str) -> Any:
        """The key that an address means; raises `UserError` for what can be none."""
        if word == EMPTY:
            return None
        text = word.removeprefix(EMPTY)
        if has_days(self.field):
            return self._month(text).strftime("%Y-%m")
        value = read_value(self.field, text)
        if self.field.choices and value not in dict(self.field.choices):
            raise self._unfit(text)
        return value

    def condition(self, key: Any) -> Expression:
        """The condition that a record belongs to a group."""
        if key is None:
            empty = self.field.is_null()
            return empty | (self.field == "") if isinstance(self.field, CharField) else empty
        if has_days(self.field):
            first = self._month(key)
            return between(self.field, first, month_end(first))
        return self.field == key

    def _month(self, text: str) -> date:
        try:
            if len(text) != len("2026-11"):
                raise ValueError(text)
            return date.fromisoformat(f"{text}-01")
        except ValueError:
            raise self._unfit(text) from None

    def _unfit(self, text: str) -> UserError:
        return UserError(
            _("“%(value)s” does not fit the field “%(name)s”.", value=text, name=self.field.name)
        )

    def count(self, selection: "Selection", totals: tuple[str, ...] = ()) -> Groups:
        """The groups of what a selection leaves, in their order, with the sums of `totals`."""
        summed = {name: selection.fields[name] for name in totals if name in selection.fields}
        amounts = {n: summed.pop(n) for n in totals if isinstance(summed.get(n), MoneyField)}
        rows = self._rows(selection, list(summed.values()))
        is_capped = sum(row[1] for row in rows) > _most(selection)
        found = [
            Group(
                self.value(key), int(count), "", dict(zip(summed, _sums(summed, sums), strict=True))
            )
            for key, _looked, count, *sums in rows
            if count
        ]
        for name, amount in amounts.items():
            if amount.currency not in selection.hidden:
                self._add_amounts(selection, name, amount, {group.key: group for group in found})
        return Groups(
            self._ordered(found[:MOST_GROUPS]), is_cut=len(found) > MOST_GROUPS, is_capped=is_capped
        )

    def _rows(self, selection: "Selection", summed: list[Field]) -> list[tuple[Any, ...]]:
        """(key, records looked at, records that fit, sums …) of each, the largest first."""
        fits = Case(None, [(reduce(and_, selection.rest), 1)], 0) if selection.rest else SQL("1")
        columns = [self.key.alias("key"), fits.alias("fits")]
        columns += [each.alias(f"s{n}") for n, each in enumerate(summed)]
        some = selection.model.select(*columns)
        if selection.first:
            some = some.where(*selection.first)
        some = some.limit(_most(selection) + 1).alias("some")
        sums = [fn.SUM(SQL(f"fits * s{n}")) for n, _each in enumerate(summed)]
        wanted = (SQL('"key"'), fn.COUNT(SQL("*")), fn.SUM(SQL("fits")), *sums)
        query = peewee.Select((some,), wanted).group_by(SQL('"key"'))
        return fetched(query.order_by(SQL("3 DESC"), SQL("1")).limit(MOST_GROUPS + 1), ())

    def _add_amounts(
        self, selection: "Selection", name: str, amount: MoneyField, groups: dict[Any, Group]
    ) -> None:
        """Give the groups the sums of an amount: one of each currency, in the order of these."""
        columns = [self.key.alias("key"), amount.alias("amount"), currency_of(amount).alias("code")]
        fitting = [*selection.first, *selection.rest]
        some = selection.model.select(*columns).where(*fitting, amount.is_null(False))
        some = some.limit(_most(selection) + 1).alias("some")
        wanted = (SQL('"key"'), SQL('"code"'), fn.SUM(SQL("amount")))
        query = peewee.Select((some,), wanted).group_by(SQL('"key"'), SQL('"code"'))
        for key, code, total in fetched(query.order_by(SQL('"code"')), ()):
            if (group := groups.get(self.value(key))) is not None:
                group.totals.setdefault(name, []).append(Money(int(total), code or ""))

    def _ordered(self, groups: list[Group]) -> list[Group]:
        """Choices as they are declared, names and texts by the alphabet, yes before no, months
        from the first to the last; at the end whatever has no value.
        """
        if isinstance(self.field, ForeignKeyField):
            return _by_name(self.field, groups)
        if self.field.choices:
            places = {value: n for n, (value, _title) in enumerate(self.field.choices)}
            return sorted(groups, key=lambda group: places.get(group.key, len(places)))
        if isinstance(self.field, BooleanField):
            return sorted(groups, key=lambda group: (group.key is None, not group.key))
        return sorted(groups, key=lambda g: (g.key is None, str(g.key or "").casefold()))

    def in_order(self, selection: "Selection", rows: Iterable[tuple[int, Any]]) -> list[int]:
        """The ids of (id, what `key` selected) group by group, each in the order they came in."""
        places = {group.key: n for n, group in enumerate(self.count(selection).groups)}
        unseen = places.get(UNSEEN, len(places))
        placed = [(places.get(self.value(found), unseen), id) for id, found in rows]
        return [id for _place, id in sorted(placed, key=itemgetter(0))]


def _sums(summed: dict[str, Field], sums: list[Any]) -> list[Any]:
    pairs = zip(summed.values(), sums, strict=True)
    return [each.python_value(int(total or 0)) for each, total in pairs]


def _most(selection: "Selection") -> int:
    return LOOKED_AT if selection.reads_little else READ_FOR_WORDS


def _by_name(column: ForeignKeyField, groups: list[Group]) -> list[Group]:
    """The groups by the names of what they refer to; those that are not to be seen in one."""
    names = names_of(column.rel_model, [g.key for g in groups if g.key is not None])
    seen = [
        Group(each.key, each.count, names[each.key], each.totals)
        for each in groups
        if each.key in names
    ]
    seen.sort(key=lambda group: group.name.casefold())
    unseen = [each for each in groups if each.key is not None and each.key not in names]
    seen += [_joined(unseen)] if unseen else []
    return seen + [each for each in groups if each.key is None]


def _joined(groups: list[Group]) -> Group:
    names = {name for each in groups for name in each.totals}
    totals = {name: _summed([e.totals[name] for e in groups if name in e.totals]) for name in names}
    return Group(UNSEEN, sum(each.count for each in groups), "", totals)


def _summed(totals: list[Any]) -> Any:
    """Sums of numbers as one, and of amounts one of each currency."""
    if not isinstance(totals[0], list):
        return sum(totals)
    found: dict[str, int] = {}
    for amount in (amount for amounts in totals for amount in amounts):
        found[amount.currency] = found.get(amount.currency, 0) + amount
    return [Money(minor, code) for code, minor in sorted(found.items())]
