"""Amounts of money in the history, which keeps figures alone: the record has their currency."""

from collections.abc import Mapping
from typing import Any

from peewee import Field

from core.data.fields import MoneyField
from core.data.money import Money, currency_of
from core.data.rows import fetched
from core.exchange.names import hidden_fields


def of_record(field: Field, value: Any, record: int) -> Any:
    """A value of the history; an amount knows the currency that the record has now."""
    if not isinstance(field, MoneyField) or not isinstance(value, int):
        return value
    if field.currency in hidden_fields(field.model):
        return Money(value)
    code = currency_of(field)
    rows = fetched(field.model.select(code).where(field.model.id == record), (code,))
    return Money(value, rows[0][0] if rows else "")


def beside(field: Field, held: Mapping[str, Any], name: str) -> Any:
    """The value `name` of all that a line holds; an amount knows the currency there."""
    value = held[name]
    if not isinstance(field, MoneyField) or not isinstance(value, int):
        return value
    return Money(value, held.get(field.currency) or "")
