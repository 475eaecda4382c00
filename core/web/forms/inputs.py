"""One field of a form as the template draws it: which input, with which text, hint and error."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import g
from peewee import Field, ForeignKeyField

from core.access.decisions import can
from core.data.fields import (
    BooleanField,
    DateField,
    DateTimeField,
    EmailField,
    IntegerField,
    MoneyField,
    ScaledField,
    TaxNumberField,
    TelephoneField,
    TextField,
)
from core.data.model import Model
from core.data.richtext import RichTextField, as_rich
from core.data.rows import fetched
from core.data.translated import IN_LANGUAGES, TranslatedField, in_order, read_stored
from core.exchange.names import names_of, title_field
from core.exchange.selection import Ask, Selection
from core.exchange.statements import asked
from core.i18n import LANGUAGE_NAMES, current_language

FEW = 20  # records that a plain choice offers; beyond them one searches

# (type of the input, keys that a telephone shows) of each kind of field, the first that fits.
KINDS: tuple[tuple[Any, tuple[str, str]], ...] = (
    (BooleanField, ("check", "")),
    (DateTimeField, ("datetime-local", "")),
    (DateField, ("date", "")),
    (TelephoneField, ("tel", "tel")),
    (EmailField, ("text", "email")),
    (TaxNumberField, ("text", "numeric")),
    ((ScaledField, MoneyField), ("text", "decimal")),
    (IntegerField, ("text", "numeric")),
    (RichTextField, ("rich", "")),
    (TranslatedField, ("words", "")),
    (TextField, ("area", "")),
)


# What the template asks of every input: what is missing in a dict costs it an exception.
NOTHING: dict[str, Any] = {
    **dict.fromkeys(("value", "pad", "url", "new_url", "html", "help", "error", "doubt"), ""),
    **dict.fromkeys(("options", "texts"), ()),
    **dict.fromkeys(("required", "blank"), False),
    "longest": None,
}


@dataclass
class Choices:
    """What references lead to, asked once for each model of a form."""

    wanted: dict[type[Model], set[int]] = field(default_factory=dict)
    firsts: dict[type[Model], tuple[list[tuple[int, str]], bool]] = field(default_factory=dict)
    new_urls: dict[type[Model], str] = field(default_factory=dict)

    def of(self, column: ForeignKeyField, chosen: Iterable[str]) -> tuple[list[Any], str]:
        """[(id, name, whether it is chosen)], and the address that searches for more, if any."""
        model = column.rel_model
        if model not in self.firsts:
            self.firsts[model] = first_choices(model)
        options, has_more = self.firsts[model]
        wanted = [text for text in chosen if text]
        known = {str(id): name for id, name in options}
        others = [int(text) for text in wanted if text not in known and text.isdecimal()]
        names = names_of(model, others) if others else {}
        listed = [(str(id), names.get(id, f"№ {id}")) for id in others]
        listed += list(known.items())
        view = g.views.get(model)
        url = f"{view.list_url}choices" if has_more and view else ""
        return [(id, name, id in wanted) for id, name in listed], url

    def new_url(self, column: ForeignKeyField) -> str:
        """The address of the dialog that makes another record to choose; empty if there is none."""
        model = column.rel_model
        if model not in self.new_urls:
            view = g.views.get(model)
            is_offered = view is not None and view.may_create_quickly()
            self.new_urls[model] = f"{view.list_url}quick" if is_offered else ""
        return self.new_urls[model]


def first_choices(model: type[Model]) -> tuple[list[tuple[int, str]], bool]:
    """The first records that the actor may choose, as (id, name), and whether there are more."""
    found = choices(model, "", FEW + 1)
    return found[:FEW], len(found) > FEW


def choices(model: type[Model], search: str, limit: int = FEW) -> list[tuple[int, str]]:
    """(id, name) of the records that the actor sees and that `search` finds; none where their
    names are hidden.
    """
    name = title_field(model)
    if name is None or not can(g.actor, "r", model):
        return []
    title = model._meta.fields[name]
    search = search.replace("\0", "")  # which PostgreSQL takes in no text
    if search and getattr(model._meta, "search", None):
        return list(Selection(model, Ask(search=search, limit=limit)).page(title).rows)

    def build() -> Any:
        query = model.select(model.id, title).where(model.archived_at.is_null())
        return query.order_by(in_order(title), model.id).limit(limit)

    if search:
        found = build().where(in_order(title).contains(search))
        return fetched(found, (model.id, title))
    return asked(("choices", limit, current_language()), model, (model.id, title), build)


class Inputs:
    """Makes the inputs of one form."""

    def __init__(
        self, errors: Mapping[str, str], doubts: Mapping[str, str], in_dialog: bool = False
    ) -> None:
        self.errors = errors
        self.in_dialog = in_dialog  # above another form, whose ids are others
        self.prefix = "quick" if in_dialog else "f"
        self.doubts = doubts
        self.choices = Choices()

    def input(self, name: str, column: Field, text: str, label: Any) -> dict[str, Any]:
        """The input called `name` for a field that holds `text`."""
        kind, pad = _kind(column)
        error, doubt = self.errors.get(name, ""), self.doubts.get(name, "")
        made = {
            **NOTHING,
            "name": name,
            "id": f"{self.prefix}-{name}",
            "kind": kind,
            "label": label,
            "value": text,
            "pad": pad,
            "longest": getattr(column, "max_length", None) if kind != "choice" else None,
            "required": is_required(column),
            "error": error,
            "doubt": doubt,
            "help": column.help_text or "",
        }
        if isinstance(column, ForeignKeyField):
            made["options"], made["url"] = self.choices.of(column, [text])
            made["new_url"] = self._new_url(column)
            made["blank"] = column.null or not text
        elif kind == "choice":
            made["options"] = _options(column.choices, text)
            made["blank"] = not column.default
        elif kind == "rich":
            made["html"] = as_rich(text)
        elif kind == "words":
            by_language = read_stored(text or "{}").by_language
            made["texts"] = [(n, LANGUAGE_NAMES[n], by_language.get(n, "")) for n in IN_LANGUAGES]
        return made

    def marks(
        self, name: str, column: ForeignKeyField, ids: list[str], label: Any
    ) -> dict[str, Any]:
        """A choice of several records."""
        options, url = self.choices.of(column, ids)
        return {
            **NOTHING,
            "name": name,
            "id": f"{self.prefix}-{name}",
            "kind": "marks",
            "label": label,
            "options": options,
            "url": url,
            "new_url": self._new_url(column),
            "error": self.errors.get(name, ""),
            "doubt": "",
        }

    def _new_url(self, column: ForeignKeyField) -> str:
        return "" if self.in_dialog else self.choices.new_url(column)


def _options(choices: Iterable[tuple[Any, Any]], text: str) -> list[tuple[Any, Any, bool]]:
    """What can be chosen, and what stands though it is offered no more."""
    found = [(value, title, value == text) for value, title in choices]
    return (
        found
        if not text or any(chosen for *_said, chosen in found)
        else [
            *found,
            (text, text, True),
        ]
    )


def _kind(column: Field) -> tuple[str, str]:
    if isinstance(column, ForeignKeyField) or column.choices:
        return "choice", ""
    return next((kind for type_, kind in KINDS if isinstance(column, type_)), ("text", ""))


def is_required(column: Field) -> bool:
    """Whether a record cannot be without a value that somebody gives."""
    return not column.null and column.default is None
