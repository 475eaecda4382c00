"""Stores a draft: the record, its lines, and the version that says whether somebody was faster."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import peewee

from core.access.lines import part_of
from core.access.owners import with_owner
from core.data.actor import system
from core.data.database import transaction
from core.data.model import Model
from core.data.money import settled
from core.data.scope import in_reach
from core.data.search import indexing_once
from core.errors import Conflict
from core.exchange.drafts import Draft
from core.exchange.shapes import Part, Shape, lines_of
from core.i18n import _
from core.modules.registry import current_registry

Line = dict[str, Any]


@dataclass(frozen=True)
class Moves:
    """What makes the lines of a record as they are wanted."""

    part: Part
    new: list[Line]
    changed: list[tuple[Any, Line]]
    gone: list[int]

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.gone)

    def apply(self, record: Model) -> None:
        if self.gone:
            self.part.model.delete().where(self.part.model.id.in_(self.gone)).execute()
        for line, values in self.changed:
            line.change(values)
        self.part.model.create_many({**line, self.part.key.name: record.id} for line in self.new)


def create_all(shape: Shape, drafts: Sequence[Draft]) -> list[int] | None:
    """Make the records of the drafts, all or none; their ids in order. None when a value must be
    the only one and is not, which is then among the errors of its draft.
    """
    try:
        with transaction(), indexing_once():
            values = (with_owner(shape.model, draft.values) for draft in drafts)
            ids = shape.model.create_many(values)
            for name, part in shape.parts.items():
                lines = [
                    {**line, part.key.name: id}
                    for id, draft in zip(ids, drafts, strict=True)
                    for line in draft.lines.get(name, ())
                ]
                if lines:  # else a savepoint would be made for nothing
                    part.model.create_many(lines)
    except peewee.IntegrityError as error:
        _blame(shape, drafts, None, error)
        return None
    return ids


def create(shape: Shape, draft: Draft) -> Model | None:
    """Make the record; None when another one holds a value that must be the only one, which is
    then among the errors of the draft.
    """
    try:
        with transaction():
            record: Model = shape.model.create(**with_owner(shape.model, draft.values))
            for name, lines in draft.lines.items():
                Moves(shape.parts[name], lines, [], []).apply(record)
    except peewee.IntegrityError as error:
        _blame(shape, [draft], None, error)
        return None
    return record


def update(shape: Shape, draft: Draft, record: Model, version: int) -> bool:
    """Change the record as read in `version`; False when a value must be the only one and is not,
    as in `create`. Raises `Conflict` when somebody else changed it since.
    """
    if record.version != version:
        raise Conflict(_("Somebody else changed this record meanwhile: look at both versions."))
    moves = [_moves(shape.parts[name], record, lines) for name, lines in draft.lines.items()]
    try:
        with transaction():
            # The record first: its version is the lock that whoever comes second runs into.
            if not record.change(draft.values) and any(moves):
                _touch(record)
            for move in moves:
                move.apply(record)
    except peewee.IntegrityError as error:
        _blame(shape, [draft], record.id, error)
        return False
    return True


def _touch(record: Model) -> None:
    """Let the version tell that a line was changed: a line is a part of its record."""
    model = type(record)
    mine = (model.id == record.id) & (model.version == record.version)
    if not model.update().where(mine).execute():
        raise Conflict(_("Somebody else changed this record meanwhile: look at both versions."))


def _moves(part: Part, record: Model, wanted: list[Line]) -> Moves:
    standing = {line.id: line for line in lines_of(part, record)}
    if part.mark is not None:
        return _mark_moves(part, part.mark.name, standing, wanted)
    changed, new = [], []
    for line in wanted:
        values = {name: value for name, value in line.items() if name != "id"}
        if (before := standing.pop(line.get("id"), None)) is None:
            new.append(values)
            continue
        values = settled(part.model, values, before.__data__)
        if _differs(part, before, values):
            changed.append((before, values))
    return Moves(part, new, changed, list(standing))


def _mark_moves(part: Part, name: str, standing: dict[int, Any], wanted: list[Line]) -> Moves:
    """Marks that the actor cannot see were not on the form: they stay."""
    have = {line.__data__[name]: id for id, line in standing.items()}
    want = {line[name] for line in wanted}
    gone = have.keys() - want
    seen = in_reach(part.fields[name].rel_model, gone, "r") if gone else set()
    new = [{name: id} for id in sorted(want - have.keys())]
    return Moves(part, new, [], [have[id] for id in sorted(seen)])


def _differs(part: Part, line: Any, values: Line) -> bool:
    return any(
        part.fields[name].db_value(line.__data__.get(name)) != part.fields[name].db_value(value)
        for name, value in values.items()
    )


def _blame(shape: Shape, drafts: Sequence[Draft], id: int | None, error: Exception) -> None:
    """Name the fields whose value another record holds; raises the error when there is none."""
    unique = [name for name, field in shape.fields.items() if field.unique]
    before: set[tuple[str, Any]] = set()
    is_known = False
    for draft in drafts:
        for name in [name for name in unique if draft.values.get(name) is not None]:
            value = draft.values[name]
            with system("a form tells which value is taken, not by whom"):
                is_taken = (name, value) in before or _is_taken(shape.model, name, value, id)
            if is_taken:
                draft.errors[name] = str(_("Another record has this already: it must differ."))
                is_known = True
            before.add((name, value))
    if not is_known:
        raise error


def _is_taken(model: type[Model], name: str, value: Any, id: int | None) -> bool:
    others = model.select(model.id).where(model._meta.fields[name] == value)
    return any(other != id for (other,) in others.tuples())


def put_away(record: Model) -> None:
    """Archive the record; one that is a draft is deleted, with its lines. Raises `UserError` while
    others refer to a draft.
    """
    if not record.is_draft:
        record.archive()
        return
    with transaction():
        for part in current_registry().parts(type(record)).values():
            part.delete().where(part._meta.fields[part_of(part)] == record.id).execute()
        record.delete_instance()
