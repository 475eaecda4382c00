"""Read the filters that callers write, [field, operator, value], into conditions."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING, Any

import peewee
from peewee import (
    AutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    DateField,
    Expression,
    Field,
    ForeignKeyField,
    IntegerField,
    TextField,
)

from core.data.fields import DateTimeField, MoneyField, ScaledField
from core.data.money import MOST_DIGITS
from core.data.translated import in_order
from core.errors import UserError
from core.exchange.amounts import of_amounts
from core.i18n import _

if TYPE_CHECKING:
    from core.exchange.selection import Selection

DEEPEST = 5
LONGEST_LIST = 500
MOST = 50  # filters of one question: SQLite reads no more than a hundred brackets in each other

OPERATORS: dict[str, Callable[[Field, Any], Expression]] = {
    "=": lambda field, value: field == value,
    "!=": lambda field, value: field != value,
    "<": lambda field, value: field < value,
    "<=": lambda field, value: field <= value,
    ">": lambda field, value: field > value,
    ">=": lambda field, value: field >= value,
    "in": lambda field, value: field.in_(value),
    "contains": lambda field, value: field.contains(value),
    "starts": lambda field, value: field.startswith(value),
    "empty": lambda field, value: _empty(field) if value else ~_empty(field),
}
TEXT_ONLY = ("contains", "starts")
BEYOND = 2**63  # what no column of whole numbers holds


def condition(selection: "Selection", item: Any, depth: int = 0) -> Expression:
    """The condition of one filter; `UserError` says what is wrong with it."""
    if not isinstance(item, (list, tuple)) or not item or depth > DEEPEST:
        raise UserError(_("A filter is a list such as [“city”, “=”, “Tashkent”]."))
    if item[0] in ("and", "or"):
        if len(item) < 2:
            raise UserError(_("“%(word)s” needs filters after it.", word=item[0]))
        parts = [condition(selection, part, depth + 1) for part in item[1:]]
        return reduce(and_ if item[0] == "and" else or_, parts)
    if not is_plain(item):
        raise UserError(_("A filter is a list such as [“city”, “=”, “Tashkent”]."))
    name, operator, value = item
    field = selection.field(name)
    if not isinstance(operator, str) or operator not in OPERATORS:
        raise UserError(
            _(
                "There is no operator “%(name)s”; there are %(known)s.",
                name=operator,
                known=", ".join(OPERATORS),
            )
        )
    _require_text(field, operator)
    if isinstance(field, MoneyField) and operator != "empty" and value is not None:
        return _of_amounts(selection, field, operator, value)
    return _compared(field, operator, _value(field, operator, value))


def require_few(where: Iterable[Any]) -> None:
    """Raise `UserError` where these filters, which `condition` took, are too many together."""
    if sum(map(_number, where)) > MOST:
        raise UserError(_("Only %(most)s filters work together: leave some out.", most=MOST))


def _number(item: Any) -> int:
    return sum(map(_number, item[1:])) if item[0] in ("and", "or") else 1


def _of_amounts(selection: "Selection", field: MoneyField, operator: str, value: Any) -> Expression:
    if field.currency in selection.hidden:
        raise UserError(_("Amounts whose currency is hidden cannot be compared."))
    amount = ScaledField(places=MOST_DIGITS)  # as which it is read, of whatever currency
    amount.name = field.name
    return of_amounts(field, operator, OPERATORS[operator], _value(amount, operator, value))


def _require_text(field: Field, operator: str) -> None:
    if operator in TEXT_ONLY and not isinstance(field, (CharField, TextField)):
        said = {"operator": operator, "name": field.name}
        raise UserError(_("“%(operator)s” works on texts; “%(name)s” is none.", **said))


def _compared(field: Field, operator: str, wanted: Any) -> Expression:
    if wanted is False and operator == "=" and field.null:
        # Who never said yes said no, as it is shown.
        return (field == wanted) | field.is_null()
    return OPERATORS[operator](in_order(field), wanted)


def is_plain(item: Any) -> bool:
    """Whether it has the shape [field, operator, value]."""
    return isinstance(item, (list, tuple)) and len(item) == 3 and isinstance(item[0], str)


def _value(field: Field, operator: str, value: Any) -> Any:
    if operator == "empty":
        return bool(value)
    if operator == "in":
        if not isinstance(value, (list, tuple)) or len(value) > LONGEST_LIST:
            raise UserError(
                _(
                    "“%(operator)s” wants a list of at most %(most)s values.",
                    operator="in",
                    most=LONGEST_LIST,
                )
            )
        return [read_value(field, one) for one in value]
    if value is None and operator not in ("=", "!="):
        raise UserError(
            _("“%(value)s” does not fit the field “%(name)s”.", value="null", name=field.name)
        )
    return read_value(field, value)


def read_value(field: Field, value: Any) -> Any:
    """What a caller wrote as text, number or truth, as a value of the field."""
    try:
        return _read(field, value)
    except (ValueError, TypeError, OverflowError) as error:
        raise UserError(
            _("“%(value)s” does not fit the field “%(name)s”.", value=value, name=field.name)
        ) from error


def _read(field: Field, value: Any) -> Any:  # noqa: C901 - one line a type reads better than a table
    if value is None:
        return None
    if isinstance(value, (list, dict)):
        raise TypeError(value)
    if isinstance(field, BooleanField):
        return _truth(value)
    if isinstance(field, ScaledField):
        if abs(field.db_value(str(value)) or 0) >= BEYOND:
            raise ValueError(value)
        return str(value)
    if isinstance(field, (AutoField, IntegerField, ForeignKeyField)):
        return _whole(value, BEYOND if isinstance(field, BigIntegerField) else 2**31)
    if isinstance(field, DateTimeField):
        moment = datetime.fromisoformat(str(value))
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    if isinstance(field, DateField):
        return date.fromisoformat(str(value))
    text = str(value)
    if "\0" in text:
        raise ValueError(text)
    text.encode()  # half of a pair of surrogates is no text: a ValueError too
    return text


def _whole(value: Any, beyond: int) -> int:
    number = int(str(value))
    if abs(number) >= beyond:
        raise ValueError(value)
    return number


def _truth(value: Any) -> bool:
    words = {"1": True, "true": True, "0": False, "false": False}
    try:
        return words[str(value).lower()]
    except KeyError:
        raise ValueError(value) from None


def _empty(field: Field) -> Expression:
    if isinstance(field, (CharField, TextField, peewee.Function)):
        return field.is_null() | (field == "")
    return field.is_null()
