"""Where the studio listens: a field that is described gets its column, and all processes know."""

from typing import Any

from addons.studio.checking import check, check_changes, named
from addons.studio.fields import column_of, declared_by, field_of
from addons.studio.models import CustomField
from addons.studio.permissions import designer
from core.api import (
    UserError,
    _,
    add_column,
    archived,
    button,
    columns_in,
    created,
    declaring,
    drop_column,
    filled,
    next_generation,
    ngettext,
    on,
    require_answers,
    restored,
    screens,
    updated,
)


@declaring
def fields() -> list[Any]:
    """The fields as they stand."""
    rows = CustomField.select().where(CustomField.archived_at.is_null())
    return list(declared_by(list(rows.order_by(CustomField.id))))


@on(created(CustomField))
def make_column(record: CustomField) -> None:
    """The table gets the column in the transaction that makes the field."""
    record.column = named(record)
    check(record)
    record.save()
    models = {screen.name: screen.model for screen in screens()}
    field = field_of(record, models.get(record.target))
    add_column(models[record.records], record.column, field)


@on(updated(CustomField))
def say_anew(record: CustomField, changes: dict[str, tuple[Any, Any]]) -> None:
    check_changes(record, changes)
    next_generation()


@on(archived(CustomField))
def hide(record: CustomField) -> None:
    next_generation()


@button(CustomField, _("Purge"), role=designer, icon="trash")
def purge(field: CustomField) -> None:
    """Take an archived field out of the database; what it held goes into an archive."""
    if field.archived_at is None:
        raise UserError(_("Archive the field first: a purge takes its values away."))
    model = next((each.model for each in screens() if each.name == field.records), None)
    if model is None:
        raise UserError(_("The app of these records is off: switch it on first."))
    if column_of(field) in columns_in(model):
        number = filled(model, column_of(field))
        text = ngettext(
            "%(count)s value goes into an archive below var/backups, and the field is gone.",
            "%(count)s values go into an archive below var/backups, and the field is gone.",
            number,
            count=number,
        )
        require_answers(field, [str(text)])
        drop_column(model, column_of(field))
    field.delete_instance()


@on(restored(CustomField))
def show(record: CustomField) -> None:
    next_generation()
