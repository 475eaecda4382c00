"""Records for attacks, made from the fields of any model: every text of them is known again."""

import re
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any, NamedTuple

from peewee import BooleanField, CharField, DateField, ForeignKeyField, IntegerField, TextField

from core.access.policy import part_of
from core.data.database import db, transaction
from core.data.fields import ChosenField, DateTimeField, DerivedField, StateField, fill_derived
from core.data.model import Model
from core.data.richtext import RichTextField
from core.errors import UserError

SIDES = ("own", "foreign")
EACH = 3  # records of a model on each side
WORD = re.compile(r"K\d{6}w")
SPARED = {"currency", "zone", "language", "kind_of"}  # what must mean something


class Spot(NamedTuple):
    """Where a word was written: a field of a record, which is its reader's own or foreign."""

    model: type[Model]
    name: str
    id: int
    side: str

    def __str__(self) -> str:
        return f"{self.model.__name__}.{self.name} of the {self.side} record {self.id}"


class Words:
    """Hands out words that no text holds by chance, and knows where each was written."""

    def __init__(self) -> None:
        self.numbers = count(1)
        self.spots: dict[str, Spot] = {}

    def new(self, longest: int = 255) -> str:
        """A word that a text of so many signs can hold."""
        return f"K{next(self.numbers):06}w"[:longest]

    def written(self, record_values: dict[str, Any], model: Any, id: int, side: str) -> None:
        for name, value in record_values.items():
            for word in WORD.findall(str(value)):
                self.spots[word] = Spot(model, name, id, side)


class Planter:
    """Makes records of models in the order of their references. `made` holds their ids."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.made: dict[type[Model], dict[str, list[int]]] = {}
        self.values: dict[tuple[type[Model], int], dict[str, Any]] = {}

    def plant(self, model: type[Model], side: str, place: int) -> int:
        """One record; `place` says what it refers to: first to its own side, then to the other,
        then to nothing where that may be.
        """
        other = SIDES[1 - SIDES.index(side)]
        towards = (side, other, "")[place % 3]
        values = self._values(model, side, towards, place)
        id = planted(model, values)
        self.made.setdefault(model, {each: [] for each in SIDES})[side].append(id)
        self.values[model, id] = values
        self.words.written(values, model, id, side)
        return id

    def _values(self, model: Any, side: str, towards: str, place: int) -> dict[str, Any]:
        parent = part_of(model)
        found: dict[str, Any] = {}
        for name, field in own_fields(model).items():
            if isinstance(field, ForeignKeyField):
                where = side if name == parent or not (towards or field.null) else towards
                known = self.made.get(field.rel_model, {}).get(where, [])
                if known:
                    found[name] = known[place % len(known)]
            else:
                value = self._value(field, place)
                if value is not None:
                    found[name] = value
        return found

    def _value(self, field: Any, place: int) -> Any:
        number = len(self.values) + 1
        if isinstance(field, StateField):
            return field.states[place % len(field.states)] if field.states else None
        if isinstance(field, ChosenField):
            offered = field.options()
            return offered[place % len(offered)][0] if offered else self._word(field)
        if isinstance(field, BooleanField):
            return None
        if isinstance(field, RichTextField):
            return f"<p>{self.words.new()}</p>"
        if isinstance(field, (CharField, TextField)):
            return self._word(field) or self._choice(field, place)
        if isinstance(field, DateTimeField):
            return datetime(2026, 5, 1, tzinfo=UTC) + timedelta(hours=number)
        if isinstance(field, DateField):
            return date(2026, 5, 1) + timedelta(days=number % 28)
        return 700 + number if isinstance(field, IntegerField) and not field.null else None

    def _choice(self, field: Any, place: int) -> str | None:
        """One of a few texts, where one must be given."""
        known = [value for value, _title in field.choices or ()]
        must = not field.null and field.default is None
        return known[place % len(known)] if known and must else None

    def _word(self, field: Any) -> str | None:
        longest = getattr(field, "max_length", None) or 255
        has_choices = not isinstance(field, ChosenField) and field.choices
        is_free = not (has_choices or field.name in SPARED or longest < len("K000001w"))
        return self.words.new(longest) if is_free else None


def own_fields(model: Any) -> dict[str, Any]:
    """The fields that somebody fills: not those that the program keeps itself."""
    kept = {"id", *Model._meta.fields}
    return {
        name: field
        for name, field in model._meta.fields.items()
        if name not in kept and not isinstance(field, DerivedField)
    }


def planted(model: Any, values: dict[str, Any]) -> int:
    """The id of a record of these values, which may be what no form lets through: then it comes as
    from a file of the database that somebody else wrote.
    """
    try:
        with transaction():
            return int(model.create(**values).id)
    except UserError:
        row = fill_derived(model, {**model._meta.get_default_dict(), **values})
        fields = [model._meta.fields[name] for name in row]
        names = ", ".join(f'"{field.column_name}"' for field in fields)
        marks = ", ".join([db.param] * len(fields))
        stored = [field.db_value(value) for field, value in zip(fields, row.values(), strict=True)]
        sql = f'INSERT INTO "{model._meta.table_name}" ({names}) VALUES ({marks}) RETURNING id'
        return int(db.execute_sql(sql, stored).fetchone()[0])
