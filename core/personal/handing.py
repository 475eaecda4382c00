"""Make archives of personal data outside of requests, keep them for a while, tell the history."""

import tempfile
from datetime import timedelta
from typing import Any

from core.attached.models import attached_to
from core.background.files.kept import keep
from core.background.jobs.declared import job
from core.background.notices import visible
from core.data import history
from core.data.actor import current_actor
from core.data.database import transaction
from core.data.erasing import HAND_OUT
from core.data.fields import now
from core.data.history import Change, key_of
from core.data.model import Model
from core.errors import NotAllowed, UserError
from core.exchange.exports import book
from core.i18n import _
from core.modules.registry import full_name
from core.personal.archive import MOST_BYTES, write_archive
from core.personal.erasing import may_care
from core.personal.models import PersonArchive
from core.personal.person import Person

KEPT = timedelta(days=7)


def require_care(record: Model) -> None:
    if not may_care(record):
        raise NotAllowed(_("Personal data is for those who care for it: ask an administrator."))


def ask_for_archive(record: Model) -> int:
    """Let a worker make an archive for the actor; answers the number of the job."""
    require_care(record)
    made = PersonArchive.create(owner=current_actor().id, **key_of(record))
    return make_archive.later(archive=made.id)


def archives_of(record: Model) -> list[PersonArchive]:
    """The archives of the record that the actor asked for, the newest first."""
    mine = attached_to(PersonArchive, record) & (PersonArchive.owner == current_actor().id)
    return list(PersonArchive.select().where(mine).order_by(PersonArchive.id.desc()))


@job(
    key=lambda archive: f"person {archive}",
    atomic=False,
    title=_("An archive of personal data"),
)
def make_archive(archive: int) -> Any:
    """Make one archive, for whoever asked, as they may read the person now."""
    found = PersonArchive.get_or_none(PersonArchive.id == archive)
    reached = visible(found.model, {found.record}) if found is not None else {}
    record, birth = reached.get(found.record, (None, 0)) if found is not None else (None, 0)
    if found is None or record is None or birth != found.birth:
        raise UserError(_("The record is not there any more, or not for you."))
    require_care(record)
    if found.hash is None:
        with tempfile.TemporaryFile() as file:
            write_archive(Person(record), file)
            file.seek(0)
            stored = keep(file, 2 * MOST_BYTES)
        with transaction():
            made = {"hash": stored.hash, "size": stored.size, "at": now()}
            PersonArchive.update(**made).where(PersonArchive.id == archive).execute()
            tell_handed_out(record)
    url = f"/{full_name(type(record)).replace('.', '/')}/{record.id}/personal"
    links = [{"title": str(_("To the archive")), "url": url}]
    return {"text": str(_("The archive waits for you for 7 days.")), "links": links}


def tell_handed_out(record: Model) -> None:
    """Write into the history and the book of exports that somebody took all that is held."""
    model = type(record)
    history.write(model, model, [Change(HAND_OUT, record.id, record.id)])
    book.finish(book.begin(full_name(model), "zip", ""), 1)


@job(at="03:20")
def forget_archives() -> int:
    """Throw away archives that were asked for a week ago; their contents go at night."""
    return int(PersonArchive.delete().where(PersonArchive.at < now() - KEPT).execute())
