"""Give a field back a value that it held before, as the history has it."""

from typing import Any, ClassVar

from flask import abort, flash, redirect
from flask_admin import expose
from peewee import Field
from werkzeug.wrappers import Response

from core.data import history
from core.data.history import History, HistoryValue, births, value_of
from core.data.model import Model
from core.errors import Conflict, NotAllowed, UserError
from core.exchange.drafts import read
from core.exchange.saving import update
from core.exchange.shapes import Shape, shape_of, text_of, texts_of
from core.i18n import _
from core.web.forms.editing import sent_version
from core.web.records.amounts import of_record
from core.web.transactions import in_transaction

LARGEST_ID = 2**63


class Restoring:
    """The part of a `ModelView` by which its timeline undoes a change."""

    model: ClassVar[type[Model]]
    list_url: str
    label: Any
    _to_edit: Any

    @expose("/<int:id>/history/<int:value>/restore", methods=("POST",))
    def restore_value_view(self, id: int, value: int) -> Response:
        return in_transaction(lambda: self._restore_value(id, value))

    def _restore_value(self, id: int, value: int) -> Response:
        record = self._to_edit(id)
        name, old = self._kept(id, value)
        shape = shape_of(self.model, "u", [name])
        if name not in shape.fields:
            raise NotAllowed(_("You may not change this field."))
        if sent_version() != record.version:
            raise Conflict(_("Somebody else changed this record meanwhile: look at it again."))
        value = of_record(shape.fields[name], _value(shape.fields[name], old), id)
        text = text_of(shape.fields[name], value)
        self._take(shape, record, name, text)
        flash(str(_("Restored: %(title)s", title=self.label(name))), "ok")
        return redirect(f"{self.list_url}{id}#talk", 303)

    def _take(self, shape: Shape, record: Model, name: str, text: str) -> None:
        """Read and save the value as if somebody had typed it into the form."""
        draft = read(shape, {name: text}, texts_of(shape, record))
        if draft.errors or not update(shape, draft, record, record.version):
            reason = next(iter(draft.errors.values()))
            raise UserError(
                _("The value cannot be restored: %(reason)s Edit the record.", reason=reason)
            )

    def _kept(self, id: int, value: int) -> tuple[str, str | None]:
        """(field, old text) of one change of this record; 404 when it is none of its own."""
        table = self.model._meta.table_name
        row = HistoryValue
        query = row.select(row.field, row.old).join(History)
        mine = query.where(
            row.id == min(value, LARGEST_ID - 1),
            row.salt.is_null(False),
            History.model == table,
            History.root_model == table,
            History.record == id,
            History.action != history.DELETE,
            History.id >= births(table, [id])[id],
        )
        found: tuple[str, str | None] | None = mine.tuples().first()
        if found is None:
            abort(404)
        return found


def restorable(view: Any, record: Model) -> frozenset[str]:
    """The names of the fields of a record that its reader may give back an earlier value."""
    if record.archived_at is not None or not view.may_edit(record):
        return frozenset()
    return frozenset(shape_of(view.model, "u").fields)


def _value(field: Field, text: str | None) -> Any:
    try:
        return value_of(field, text)
    except (TypeError, ValueError):
        raise UserError(
            _("The value cannot be restored: the field has become another kind since.")
        ) from None
