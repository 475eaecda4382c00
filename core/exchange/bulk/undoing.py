"""Take back what was set in many records, but where somebody has worked since."""

from collections import defaultdict
from typing import Any

import peewee

from core.background.jobs.running import progress
from core.data import history
from core.data.database import transaction
from core.data.fields import now
from core.data.history import History, HistoryValue, tagged, value_of
from core.data.model import Model
from core.data.rows import among
from core.data.scope import in_reach
from core.data.search import indexing_once
from core.errors import NotAllowed, UserError
from core.exchange.bulk.editing import collecting, in_batches, shape_for_many, written
from core.exchange.bulk.models import BulkEdit, Trouble
from core.i18n import _

_TWICE = _("This change was taken back already.")


def changed_by(edit: BulkEdit, model: type[Model]) -> int:
    """How many records it changed."""
    return written(model, edit.ids, edit.tag)


def undo_all(edit: BulkEdit, model: type[Model]) -> tuple[int, list[Trouble]]:
    """Give the records their old values back, under the rules of the actor; answers how many, and
    why the others keep what they have. Raises `UserError` when that was done before.
    """
    _require_fields(edit, model)
    restored = 0
    troubles: list[Trouble] = []
    with transaction():
        _close(edit)
        for _done, batch in in_batches(edit.ids):
            restored += _undo(edit, model, batch, troubles)
    return restored, troubles


def undo_long(edit: BulkEdit, model: type[Model]) -> tuple[int, list[Trouble]]:
    """As `undo_all`, batch by batch, each with its own end; a run that was killed can be
    repeated.
    """
    _require_fields(edit, model)
    if edit.undone_at is not None:
        raise UserError(_TWICE)
    troubles: list[Trouble] = []
    for done, batch in in_batches(edit.ids):
        with transaction():
            _undo(edit, model, batch, troubles)
        progress(done, len(edit.ids))
    with transaction():
        _close(edit)
    return written(model, edit.ids, edit.undo_tag), troubles


def _close(edit: BulkEdit) -> None:
    mine = (BulkEdit.id == edit.id) & BulkEdit.undone_at.is_null()
    if not BulkEdit.update(undone_at=now()).where(mine).execute():
        raise UserError(_TWICE)


def _undo(edit: BulkEdit, model: type[Model], ids: list[int], troubles: list[Trouble]) -> int:
    """Give a batch of records their old values back, and note why others keep theirs."""
    restored = 0
    with tagged(edit.undo_tag), indexing_once():
        olds, later = _told(edit, model, ids)
        reached = in_reach(model, ids, "u")
        for record in model.select().where(among(model.id, olds.keys())):
            with collecting(troubles, record.id, record):
                _require(record.id in reached, later.get(record.id, ""))
                with transaction():
                    restored += record.change(_values(model, olds[record.id]))
    return restored


def _require_fields(edit: BulkEdit, model: type[Model]) -> None:
    """The actor must be able to set today what they set then."""
    names = [name for name in edit.typed if name in model._meta.fields]
    if set(names) - shape_for_many(model, names).fields.keys():
        raise NotAllowed(_("You may not change this field."))


def _require(is_reached: bool, who: str) -> None:
    if not is_reached:
        raise NotAllowed(_("You may see this record, not change it."))
    if who:
        raise UserError(_("Changed since by %(name)s: it stays as it is.", name=who))


def _values(model: type[Model], old: dict[str, str | None]) -> dict[str, Any]:
    fields = model._meta.fields
    return {name: value_of(fields[name], text) for name, text in old.items() if name in fields}


def _told(
    edit: BulkEdit, model: type[Model], ids: list[int]
) -> tuple[dict[int, dict[str, str | None]], dict[int, str]]:
    """{record: {field: old text}} of what the edit changed, and {record: who changed it since}."""
    table = model._meta.table_name
    row, value = History, HistoryValue
    query = row.select(
        row.id, row.record, row.request, row.actor_name, value.field, value.old
    ).join(value, peewee.JOIN.LEFT_OUTER, on=(value.history == row.id))
    rows = query.where(
        History.root_model == table,
        among(History.root_record, ids),
        History.model == table,
        History.action != history.CONFIRM,
    )
    olds: dict[int, dict[str, str | None]] = defaultdict(dict)
    later: dict[int, str] = {}
    for _id, record, request, who, field, old in rows.order_by(History.id).tuples():
        if request == edit.tag:
            olds[record][field] = old
        elif record in olds and request != edit.undo_tag:
            later[record] = who
    return olds, later
