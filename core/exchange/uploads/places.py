"""What the columns of a file may fill: the fields of a record, and those of its lines."""

from dataclasses import dataclass, replace
from typing import Any

from peewee import Field, ForeignKeyField

from core.access.decisions import can
from core.data.actor import current_actor
from core.data.fields import DerivedField, FileField
from core.data.model import Model
from core.errors import NotAllowed
from core.exchange.shapes import Part, Shape, shape_of
from core.i18n import Text, _

LINES = 3  # of one part that a row can hold


@dataclass(frozen=True)
class Place:
    """Where a cell goes: `name` is "city", "telephones.2.number", or "tags" for marks, of which a
    cell names several.
    """

    name: str
    title: Text
    field: Field
    part: Part | None = None
    line: int = 0

    @property
    def is_mark(self) -> bool:
        return self.part is not None and self.line == 0

    @property
    def refers(self) -> bool:
        return isinstance(self.field, ForeignKeyField)

    @property
    def same(self) -> Field:
        """The field by which values are compared: the normal form where there is one."""
        for other in self.field.model._meta.sorted_fields:
            if isinstance(other, DerivedField) and other.of == self.field.name:
                return other
        return self.field


@dataclass(frozen=True)
class Places:
    """All that the actor may fill by an import; `changing` names what may be changed too, and is
    None where no record may be.
    """

    shape: Shape
    by_name: dict[str, Place]
    changing: frozenset[str] | None

    @property
    def model(self) -> type[Model]:
        return self.shape.model

    def key_titles(self) -> dict[str, Text]:
        """{name: title} of that by which records can be found again: plain fields of their own
        and of their lines.
        """
        return {
            _without_line(name): place.title if place.part is None else _title(place.part, place)
            for name, place in self.by_name.items()
            if not place.refers and place.line <= 1
        }


def places_of(model: type[Model], label: Any = None) -> Places:
    """The places of a model for the current actor; `label(name)` says what a field is called.
    Raises `NotAllowed` for who may make none.
    """
    shape = shape_of(model, "c")
    found = [
        Place(name, label(name) if label else field.verbose_name or name, field)
        for name, field in shape.fields.items()
        if not isinstance(field, FileField)  # a hash would show what is not one's own
    ]
    for part in shape.parts.values():
        found += _places_in(part)
    return Places(shape, {place.name: place for place in found}, _changing(model))


def _changing(model: type[Model]) -> frozenset[str] | None:
    if not can(current_actor(), "u", model):
        return None
    try:
        shape = shape_of(model, "u")
    except NotAllowed:
        return None
    return frozenset((*shape.fields, *shape.parts))


def _places_in(part: Part) -> list[Place]:
    if part.mark is not None:
        return [Place(part.name, _plural(part), part.mark, part)]
    single = {
        name: Place(f"{part.name}.1.{name}", "", field, part, 1)
        for name, field in part.fields.items()
    }
    found = []
    for number in range(1, LINES + 1):
        for name, place in single.items():
            title = _(
                "%(part)s %(number)s: %(field)s",
                part=_plural(part),
                number=number,
                field=place.field.verbose_name or name,
            )
            found.append(replace(place, name=f"{part.name}.{number}.{name}", title=title,
                                 line=number))  # fmt: skip
    return found


def _plural(part: Part) -> Text:
    return getattr(part.model._meta, "plural", None) or part.name


def _title(part: Part, place: Place) -> Text:
    return _("%(part)s: %(field)s", part=_plural(part), field=place.field.verbose_name or "")


def _without_line(name: str) -> str:
    """telephones.1.number as telephones.number."""
    return name.replace(".1.", ".")
