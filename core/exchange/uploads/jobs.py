"""What of an import is done outside requests: long files, and throwing old ones away."""

from datetime import timedelta
from typing import Any

from core.background.jobs.declared import job
from core.data.database import transaction
from core.data.fields import now
from core.errors import UserError
from core.exchange.uploads.models import Upload
from core.exchange.uploads.taking import fill, taken
from core.exchange.uploads.trying import check
from core.exchange.uploads.undoing import Undoing
from core.exchange.uploads.writing import Writer
from core.i18n import _, ngettext

KEPT = timedelta(days=30)  # so long an import can be undone


def _key(upload: int) -> str:
    return f"import {upload}"


@job(key=_key, atomic=False, title=_("Reading a file for an import"))
def read_upload(upload: int) -> Any:
    """Read the rows of a long file."""
    found = _found(upload)
    rows = taken(str(found.content), str(found.name))
    with transaction():
        fill(found, rows)
    return _led(found, _("The file was read."))


@job(key=_key, atomic=False, title=_("Checking the rows of an import"))
def check_upload(upload: int) -> Any:
    """Try the rows of a long file."""
    found = _found(upload)
    check(found)
    return _led(found, _("The rows were checked."))


@job(key=_key, atomic=False, title=_("Importing"))
def write_upload(upload: int) -> Any:
    """Write the rows of a long file, chunk by chunk."""
    found = _found(upload)
    if not Writer(found).write_long():
        raise UserError(_("Some rows were refused: correct them, then import the rest."))
    return _led(found, _("Everything was imported."))


@job(key=_key, atomic=False, title=_("Undoing an import"))
def undo_upload(upload: int) -> Any:
    """Take a long import back."""
    found = _found(upload)
    left = Undoing(found).undo()
    return _led(found, undone_text(left))


def undone_text(left: int) -> Any:
    if not left:
        return _("The import was undone.")
    return ngettext(
        "The import was undone, but for %(count)s record that was changed since.",
        "The import was undone, but for %(count)s records that were changed since.",
        left,
        count=left,
    )


def _found(id: int) -> Upload:
    found: Upload | None = Upload.get_or_none(Upload.id == id)
    if found is None:
        raise UserError(_("This import is not here any more: send the file again."))
    return found


def _led(upload: Upload, text: Any) -> dict[str, Any]:
    url = f"/{str(upload.model).replace('.', '/')}/import/{upload.id}"
    return {"text": str(text), "links": [{"title": str(_("Go on")), "url": url}]}


@job(at="03:50")
def forget_uploads() -> int:
    """Throw away files that were sent a month ago, with all that is known of their rows."""
    return int(Upload.delete().where(Upload.created_at < now() - KEPT).execute())
