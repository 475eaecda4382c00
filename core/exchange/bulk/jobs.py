"""What is set in more records than a request has time for."""

from typing import Any

from core.background.jobs.declared import job
from core.errors import UserError
from core.exchange.bulk.editing import edit_long, read_for_many, shape_for_many
from core.exchange.bulk.models import BulkEdit, own
from core.exchange.bulk.undoing import changed_by, undo_long
from core.i18n import _, ngettext
from core.modules.registry import current_registry


def _key(edit: int, model: str) -> str:
    return f"bulk edit {edit}"


@job(key=_key, atomic=False, title=_("Changing many records"))
def edit_many(edit: int, model: str) -> Any:
    """Set the fields of all records of an edit, batch by batch; of none, when one stands in the way
    from the beginning.
    """
    found, kind = _found(edit, model), current_registry().model(model)
    texts = found.typed
    draft = read_for_many(shape_for_many(kind, list(texts)), texts)
    for text in draft.errors.values():
        raise UserError(text)
    troubles = edit_long(kind, draft.values, found.ids, found.tag)
    return _led(found, with_left(changed_text(changed_by(found, kind)), len(troubles)))


@job(key=_key, atomic=False, title=_("Taking back a change of many records"))
def undo_many(edit: int, model: str) -> Any:
    """Give the records of an edit their old values back."""
    found = _found(edit, model)
    restored, troubles = undo_long(found, current_registry().model(model))
    return _led(found, undone_text(restored, len(troubles)))


def changed_text(count: int) -> Any:
    return ngettext(
        "%(count)s record was changed.", "%(count)s records were changed.", count, count=count
    )


def undone_text(restored: int, left: int) -> Any:
    said = ngettext(
        "%(count)s record has its old values again.",
        "%(count)s records have their old values again.",
        restored,
        count=restored,
    )
    return with_left(said, left)


def with_left(said: Any, left: int) -> Any:
    """What was done, and how many records it left as they are."""
    if not left:
        return said
    stays = ngettext("%(count)s stays as it is.", "%(count)s stay as they are.", left, count=left)
    return f"{said} {stays}"


def _found(id: int, model: str) -> BulkEdit:
    found = own(id, model)
    if found is None:
        raise UserError(_("This change is not known any more."))
    return found


def _led(found: BulkEdit, text: Any) -> dict[str, Any]:
    url = f"/{str(found.model).replace('.', '/')}/bulk/{found.id}"
    return {"text": str(text), "links": [{"title": str(_("Look at it")), "url": url}]}
