"""What is attached to a record goes with it: files, comments, followers, notices, letters."""

from collections.abc import Iterator, Sequence

import peewee

from core.attached.files.attaching import forget_removed
from core.attached.files.models import Attachment
from core.attached.models import Comment, Follower
from core.background.files.sweeping import sweep
from core.background.jobs.declared import job
from core.background.mail.models import Letter
from core.background.notices import Notice
from core.data.changes import is_part
from core.data.history import DELETE, Change
from core.data.internal import Internal
from core.data.migrations import tables
from core.data.rows import among
from core.data.soundness import is_gone
from core.i18n import _

# Each of them names a record by `model`, its table, and `record`, its id.
BOOKS: tuple[type[Internal], ...] = (Attachment, Comment, Follower, Notice, Letter)


def take_along(model: type[peewee.Model], changes: Sequence[Change]) -> None:
    """Forget what was attached to the records that are deleted, in the same transaction."""
    if is_part(model):
        return
    if gone := [change.record for change in changes if change.action == DELETE]:
        for book in BOOKS:
            named = (book.model == model._meta.table_name) & among(book.record, gone)
            book.delete().where(named).execute()


def faults() -> Iterator[str]:
    """A sentence where something is attached to records that are no longer there."""
    if count := sum(book.select().where(lost).count() for book, lost in _lost()):
        yield str(
            _(
                "%(count)s files, comments or notices are of records that are gone: start `worker`,"
                " which takes them away at night.",
                count=count,
            )
        )


@job(at="03:40")
def sweep_attached() -> int:
    """Let go what is attached to nothing, files that were removed long ago, and the contents that
    no row names any more; answers how many went.
    """
    lost = sum(book.delete().where(condition).execute() for book, condition in _lost())
    return int(lost) + forget_removed() + sweep()


def _lost() -> Iterator[tuple[type[Internal], peewee.Expression]]:
    """The books, and for each table that there is the condition that a record of it is gone."""
    present = tables()
    for book in BOOKS:
        for (table,) in book.select(book.model).distinct().tuples():
            if "id" in present.get(table, ()):
                yield book, (book.model == table) & is_gone(table, book.record)
