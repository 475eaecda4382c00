"""What of a record somebody may fill in, and the texts by which a form shows and reads it.

Texts are {field: text, part: [{field: text, "id": text}], marks: [id, …]}: plain enough to be
compared, kept in a browser and sent back.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from peewee import Field, ForeignKeyField

from core.access.lines import part_of
from core.access.policy import current_policy
from core.data.actor import current_actor
from core.data.fields import BooleanField, MoneyField
from core.data.model import Model
from core.data.money import as_money, currencies_beside
from core.data.richtext import RichTextField, as_typed
from core.data.translated import TranslatedField, as_translated
from core.errors import NotAllowed
from core.exchange.cells import reader
from core.exchange.names import hidden_fields
from core.exchange.statements import asked, records
from core.i18n import _
from core.modules.registry import current_registry
from core.modules.transitions import guarded_fields

Texts = dict[str, Any]
YES, NO = "1", "0"


@dataclass(frozen=True)
class Part:
    """The lines of a record, called `name`: which fields of theirs can be filled in."""

    name: str
    key: ForeignKeyField
    fields: dict[str, Field]

    @property
    def model(self) -> type[Model]:
        return self.key.model  # type: ignore[no-any-return]

    @property
    def mark(self) -> ForeignKeyField | None:
        """The one field of lines that only lead to other records, if that is what they do."""
        fields = list(_filled(self.model).values())
        is_mark = len(fields) == 1 and isinstance(fields[0], ForeignKeyField)
        return fields[0] if is_mark else None


@dataclass(frozen=True)
class Shape:
    """What of `model` the current actor may fill in."""

    model: type[Model]
    fields: dict[str, Field]
    parts: dict[str, Part]


def shape_of(model: type[Model], action: str, names: Iterable[str] | None = None) -> Shape:
    """What the actor may fill in when they create ("c") or update ("u") a record: of `names` where
    they are given. Raises `NotAllowed` when no line grants the action.
    """
    policy, actor, registry = current_policy(), current_actor(), current_registry()
    hidden = policy.fields(model, actor, action)
    if hidden is None:
        raise NotAllowed(_("You may not change these records."))
    hidden = hidden | (policy.fields(model, actor, "r") or frozenset()) | guarded_fields(model)
    wanted = None if names is None else set(names)

    def is_open(name: str) -> bool:
        return name not in hidden and (wanted is None or name in wanted)

    parts = {
        name: Part(name, part._meta.fields[part_of(part)], _filled_lines(part, action))
        for name, part in registry.parts(model).items()
        if is_open(name)
    }
    return Shape(
        model,
        {name: field for name, field in _filled(model).items() if is_open(name)},
        {name: part for name, part in parts.items() if part.fields},
    )


def _filled_lines(part: type[Model], action: str) -> dict[str, Field]:
    """What can be filled in of lines: their fields may be for some roles only too."""
    policy, actor = current_policy(), current_actor()
    hidden = policy.limited(part, actor, action) | policy.limited(part, actor, "r")
    return {name: field for name, field in _filled(part).items() if name not in hidden}


def _filled(model: type[Model]) -> dict[str, Field]:
    registry = current_registry()

    def work_out() -> dict[str, Field]:
        return {n: each for n, each in registry.open_fields(model).items() if can_be_typed(each)}

    return registry.once(("typed", model), work_out)


def can_be_typed(field: Field) -> bool:
    return isinstance(field, ForeignKeyField) or reader(field) is not None


def texts_of(shape: Shape, record: Model) -> Texts:
    """The texts of a stored record, or of the defaults of one that is not stored yet."""
    texts: Texts = text_of_all(shape.fields, record)
    for name, part in shape.parts.items():
        lines = _rows_of(part, record)
        if part.mark is not None:
            texts[name] = [str(id) for id in sorted(id for _line, id in lines)]
        else:
            texts[name] = [{"id": str(id), **_texts(part, values)} for id, *values in lines]
    return texts


def _texts(part: Part, values: Sequence[Any]) -> dict[str, str]:
    named = zip(part.fields.items(), values, strict=True)
    return {name: text_of(field, value) for (name, field), value in named}


def _rows_of(part: Part, record: Model) -> list[tuple[Any, ...]]:
    """(id, *fields) of the lines of a record, as `lines_of`."""
    if record.id is None:
        return []
    model = part.model
    fields = list(part.fields.values())
    beside = currencies_beside(fields, hidden_fields(model))
    columns = (model.id, *fields, *beside)

    def build(given: Any) -> Any:
        return model.select(*columns).where(part.key == given).order_by(model.id)

    key = ("lines of a form", part.key, *(field.name for field in columns))
    rows = asked(key, model, columns, build, record.id)
    return [row[: len(row) - len(beside)] for row in rows] if beside else rows


def copied(shape: Shape, record: Model) -> Texts:
    """The texts of a new record like this one: its lines are new too, and what is unique is left
    to be given.
    """
    texts = texts_of(shape, record)
    for name, field in shape.fields.items():
        if field.unique:
            del texts[name]
    for name, part in shape.parts.items():
        if part.mark is None:
            texts[name] = [{**line, "id": ""} for line in texts[name]]
    return texts


def lines_of(part: Part, record: Model) -> list[Any]:
    """The lines of a record in the order in which they were made; one not stored has none."""
    if record.id is None:
        return []
    model = part.model

    def build(given: Any) -> Any:
        return model.select().where(part.key == given).order_by(model.id)

    return records(("lines", part.key), model, build, record.id)


def text_of_all(fields: Mapping[str, Field], record: Model) -> dict[str, str]:
    return {name: text_of(field, record.__data__.get(name)) for name, field in fields.items()}


def text_of(field: Field, value: Any) -> str:
    """A value as it is typed into a form, and read again by `drafts`."""
    if isinstance(field, BooleanField):
        return YES if value else NO
    if value is None:
        return ""
    if isinstance(value, datetime):
        local = value.astimezone(ZoneInfo(current_actor().zone))
        return local.replace(tzinfo=None).isoformat(timespec="minutes")
    if isinstance(field, MoneyField):
        return str(as_money(value))
    if isinstance(field, RichTextField):
        return as_typed(value)
    if isinstance(field, TranslatedField):
        return as_translated(value).stored() if value else ""
    return value.isoformat() if isinstance(value, date) else str(value)


def blank_of(part: Part) -> dict[str, str]:
    """A line that nobody has typed anything into."""
    return text_of_all(part.fields, part.model())
