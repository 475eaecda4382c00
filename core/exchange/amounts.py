"""Amounts in filters and sums: what is compared or added is of one currency each."""

from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from peewee import Case, Expression, Field, Value

from core.data.fields import MoneyField
from core.data.money import currency_of
from core.formats import DIGITS, USUAL_DIGITS

Compare = Callable[[Field, Any], Expression]
# Whole minor units before and after an amount that is none: all are below 10.5 that are up to 10.
ROUNDED = {"<": ROUND_CEILING, ">=": ROUND_CEILING, ">": ROUND_FLOOR, "<=": ROUND_FLOOR}
NO_AMOUNT = -(2**63)  # which no record holds


def of_amounts(field: MoneyField, operator: str, compare: Compare, wanted: Any) -> Expression:
    """That an amount compares so with another one, or with some, of its own currency."""
    if operator == "in":
        return compare(
            field, [_minor(field, operator, each) for each in wanted if each is not None]
        )
    return compare(field, _minor(field, operator, wanted))


def _minor(field: MoneyField, operator: str, text: str) -> Any:
    """The amount in minor units of the currency of each record, as SQL."""
    amount = Decimal(text)
    by_digits: dict[int, list[Value]] = {}
    for code, digits in DIGITS.items():
        # As it is: a field of a few currencies would refuse to be asked for others.
        by_digits.setdefault(digits, []).append(Value(code, converter=False))
    cases = [
        (currency_of(field).in_(codes), _scaled(amount, digits, operator))
        for digits, codes in sorted(by_digits.items())
    ]
    return Case(None, cases, _scaled(amount, USUAL_DIGITS, operator))


def _scaled(amount: Decimal, digits: int, operator: str) -> int:
    minor = amount.scaleb(digits)
    if minor == minor.to_integral_value():
        return int(minor)
    return int(minor.to_integral_value(ROUNDED[operator])) if operator in ROUNDED else NO_AMOUNT
