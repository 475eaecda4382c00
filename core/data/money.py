"""Amounts of money: whole minor units that know the currency which stands beside them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, Self

import peewee

from core.data.fields import MoneyField
from core.errors import UserError
from core.formats import minor_digits
from core.i18n import _

MOST_DIGITS = 3  # after the point, of any currency
LARGEST = 2**63


class Money(int):
    """An amount in minor units; its text is the amount with just the digits of its currency.
    Without one, as where the currency is hidden, it has two.
    """

    currency: str

    def __new__(cls, minor: int, currency: str = "") -> Self:
        made = super().__new__(cls, minor)
        made.currency = currency
        return made

    @classmethod
    def of(cls, amount: Decimal, currency: str = "") -> Self:
        """The amount as minor units. Raises `UserError` where it has too many digits."""
        digits = minor_digits(currency)
        minor = amount.scaleb(digits)
        if minor != minor.to_integral_value():
            raise UserError(
                _(
                    "“%(amount)s” has more digits after the point than %(currency)s has: round it.",
                    amount=amount,
                    currency=currency or _("the currency"),
                )
            )
        if abs(minor) >= LARGEST:
            raise UserError(_("“%(amount)s” is too large an amount.", amount=amount))
        return cls(int(minor), currency)

    @property
    def amount(self) -> Decimal:
        """How much it is, in the currency."""
        return Decimal(int(self)).scaleb(-minor_digits(self.currency))

    def __str__(self) -> str:
        return f"{self.amount:f}"

    def __reduce__(self) -> Any:
        return type(self), (int(self), self.currency)


def as_money(value: Any) -> Money:
    """A stored value, whose currency may not be known."""
    return value if isinstance(value, Money) else Money(value)


@lru_cache(maxsize=1024)
def _fields_of(model: Any, _number: int) -> tuple[MoneyField, ...]:
    return tuple(each for each in model._meta.sorted_fields if isinstance(each, MoneyField))


def money_fields(model: Any) -> tuple[MoneyField, ...]:
    """The amounts of a model, which may get more of them while the process lives."""
    return _fields_of(model, len(model._meta.sorted_fields))


def currency_of(field: MoneyField) -> peewee.Field:
    """The field that names the currency of an amount."""
    found: peewee.Field = field.model._meta.fields[field.currency]
    return found


def currencies_beside(fields: Sequence[Any], hidden: frozenset[str]) -> tuple[peewee.Field, ...]:
    """The fields that must be read too for these amounts to know their currencies."""
    there = {each.name for each in fields if isinstance(each, peewee.Field)}
    amounts = [each for each in fields if isinstance(each, MoneyField)]
    wanted = {each.currency: currency_of(each) for each in amounts}
    return tuple(field for name, field in wanted.items() if name not in there | hidden)


def known_rows(rows: list[tuple[Any, ...]], fields: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows of `fields`; each amount knows its currency where that is among them."""
    amounts = [(n, id(currency_of(f))) for n, f in enumerate(fields) if isinstance(f, MoneyField)]
    if not amounts or not rows:
        return rows
    places = {id(field): place for place, field in enumerate(fields)}
    beside = {place: places[code] for place, code in amounts if code in places}
    columns = list(zip(*rows, strict=True))
    for place, other in beside.items():
        pairs = zip(columns[place], columns[other], strict=True)
        columns[place] = tuple(None if v is None else Money(v, code or "") for v, code in pairs)
    return list(zip(*columns, strict=True))


def know_in(rows: Any, model: Any) -> Any:
    """Peewee's rows of a query; the amounts of its records know their currencies."""
    if not money_fields(model):
        return rows
    process = rows.process_row
    rows.process_row = lambda row: _known(process(row))
    return rows


def _known(row: Any) -> Any:
    if isinstance(row, peewee.Model):
        for field in money_fields(type(row)):
            value, code = row.__data__.get(field.name), row.__data__.get(field.currency)
            if value is not None:
                row.__data__[field.name] = Money(value, code or "")
    return row


def settled(
    model: Any, values: dict[str, Any], standing: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The values with all amounts in minor units of the currency that is given with them, else of
    the one that stands in the record or is the default. An amount that was not given stays the
    same amount where another currency is. Raises `UserError` for digits that a currency has not.
    """
    fields = [f for f in money_fields(model) if f.name in values or f.currency in values]
    if not fields:
        return values
    made = dict(values)
    for field in fields:
        default = currency_of(field).default
        code = values.get(field.currency, (standing or {}).get(field.currency, default)) or ""
        value = values.get(field.name)
        if isinstance(value, Decimal):
            made[field.name] = Money.of(value, code)
        elif isinstance(value, Money) and value.currency != code and value.currency:
            made[field.name] = Money.of(value.amount, code)
        elif standing is not None and field.name not in values and standing.get(field.name):
            was = Money(standing[field.name], standing.get(field.currency) or "")
            made[field.name] = Money.of(was.amount, code)
    return made
