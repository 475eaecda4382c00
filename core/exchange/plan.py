"""Bind the steps of a plan to the models of the enabled addons: what is read into which field."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from peewee import Field, ForeignKeyField

from core.data.fields import StateField
from core.data.model import Model
from core.exchange.cells import Read, empty, reader
from core.exchange.mapping import Source, Step
from core.exchange.problems import Problem, Problems, Unfit, nearest, quoted
from core.i18n import _
from core.modules.registry import current_registry, full_name


@dataclass(frozen=True)
class Reference:
    """That a value names another record, by one of its fields."""

    model: type[Model]
    key: Field


@dataclass(frozen=True)
class Target:
    """One field that is filled, from where, and how a cell is read for it."""

    field: Field
    source: Source
    read: Read
    refers: Reference | None = None
    is_key: bool = False

    def value(self, cell: str) -> Any:
        """The cell as a value of the field, or as the key of the record that it refers to.
        Raises `Unfit`.
        """
        source = self.source
        text = cell if source.constant is None else source.constant
        if source.values:
            text = self._translated(text)
        if not text.strip():
            if self.is_key:
                raise Unfit("it is empty, and records are found by it", "Fill it in")
            return empty(self.field)
        if source.format:
            text = source.format.replace("{}", text.strip())
        elif self.refers or self.is_key:
            text = text.strip()
        try:
            return self.read(text)
        except Unfit as unfit:
            if not isinstance(self.field, StateField):
                raise
            cure = _("Write one of them, or translate it under “values”")  # of the plan
            raise Unfit(unfit.reason, cure) from None

    def _translated(self, text: str) -> str:
        try:
            return self.source.values[text.strip()]
        except KeyError:
            if not text.strip():
                return text
            raise Unfit(
                "the map has no value for it", nearest(text.strip(), self.source.values)
            ) from None


Line = Mapping[str, Target]


@dataclass(frozen=True)
class Bound:
    """A step whose model, fields, key and references are known to exist."""

    step: Step
    model: type[Model]
    key: Field
    fields: Line
    parts: Mapping[str, list[Line]]

    def targets(self) -> list[Target]:
        """All that the step fills, its parts included."""
        lines = [line for lines in self.parts.values() for line in lines]
        return [target for line in (self.fields, *lines) for target in line.values()]


def bind(step: Step, header: tuple[str, ...], problems: Problems) -> Bound | None:
    """The step on its model, or None with the reasons in `problems`. Where the step names no
    fields, each column of the header is the field of its name.
    """
    return _Binding(step, problems).bound(header)


def _model_of(step: Step, problems: Problems) -> type[Model] | None:
    """The model that the step names."""
    models = current_registry().by_name
    if step.model not in models:
        problems.add(
            Problem(step.origin, f"there is no model {quoted(step.model)}",
                    nearest(step.model, sorted(models)), place=step.place)
        )  # fmt: skip
    return models.get(step.model)


def key_of(model: type[Model]) -> Field | None:
    """The field by which records are told apart in files: the one the model names, else its only
    unique one.
    """
    if name := getattr(model._meta, "key", None):
        return model._meta.fields[name]
    unique = [field for field in model._meta.sorted_fields if field.unique and _is_plain(field)]
    return unique[0] if len(unique) == 1 else None


def _is_plain(field: Field) -> bool:
    return not field.primary_key and not isinstance(field, ForeignKeyField)


class _Binding:
    """The work of `bind`: tells every fault of the step, not the first alone."""

    def __init__(self, step: Step, problems: Problems) -> None:
        self.step = step
        self.problems = problems
        self.failed = False

    def bound(self, header: tuple[str, ...]) -> Bound | None:
        model = _model_of(self.step, self.problems)
        if model is None:
            return None
        key = self._key(model, self.step.key, "key")
        sources = self.step.fields
        if sources is None:
            sources = {name: Source(column=name) for name in header if name}
        fields = self._line(model, sources, "fields", key)
        if key is not None and key.name not in sources:
            self._tell("fields", f"nothing fills {quoted(key.name)}, by which records are found",
                       "Name the column with it, or another unique field as “key”")  # fmt: skip
        parts = {name: self._lines(model, name, lines) for name, lines in self.step.parts.items()}
        if self.failed or key is None:
            return None
        return Bound(self.step, model, key, fields, parts)

    def _tell(self, place: str, reason: str, cure: str) -> None:
        self.failed = True
        origin = self.step.origin
        if self.step.fields is None:  # the header of the file is the map
            column = place.partition(".")[2]
            self.problems.add(Problem(origin, reason, cure, line=1, column=column))
        else:
            where = ", ".join(filter(None, (self.step.place, place)))
            self.problems.add(Problem(origin, reason, cure, place=where))

    def _key(self, model: type[Model], name: str, place: str) -> Field | None:
        """The unique field called `name`, or the model's own key."""
        fields = current_registry().fields(model)
        title = model.__name__
        field = fields.get(name) if name else key_of(model)
        unique = [name for name, field in fields.items() if field.unique and _is_plain(field)]
        if field is None:
            reason = f"{title} has no field {quoted(name)}" if name else f"{title} has no own key"
            self._tell(place, reason, nearest(name, unique))
            return None
        if not field.unique and not field.primary_key:
            self._tell(place, f"{quoted(name)} is not unique among {title}s", nearest(name, unique))
            return None
        return field

    def _line(
        self, model: type[Model], sources: Mapping[str, Source], place: str, key: Field | None
    ) -> Line:
        fields = current_registry().open_fields(model)
        found = {}
        for name, source in sources.items():
            if name not in fields:
                reason = f"{model.__name__} has no field {quoted(name)} to fill"
                self._tell(f"{place}.{name}", reason, nearest(name, fields))
                continue
            target = self._target(fields[name], source, f"{place}.{name}", fields[name] is key)
            if target is not None:
                found[name] = target
        return found

    def _lines(
        self, model: type[Model], name: str, lines: list[Mapping[str, Source]]
    ) -> list[Line]:
        parts = current_registry().parts(model)
        if name not in parts:
            self._tell(f"parts.{name}", f"{model.__name__} has no parts {quoted(name)}",
                       nearest(name, parts))  # fmt: skip
            return []
        return [
            self._line(parts[name], line, f"parts.{name}[{number}]", None)
            for number, line in enumerate(lines, 1)
        ]

    def _target(self, field: Field, source: Source, place: str, is_key: bool) -> Target | None:
        refers = None
        if isinstance(field, ForeignKeyField):
            refers = self._reference(field, source, place)
            if refers is None:
                return None
        elif source.model or source.key:
            self._tell(place, "it refers to no other record", "Leave “model” and “key” out")
            return None
        read = reader(refers.key if refers else field)
        if read is None:
            self._tell(place, "such a field cannot be imported yet", "Leave it out")
            return None
        target = Target(field, source, read, refers, is_key)
        self._check_constants(target, place)
        return target

    def _reference(self, field: ForeignKeyField, source: Source, place: str) -> Reference | None:
        model = field.rel_model
        if source.model and source.model != full_name(model):
            self._tell(place, f"it refers to {full_name(model)}, not to {quoted(source.model)}",
                       f"Write model = \"{full_name(model)}\"")  # fmt: skip
            return None
        key = self._key(model, source.key, place)
        return Reference(model, key) if key is not None else None

    def _check_constants(self, target: Target, place: str) -> None:
        """Try what the map itself gives, so that no cell is blamed for it."""
        source = target.source
        texts = [source.constant] if source.constant is not None else list(source.values.values())
        for text in texts:
            if not text.strip():
                continue
            try:
                target.read(source.format.replace("{}", text) if source.format else text)
            except Unfit as unfit:
                self._tell(place, f"{quoted(text)} does not fit: {unfit.reason}", unfit.cure)
