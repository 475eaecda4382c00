"""The parts of an archive of a person: what each of its JSON files holds, for its reader."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import peewee
from peewee import Field, ForeignKeyField

from core.access.lines import part_of
from core.access.models import User
from core.access.policy import current_policy
from core.attached.files.models import Attachment
from core.attached.models import Comment, attached_to
from core.background.jobs.declared import name_of as name_of_job
from core.background.jobs.models import Job
from core.background.mail.models import Letter
from core.background.mail.sending import send
from core.data.actor import current_actor
from core.data.changes import BOOKKEEPING
from core.data.history import History, HistoryValue
from core.data.model import Model
from core.exchange.names import hidden_fields, names_of
from core.exchange.records import whole
from core.modules.registry import current_registry, full_name
from core.personal.person import Person

Items = Iterator[dict[str, Any]]
AT_ONCE = 200
MOST_NUMBERS = 1_000


def record_and_lines(person: Person) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The record, and a file for each kind of its lines."""
    found = whole(person.model, [person.id]).get(person.id, {})
    parts = current_registry().parts(person.model)
    lines = {name: found.pop(name) for name in parts if name in found}
    yield "record", [labelled(person.model, found)] if found else []
    for name, items in lines.items():
        yield name, [labelled(parts[name], item) for item in items]


def elsewhere(person: Person) -> Iterator[tuple[str, Items]]:
    """A file for each kind of record that holds values of the person beside its own business."""
    for model, ids in person.elsewhere:
        yield full_name(model), _all_of(model, ids)


def _all_of(model: type[Model], ids: list[int]) -> Items:
    for some in peewee.chunked(ids, AT_ONCE):
        found = whole(model, list(some))
        yield from (labelled(model, found[id]) for id in some if id in found)


def labelled(model: type[Model], item: dict[str, Any]) -> dict[str, Any]:
    """The object of a program under the names that people read."""
    fields = current_registry().fields(model)
    return {label(fields.get(n), n): _said(fields.get(n), value) for n, value in item.items()}


def label(field: Field | None, name: str) -> str:
    return str((field is not None and field.verbose_name) or name.replace("_", " "))


def _said(field: Field | None, value: Any) -> Any:
    titles = dict(field.choices) if field is not None and field.choices else {}
    return str(titles[value]) if isinstance(value, str) and value in titles else value


def references(person: Person) -> Items:
    """Which other records refer to the person, by their numbers: what they hold is others'."""
    for model in current_registry().models:
        hidden = current_policy().fields(model, current_actor(), "r")
        for name, field in current_registry().fields(model).items():
            is_key = isinstance(field, ForeignKeyField) and field.rel_model is person.model
            aside = {*(hidden or ()), *BOOKKEEPING, part_of(model)}
            if is_key and hidden is not None and name not in aside:
                yield from _referring(model, name, field, person.id)


def _referring(model: type[Model], name: str, field: Field, id: int) -> Items:
    query = model.select(model.id).where(field == id).order_by(model.id)
    if count := query.count():
        numbers = [number for (number,) in query.limit(MOST_NUMBERS).tuples()]
        records = full_name(model)
        yield {"records": records, "by": label(field, name), "count": count, "numbers": numbers}


def comments(person: Person) -> Items:
    mine = attached_to(Comment, person.record) & Comment.removed_at.is_null()
    for row in Comment.select().where(mine).order_by(Comment.id).iterator():
        yield {"at": row.at, "who": row.author_name, "text": row.text}


def files(person: Person) -> Items:
    mine = attached_to(Attachment, person.record) & Attachment.removed_at.is_null()
    for row in Attachment.select().where(mine).order_by(Attachment.id).iterator():
        place = f"files/{row.id}-{row.name}"
        yield {"at": row.at, "name": row.name, "bytes": row.size, "type": row.type, "file": place}


def history_of(person: Person) -> Items:
    """What was done to the record and its lines, without what is hidden from the reader."""
    registry, hidden = current_registry(), hidden_fields(person.model)
    models: dict[str, type[Model] | None] = {
        part._meta.table_name: part
        for name, part in registry.parts(person.model).items()
        if name not in hidden
    }
    models |= {person.table: person.model}
    books: dict[str, type[Model] | None] = {
        Comment._meta.table_name: None,
        Attachment._meta.table_name: None,
    }
    known = models | books
    rows = History.select().where(person.own_entries, History.model.in_(list(known)))
    for some in peewee.chunked(rows.order_by(History.id).iterator(), AT_ONCE):
        yield from _entries(list(some), known)


def _entries(rows: list[Any], known: dict[str, type[Model] | None]) -> Items:
    values: dict[int, list[Any]] = defaultdict(list)
    query = HistoryValue.select().where(HistoryValue.history.in_([row.id for row in rows]))
    for value in query.order_by(HistoryValue.id):
        values[value.history_id].append(value)
    people = names_of(User, {row.actor for row in rows if row.actor is not None})
    for row in rows:
        model = known[row.model]
        changes = list(_changes(model, values[row.id])) if model is not None else []
        entry = {"at": row.at, "who": people.get(row.actor), "what": row.model, "did": row.action}
        yield entry | ({"changes": changes} if changes else {})


def _changes(model: type[Model], values: Iterable[Any]) -> Items:
    fields = current_registry().open_fields(model)
    shown = fields.keys() - hidden_fields(model)
    for value in values:
        if value.field in shown:
            old, new = (None if t is None else json.loads(t) for t in (value.old, value.new))
            said = label(fields[value.field], value.field)
            yield {"field": said, "before": old, "after": new}


def mails(person: Person) -> Items:
    """When mails about the record went and came; for an administrator also what stands yet of
    those to the person.
    """
    for row in Letter.select().where(attached_to(Letter, person.record)).order_by(Letter.id):
        yield {"at": row.at}
    if current_actor().is_admin or current_actor().is_system:
        mine = (Job.name == name_of_job(send)) & person.words.within(Job.arguments)
        for row in Job.select().where(mine).order_by(Job.id):
            if not person.words.named(row.arguments):
                continue
            letter = json.loads(row.arguments).get("letter", {})
            told = {key: letter.get(key) for key in ("to", "subject", "text")}
            yield {"at": row.created_at, **told}
