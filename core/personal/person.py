"""One person: what their record, its lines, its history and the copies elsewhere hold of them."""

import json
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import peewee
from peewee import Field

from core.access.models import User
from core.attached.files.models import Attachment
from core.attached.models import Comment
from core.data import history
from core.data.actor import system
from core.data.history import History, HistoryValue, births
from core.data.model import Model
from core.data.rows import among
from core.personal.declared import copies_elsewhere, following, personal_fields, personal_parts
from core.personal.words import Words, identifies

MOST_WORDS = 200
TAKEN = ("export", "import", "undo_import")  # events of many records at once
# What events of a user tell that is theirs: of which browser, and what they called their keys.
GIVEN = ("agent", "device", "factor", "title")
TEXTS = (peewee.CharField, peewee.TextField)


class Person:
    """What is held of the person behind `record`. Asked as the system: what a page shows of it are
    counts alone.
    """

    def __init__(self, record: Model) -> None:
        self.record = record
        self.model = type(record)
        self.id: int = record.id
        self.table: str = self.model._meta.table_name
        self.birth = births(self.table, [self.id])[self.id]

    @cached_property
    def lines(self) -> list[tuple[type[Model], list[int]]]:
        """The lines that hold personal values, by their ids."""
        found = []
        for backref, part in personal_parts(self.model).items():
            key = getattr(self.model, backref).field
            with system("the lines of a person"):
                rows = part.select(part.id).where(key == self.id).order_by(part.id).tuples()
                found.append((part, [id for (id,) in rows]))
        return found

    @cached_property
    def elsewhere(self) -> list[tuple[type[Model], list[int]]]:
        """The records of other models that hold values of the person, by their ids."""
        found = []
        with system("values of a person beside the business of others"):
            for model, key in copies_elsewhere(self.model):
                rows = model.select(model.id).where(key == self.id).order_by(model.id).tuples()
                found.append((model, [id for (id,) in rows]))
        return found

    @cached_property
    def filled(self) -> dict[str, Any]:
        """{field: value} of the personal fields that hold something."""
        held = {name: self.record.__data__.get(name) for name in personal_fields(self.model)}
        return {name: value for name, value in held.items() if value not in (None, "")}

    @property
    def told(self) -> Any:
        """The condition that a value of the history is the person's: of their fields, lines, files
        and comments, and the questions that somebody answered.
        """
        parts = [part._meta.table_name for part in personal_parts(self.model).values()]
        books = [Comment._meta.table_name, Attachment._meta.table_name]
        fields = {*personal_fields(self.model), *(GIVEN if self.model is User else ())}
        own = (History.model == self.table) & HistoryValue.field.in_(sorted(fields))
        return self.own_entries & (
            own | History.model.in_([*parts, *books]) | (History.action == history.CONFIRM)
        )

    def told_of_events(self) -> list[int]:
        """The values of the history, by their ids, that name the person in what is told of the
        record beside changes of fields, of all records of the kind, as logins, and of exports and
        imports of any: what was searched for there may be the person.
        """
        value, row = HistoryValue, History
        near = (row.root_model == self.table) & row.root_record.in_([self.id, 0])
        query = value.select(value.id, value.old, value.new).join(row)
        query = query.where(value.salt.is_null(False), self.words.within(value.old, value.new))
        taken = history.SELDOM & row.action.in_(TAKEN)
        return sorted(
            {
                id
                for where in (near, taken)
                for id, *texts in query.where(where).tuples()
                if self.words.named(*texts)
            }
        )

    @property
    def own_entries(self) -> Any:
        """The condition that an entry of the history is of the record, its lines and its books."""
        mine = (History.root_model == self.table) & (History.root_record == self.id)
        return mine & (History.id >= self.birth)

    @cached_property
    def words(self) -> Words:
        """What the person is known by: those texts in their fields and lines, of before too, that
        tell them from others and that no other record of the kind holds.
        """
        found: dict[str, Field] = {}
        with system("by what copies of a person are found"):
            for field, text in (*self._standing(), *self._former()):
                if identifies(field, text) and len(found) < MOST_WORDS:
                    found.setdefault(text, field)
            return Words(t for t, field in found.items() if not self._is_common(field, t))

    def _standing(self) -> Iterator[tuple[Field, str]]:
        for name, field in _texts(self.model).items():
            yield field, _text(self.record.__data__.get(name))
        for model, ids in (*self.lines, *self.elsewhere):
            fields = _texts(model)
            if ids and fields:
                rows = model.select(*fields.values()).where(among(model.id, ids)).tuples()
                for values in rows:
                    yield from zip(fields.values(), map(_text, values), strict=True)

    def _former(self) -> Iterator[tuple[Field, str]]:
        models = {self.table: self.model}
        models |= {p._meta.table_name: p for p in personal_parts(self.model).values()}
        fields = {(t, n): f for t, model in models.items() for n, f in _texts(model).items()}
        columns = (History.model, HistoryValue.field, HistoryValue.old, HistoryValue.new)
        query = HistoryValue.select(*columns).join(History).where(self.told)
        for table, name, *texts in query.order_by(HistoryValue.id.desc()).tuples():
            if (field := fields.get((table, name))) is not None:
                yield from ((field, _text(json.loads(text))) for text in texts if text is not None)

    def _is_common(self, field: Field, text: str) -> bool:
        """Whether another record holds the same: it is nobody's own."""
        model = field.model
        own = {self.id} if model is self.model else set()
        for other, ids in (*self.lines, *self.elsewhere):
            own |= set(ids) if other is model else set()
        mine = model.id.in_(sorted(own))
        return bool(model.select().where(field == text, ~mine).limit(1).exists())


def _texts(model: type[Model]) -> dict[str, Field]:
    known = {**personal_fields(model), **following(model)}
    return {name: field for name, field in known.items() if isinstance(field, TEXTS)}


def _text(value: Any) -> str:
    return str(value).strip() if value is not None else ""
