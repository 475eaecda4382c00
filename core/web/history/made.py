"""What lines of records held when they were made: their creation keeps no values."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from peewee import Field

from core.access.models import Cover
from core.data.actor import system
from core.data.history import History, HistoryValue, stored_text
from core.data.model import Model
from core.data.rows import among
from core.web.records.first_texts import first_texts

Values = list[tuple[str, str | None, str | None]]
# Records that say as little as a line does, and are nothing without it.
SHORT = (Cover,)


def is_short(model: type[Model]) -> bool:
    """Whether the making of such a row is told with what it held."""
    return bool(getattr(model._meta, "part_of", None)) or model in SHORT


def made_values(
    model: type[Model], fields: dict[str, Field], made: dict[int, tuple[int, int]]
) -> dict[int, Values]:
    """{entry: values} of rows that were made: `made` is {entry: (id of the row, id of its record)}.
    Two queries: what stands now, and what was changed since.
    """
    ids = sorted({row for row, _root in made.values()})
    with system("the reader of the history knows which of these fields are theirs to read"):
        query = model.select(model.id, *fields.values()).where(among(model.id, ids))
        standing = {id: dict(zip(fields, held, strict=True)) for id, *held in query.tuples()}
    later = _later(model, ids, {root for _row, root in made.values()})
    return {
        entry: list(_held(fields, standing.get(row, {}), later[row], entry))
        for entry, (row, _root) in made.items()
    }


def _held(
    fields: dict[str, Field], standing: dict[str, Any], later: list[Any], entry: int
) -> Iterable[tuple[str, str | None, str | None]]:
    first, is_gone = first_texts(later, entry)
    now = {} if is_gone else standing
    for name, field in fields.items():
        text = first[name] if name in first else stored_text(field, field.db_value(now.get(name)))
        if text not in (None, '""'):
            yield name, None, text


def _later(model: type[Model], ids: list[int], roots: set[int]) -> dict[int, list[Any]]:
    """{id: [(entry, action, field, old text)]} of what became of the rows, the oldest first."""
    table = model._meta.table_name
    parent = getattr(model._meta, "part_of", None)
    root = model._meta.fields[parent].rel_model._meta.table_name if parent else table
    columns = (History.record, History.id, History.action, HistoryValue.field, HistoryValue.old)
    query = (
        HistoryValue.select(*columns)
        .join(History)
        .where(History.root_model == root, among(History.root_record, sorted(roots)))
        .where(History.model == table, among(History.record, ids))
        .order_by(HistoryValue.id)
    )
    found: dict[int, list[Any]] = defaultdict(list)
    for record, *change in query.tuples():
        found[record].append(tuple(change))
    return found
