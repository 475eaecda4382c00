"""Values of records as the cells of a file: for people in their words, for programs in ours."""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from peewee import (
    BooleanField,
    CharField,
    DateField,
    Field,
    ForeignKeyField,
    IntegerField,
    TextField,
)

from core.data.actor import current_actor
from core.data.fields import DateTimeField, MoneyField, ScaledField, TelephoneField
from core.data.money import as_money
from core.data.richtext import RichTextField, as_plain
from core.data.rows import among, fetched
from core.data.telephones import display_telephone
from core.exchange.names import names_of
from core.i18n import _

Cells = Callable[[Sequence[Any]], Sequence[Any]]
RISKY = ("=", "+", "-", "@", "\t", "\r")
NAMES_KEPT = 50_000  # of the records that a column refers to


def plain_text(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe stands before what could be
    one, and before an apostrophe that could be taken for ours. `as_written` takes it away.
    """
    return f"'{text}" if text.lstrip("'").startswith(RISKY) else text


def plain_texts(texts: Sequence[str]) -> list[str]:
    """Each of them by `plain_text`; most that are asked about are numbers of telephones."""
    return [f"'{t}" if t[:1] in RISKY else plain_text(t) for t in texts]


def as_written(cell: str) -> str:
    """The text of a cell that `plain_text` may have made."""
    return cell[1:] if cell[:1] == "'" and cell.lstrip("'").startswith(RISKY) else cell


def may_be_formulas(together: str) -> bool:
    """Whether `plain_text` would change any of the texts, which stand with a NUL between them."""
    return _SUSPECT.search(f"\0{together}") is not None


_SUSPECT = re.compile(r"\0['=+\-@\t\r]")


def as_texts(values: Sequence[Any]) -> Sequence[str]:
    """The values of a column as texts; what is missing is empty."""
    if set(map(type, values)) <= {str}:  # most columns are
        return values
    return [v if type(v) is str else _said(v) for v in values]


def _said(value: Any) -> str:
    return "" if value is None else str(value)


def cells_for_people(field: Field) -> Cells:
    """The cells of a field as its screen says them; numbers, days and moments stay as they are,
    all else is text.
    """
    if isinstance(field, ForeignKeyField):
        return _Names(lambda ids: names_of(field.rel_model, ids))
    if field.choices:
        titles = {value: str(title) for value, title in field.choices}
        return lambda values: [titles.get(value, value or "") for value in values]
    if isinstance(field, BooleanField):
        yes, no = str(_("Yes")), str(_("No"))
        return lambda values: [yes if value else no for value in values]
    if isinstance(field, TelephoneField):
        return lambda values: [display_telephone(v) if v else "" for v in values]
    if isinstance(field, RichTextField):
        return lambda values: [as_plain(value) if value else "" for value in values]
    return _cells_of(field)


def cells_for_programs(field: Field, key: Field | None = None) -> Cells:
    """The cells of a field as an import reads them; a reference is the `key` of its record."""
    if key is not None:
        return _Names(lambda ids: _keys_of(key, ids))
    if isinstance(field, BooleanField):
        return lambda values: ["1" if value else "0" for value in values]
    return _cells_of(field)


def cells_in(language: str) -> Cells:
    """The cells of a text with a value for each language, in this one."""
    return lambda values: ["" if v is None else v.by_language.get(language, "") for v in values]


def _cells_of(field: Field) -> Cells:
    if isinstance(field, DateTimeField):
        zone = ZoneInfo(current_actor().zone)
        return lambda values: [None if v is None else _local(v, zone) for v in values]
    if isinstance(field, MoneyField):
        return lambda values: [None if v is None else as_money(v).amount for v in values]
    is_text = isinstance(field, (CharField, TextField)) and not field.null
    if is_text or isinstance(field, (DateField, IntegerField, ScaledField)):
        return lambda values: values
    return as_texts


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)


class _Names:
    """The names of records by their ids, each asked for once while they are not too many."""

    def __init__(self, ask: Callable[[set[Any]], dict[Any, Any]]) -> None:
        self.ask = ask
        self.known: dict[Any, str] = {None: ""}

    def __call__(self, values: Sequence[Any]) -> list[str]:
        wanted = set(values) - self.known.keys()
        if wanted:
            if len(self.known) > NAMES_KEPT:
                self.known = {None: ""}
                wanted = set(values) - self.known.keys()
            found = self.ask(wanted)
            self.known.update((id, _said(found.get(id))) for id in wanted)
        return list(map(self.known.__getitem__, values))


def _keys_of(key: Field, ids: set[Any]) -> dict[Any, Any]:
    columns = (key.model.id, key)
    return dict(fetched(key.model.select(*columns).where(among(key.model.id, ids)), columns))


def as_text(value: Any) -> Any:
    """A day or a moment as a file of texts holds it."""
    if isinstance(value, datetime):
        return value.isoformat(" ", timespec="seconds")
    return value.isoformat() if isinstance(value, date) else value
