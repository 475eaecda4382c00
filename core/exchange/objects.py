"""Reads the objects that programs send as records and their lines.

What is wrong with them is said all at once, each fault by its place in the object.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import peewee
from peewee import ForeignKeyField

from core.data.fields import BooleanField, IntegerField, MoneyField, ScaledField, StateField
from core.data.model import Model
from core.data.scope import in_reach
from core.data.translated import TranslatedField
from core.exchange.cells import empty
from core.exchange.drafts import MOST_LINES, Draft, sentence, value_of
from core.exchange.problems import Unfit, choice
from core.exchange.shapes import Part, Shape, lines_of
from core.i18n import _

LARGEST_ID = 2**31
Object = Mapping[str, Any]


@dataclass
class Standing:
    """What a record holds before it is changed: the ids that references may keep, by their field,
    and those of the lines of each part.
    """

    references: dict[Any, set[int]] = field(default_factory=lambda: defaultdict(set))
    lines: dict[str, set[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, shape: Shape, record: Model, sent: Object) -> "Standing":
        found = cls()
        found._add(shape.fields, record)
        for name, part in shape.parts.items():
            if name in sent:
                lines = lines_of(part, record)
                found.lines[name] = {line.id for line in lines}
                for line in lines:
                    found._add(part.fields, line)
        return found

    def _add(self, fields: Mapping[str, peewee.Field], record: Any) -> None:
        for name, column in fields.items():
            if isinstance(column, ForeignKeyField) and record.__data__[name] is not None:
                self.references[column].add(record.__data__[name])


class Objects:
    """Reads the objects of one request, asking once for all that they refer to."""

    def __init__(self, shape: Shape, sent: Sequence[Object]) -> None:
        self.shape = shape
        self.reached = _reached(shape, sent)
        self.is_astray = False  # whether an object names what may not be written

    def draft(
        self, sent: Object, standing: Standing | None = None, known: Iterable[str] = ()
    ) -> Draft:
        """The draft of one object: of a new record, or with `standing` of one that is changed.
        `known` are names that the caller has read already.
        """
        draft = Draft({})
        rest = {name: value for name, value in sent.items() if name not in set(known)}
        lines = {name: rest.pop(name) for name in self.shape.parts if name in rest}
        self._read(draft, draft.values, "", self.shape.fields, rest, standing or Standing())
        if standing is None:
            _miss(draft, "", self.shape.fields, rest)
        for name, given in lines.items():
            self._read_lines(draft, self.shape.parts[name], given, standing or Standing())
        return draft

    def _read(
        self,
        draft: Draft,
        values: dict[str, Any],
        place: str,
        fields: Mapping[str, peewee.Field],
        sent: Object,
        standing: Standing,
    ) -> None:
        for name, value in sent.items():
            column = fields.get(name)
            if column is None:
                draft.errors[f"{place}{legible_name(name)}"] = str(UNKNOWN)
                self.is_astray = True
                continue
            known = self.reached[column] | standing.references[column]
            try:
                values[name] = read_value(column, value, known)
            except Unfit as unfit:
                draft.errors[f"{place}{name}"] = sentence(unfit.reason, unfit.cure)

    def _read_lines(self, draft: Draft, part: Part, given: Any, standing: Standing) -> None:
        if not isinstance(given, list) or len(given) > MOST_LINES:
            text = _("It is no list of at most %(most)s objects. Write one.", most=MOST_LINES)
            draft.errors[part.name] = str(text)
            return
        found: list[dict[str, Any]] = []
        for number, line in enumerate(given):
            place = f"{part.name}/{number}/"
            if not isinstance(line, dict):
                draft.errors[place[:-1]] = str(_("It is no object. Write one."))
                continue
            values = self._line(draft, part, place, line, standing)
            if part.mark is None or values not in found:  # to mark twice is to mark
                found.append(values)
        draft.lines[part.name] = found

    def _line(
        self, draft: Draft, part: Part, place: str, line: Object, standing: Standing
    ) -> dict[str, Any]:
        values: dict[str, Any] = {}
        rest = {name: value for name, value in line.items() if name != "id"}
        self._read(draft, values, place, part.fields, rest, standing)
        if "id" not in line:
            _miss(draft, place, part.fields, rest)
        elif _is_id(line["id"]) and line["id"] in standing.lines.get(part.name, ()):
            if part.mark is not None:
                _miss(draft, place, part.fields, rest)
            else:
                values["id"] = line["id"]
        else:
            text = _("There is no such line. Leave “id” out to make a new one.")
            draft.errors[f"{place}id"] = str(text)
        return values


UNKNOWN = _("There is no such field that you may write here. Leave it out.")


def legible_name(name: str) -> str:
    """The name of a field as the caller wrote it, as far as it can be written into an answer."""
    return name.encode("utf-8", "replace").decode()[:64]


def is_required(column: peewee.Field) -> bool:
    """Whether a new record must name the field."""
    return not column.null and column.default is None and not column.constraints


def _miss(draft: Draft, place: str, fields: Mapping[str, peewee.Field], sent: Object) -> None:
    for name, column in fields.items():
        if name not in sent and is_required(column):
            draft.errors[f"{place}{name}"] = sentence(_("it is missing"), _("Fill it in"))


def read_value(column: peewee.Field, value: Any, known: set[int]) -> Any:
    """The value of the field for what was sent; `known` are the ids that a reference may hold.
    Raises `Unfit`.
    """
    if value is None:
        if column.null:
            return None
        raise Unfit(_("it is null"), _("Give it a value, or leave it out"))
    if isinstance(column, BooleanField):
        return _of_kind(value, bool)
    if isinstance(column, ForeignKeyField):
        if _of_kind(value, int) not in known:
            raise Unfit(_("there is no such record"), _("Choose another"))
        return value
    if isinstance(column, TranslatedField):
        return _read_languages(column, value)
    if isinstance(column, IntegerField) and not isinstance(column, (ScaledField, MoneyField)):
        value = _of_kind(value, int)
        return value_of(column, str(value) if abs(value) < 2**63 else "9" * 19, set())
    return _read_text(column, _of_kind(value, str))


def _read_languages(column: peewee.Field, value: Any) -> Any:
    """A text in the language of the writer alone, or {language: text} as it was answered."""
    if type(value) is not dict:
        return _read_text(column, _of_kind(value, str))
    texts = {name: _of_kind(text, str) for name, text in value.items() if name != "text"}
    return _read_text(column, json.dumps(texts, ensure_ascii=False) if texts else "")


def _read_text(column: peewee.Field, text: str) -> Any:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Unfit(_("it holds half of a character"), _("Write it as UTF-8")) from None
    if isinstance(column, StateField) and text not in column.states:
        if not text:
            return empty(column)
        raise Unfit(
            _("it is none of the choices %(known)s", known=choice(column.states)),
            _("Write one of them"),
        )
    return value_of(column, text, set())


KINDS = {
    bool: (_("it is neither true nor false"), _("Write true or false")),
    int: (_("it is no whole number"), _("Write digits alone, such as 1250")),
    str: (_("it is no string"), _("Write it between quotation marks")),
}


def _of_kind(value: Any, kind: type) -> Any:
    """The value when it is of just this kind: a truth is no number."""
    if type(value) is not kind:
        raise Unfit(*KINDS[kind])
    return value


def _is_id(value: Any) -> bool:
    return type(value) is int and 0 < value < LARGEST_ID


def _reached(shape: Shape, sent: Sequence[Object]) -> dict[Any, set[int]]:
    """Those of the ids that the objects name and the actor may see, by the foreign key that holds
    them; asked once for each model.
    """
    wanted: dict[Any, set[int]] = defaultdict(set)
    for each in sent:
        _collect(wanted, shape.fields, each)
        for name, part in shape.parts.items():
            lines = each.get(name)
            for line in lines if isinstance(lines, list) else ():
                if isinstance(line, dict):
                    _collect(wanted, part.fields, line)
    by_model: dict[type[Model], set[int]] = defaultdict(set)
    for column, ids in wanted.items():
        by_model[column.rel_model] |= ids
    there = {model: in_reach(model, ids, "r") for model, ids in by_model.items()}
    return defaultdict(set, {column: there[column.rel_model] for column in wanted})


def _collect(wanted: dict[Any, set[int]], fields: Mapping[str, peewee.Field], sent: Object) -> None:
    for name, column in fields.items():
        if isinstance(column, ForeignKeyField) and _is_id(sent.get(name)):
            wanted[column].add(sent[name])
