"""The columns that models are made of: Peewee's own, and those that keep numbers exact."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from peewee import (
    BigIntegerField,
    BooleanField,
    CharField,
    DateField,
    ForeignKeyField,
    IntegerField,
    TextField,
)
from peewee import DateTimeField as PeeweeDateTimeField

from core import clock
from core.data.emails import normalise_email
from core.data.tax_numbers import is_plausible_stir
from core.data.telephones import normalise_telephone
from core.errors import UserError
from core.i18n import _

__all__ = [
    "BooleanField",
    "CharField",
    "ChosenField",
    "DateField",
    "DateTimeField",
    "EmailField",
    "FileField",
    "ForeignKeyField",
    "IntegerField",
    "MoneyField",
    "NormalEmailField",
    "NormalTelephoneField",
    "QuantityField",
    "RateField",
    "StateField",
    "TaxNumberField",
    "TelephoneField",
    "TextField",
    "now",
]


def now() -> datetime:
    """The time as it is stored: aware, UTC, to the second."""
    return clock.utc_now().replace(microsecond=0)


class DateTimeField(PeeweeDateTimeField):
    """An aware time. Stored as UTC without its zone, so that both databases sort it alike."""

    def db_value(self, value: Any) -> Any:
        if isinstance(value, datetime):
            if value.tzinfo is None:
                raise UserError("A time without a zone cannot be stored: give it one.")
            value = value.astimezone(UTC).replace(tzinfo=None)
        return super().db_value(value)

    def python_value(self, value: Any) -> Any:
        value = super().python_value(value)
        if isinstance(value, datetime) and value.tzinfo is None:
            return value.replace(tzinfo=UTC)
        return value


class ScaledField(BigIntegerField):
    """A decimal number kept as an integer of its smallest part; `places` digits after the point."""

    def __init__(self, places: int, **options: Any) -> None:
        self.places = places
        self.unit = Decimal(1).scaleb(-places)
        super().__init__(**options)

    def db_value(self, value: Any) -> int | None:
        if value is None:
            return None
        if isinstance(value, float):
            raise UserError("A float cannot be stored exactly: give a Decimal or a string.")
        try:
            return int(
                Decimal(str(value)).quantize(self.unit, rounding=ROUND_HALF_UP).scaleb(self.places)
            )
        except InvalidOperation as error:
            raise UserError(
                _("“%(value)s” is not a number: write digits, such as 12.50.", value=value)
            ) from error

    def python_value(self, value: Any) -> Decimal | None:
        return None if value is None else Decimal(value).scaleb(-self.places)


class QuantityField(ScaledField):
    """How much of something: a Decimal to three places."""

    def __init__(self, **options: Any) -> None:
        super().__init__(places=3, **options)


class RateField(ScaledField):
    """A share or an exchange rate: a Decimal to six places."""

    def __init__(self, **options: Any) -> None:
        super().__init__(places=6, **options)


class MoneyField(BigIntegerField):
    """An amount in minor units (tiyin, cents) of the currency that the field `currency` of the same
    record names. It takes a Decimal too, which is an amount of that currency.
    """

    def __init__(self, currency: str = "currency", **options: Any) -> None:
        self.currency = currency
        super().__init__(**options)

    def db_value(self, value: Any) -> int | None:
        if value is not None and not isinstance(value, int):
            raise UserError("Money is stored in whole minor units: give an integer.")
        return None if value is None else int(value)


class StateField(CharField):
    """One word of a few. `titles` gives each word its name for people, in the order of the flow."""

    def __init__(self, *states: str, titles: Sequence[Any] = (), **options: Any) -> None:
        self.states = states
        options.setdefault("default", states[0] if states and not options.get("null") else None)
        names = titles or [state.replace("_", " ").capitalize() for state in states]
        super().__init__(max_length=32, choices=list(zip(states, names, strict=True)), **options)

    def db_value(self, value: Any) -> Any:
        if value is not None and value not in self.states and value != self.default:
            raise UserError(
                _("“%(value)s” is none of %(known)s.", value=value, known=", ".join(self.states))
            )
        return value


class ChosenField(CharField):
    """A text chosen among what there is just then: `options()` answers [(value, title)] for whoever
    acts. What was chosen stays when it is offered no more.
    """

    def __init__(self, options: Callable[[], list[tuple[str, Any]]], **others: Any) -> None:
        self.options = options
        super().__init__(**others)

    @property
    def choices(self) -> list[tuple[str, Any]]:
        return self.options()

    @choices.setter
    def choices(self, value: Any) -> None:
        """Peewee sets None here: what can be chosen is asked each time."""


class DoubtfulField(CharField):
    """A text that is stored as it was typed and never refused, but may look odd."""

    def doubt(self, text: str) -> Any:
        """What looks odd about a text, to be shown beside it; None when nothing does."""
        return None


class TelephoneField(DoubtfulField):
    """A telephone number as it was typed; never refused."""

    def doubt(self, text: str) -> Any:
        return None if normalise_telephone(text) else _("This does not look like a whole number")


class EmailField(DoubtfulField):
    """An e-mail address as it was typed; never refused."""

    def doubt(self, text: str) -> Any:
        return None if normalise_email(text) else _("This does not look like an e-mail address")


class TaxNumberField(DoubtfulField):
    """A STIR, or the tax number of another country, as it was typed; never refused."""

    def doubt(self, text: str) -> Any:
        return None if is_plausible_stir(text) else _("A STIR has nine digits")


class FileField(CharField):
    """The content of a file, by its hash: what a row names so is kept as long as the row."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": 64, "index": True, **options})


class DerivedField(CharField):
    """A text that follows from the field `of` and is written with it; nobody sets it."""

    def __init__(self, of: str, by: Callable[[str], str], **options: Any) -> None:
        self.of = of
        self.by = by
        super().__init__(**{"default": "", **options})

    def derive(self, value: Any) -> str:
        return self.by(str(value)) if value else ""


class NormalTelephoneField(DerivedField):
    """A telephone number in the one form by which it can be called and compared (E.164), or empty
    where what was typed cannot be read as one.
    """

    def __init__(self, of: str, **options: Any) -> None:
        super().__init__(of, normalise_telephone, **{"max_length": 32, "index": True, **options})


class NormalEmailField(DerivedField):
    """An e-mail address in the one form by which it can be compared, or empty."""

    def __init__(self, of: str, **options: Any) -> None:
        super().__init__(of, normalise_email, **{"index": True, **options})


def fill_derived(model: Any, data: dict[Any, Any]) -> dict[Any, Any]:
    """{field: value} with the values that follow from others beside them."""
    for field in model._meta.sorted_fields:
        if isinstance(field, DerivedField):
            source = model._meta.fields.get(field.of)  # None where it follows from lines
            data.pop(field, None)
            if source in data:
                data[field] = field.derive(data[source])
    return data
