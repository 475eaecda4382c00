"""Documents that addons declare: a template, and the plain data that fills it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from core.access.lines import Role
from core.data.actor import current_actor
from core.data.model import Model
from core.data.money import Money
from core.errors import KarvonError
from core.formats import format_date, format_datetime, format_money
from core.i18n import LazyText, Text
from core.modules.declared import Mark, Marked, marking
from core.modules.registry import current_registry

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class DocumentMark(Mark):
    """That a function gives the data of a document."""

    model: type[Model]
    template: str
    title: Text
    role: Role | None


@dataclass(frozen=True)
class DataMark(Mark):
    """That a function adds data to the documents of a model."""

    model: type[Model]


def document(
    model: type[Model], template: str, title: Text, role: Role | None = None
) -> Callable[[F], F]:
    """Mark a function that takes a record and returns what fills `template`: a dict of texts,
    whole numbers, dates, lists and dicts. It runs with the rights of the reader; what is hidden
    from them is None in the record. With a `role` only those who hold it may print.
    """
    return marking(DocumentMark(model, template, title, role))


def document_data(model: type[Model]) -> Callable[[F], F]:
    """Mark a function that takes a record and returns a dict: documents of the model find it under
    the name of the addon.
    """
    return marking(DataMark(model))


def documents_of(model: type[Model]) -> dict[str, Marked[DocumentMark]]:
    """The documents of a model that the actor may print, by name (`warehouse.waybill`)."""
    actor = current_actor()
    return {
        each.name: each
        for each in current_registry().marked_by(DocumentMark)
        if each.mark.model is model
        and (each.mark.role is None or actor.is_admin or each.mark.role.name in actor.roles)
    }


def data_of(found: Marked[DocumentMark], record: Model) -> dict[str, Any]:
    """All that fills a document, as plain data."""
    data = dict(found.function(record))
    for extra in current_registry().marked_by(DataMark):
        if extra.mark.model is found.mark.model:
            data[extra.name.partition(".")[0]] = extra.function(record)
    whole: dict[str, Any] = plain(data)
    return whole


def plain(value: Any) -> Any:
    """A value as JSON can hold it: texts translated, dates and decimals as people read them.

    Raises `KarvonError` for what has no such form, records above all.
    """
    if isinstance(value, Money):
        return format_money(value, value.currency)
    if value is None or isinstance(value, bool | int | str):
        # Markup is text like any other: only a template says what is HTML.
        return str(value) if isinstance(value, str) else value
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return _as_text(value)


def _as_text(value: Any) -> str:
    if isinstance(value, LazyText):
        return str(value)
    if isinstance(value, datetime):
        return format_datetime(value)
    if isinstance(value, date):
        return format_date(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    raise KarvonError(f"A document was given a {type(value).__name__}: give it texts and numbers.")
