"""What is let go at night: by rules of retention, and of books of the kernel what is too old."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from core.access.models import Attempt
from core.background.jobs import sweeping
from core.background.jobs.declared import job
from core.background.jobs.running import progress
from core.background.mail.models import Letter
from core.background.notices import Notice
from core.data.fields import now
from core.data.internal import Internal
from core.exchange import idempotency
from core.exchange.bulk.models import BulkEdit
from core.exchange.exports.book import Export
from core.exchange.idempotency import Idempotency
from core.exchange.uploads import jobs as uploads
from core.exchange.webhooks import delivering
from core.i18n import Text, _
from core.personal import handing, retention
from core.personal.models import RetentionRule


@dataclass(frozen=True)
class Book:
    """Rows of the kernel that are thrown away when `field` lies `kept` back."""

    title: Text
    book: type[Internal]
    field: Any
    kept: timedelta


BOOKS = (
    Book(_("Notices"), Notice, Notice.at, timedelta(days=180)),
    Book(_("Mails that can be answered"), Letter, Letter.at, timedelta(days=730)),
    Book(_("Who exported what"), Export, Export.at, timedelta(days=1_095)),
    Book(_("Changes of many records"), BulkEdit, BulkEdit.created_at, timedelta(days=90)),
    Book(
        _("Answers that programs may ask for again"), Idempotency, Idempotency.at, idempotency.KEPT
    ),
    Book(_("Wrong logins"), Attempt, Attempt.until, timedelta(hours=1)),
)

# (what, how long) of the books that their own rooms look after.
OTHERS: tuple[tuple[Text, timedelta], ...] = (
    (_("Work that has ended"), sweeping.KEPT),
    (_("Imported files"), uploads.KEPT),
    (_("Deliveries of webhooks"), delivering.KEPT),
    (_("Archives of personal data"), handing.KEPT),
)


def kept_for() -> list[tuple[Text, timedelta]]:
    """(what, how long) of all books of the kernel that are let go, the shortest first."""
    found = [*((each.title, each.kept) for each in BOOKS), *OTHERS]
    return sorted(found, key=lambda each: each[1])


@job(at="02:30", key="core.retention", atomic=False, title=_("Rules of retention at work"))
def apply_rules() -> int:
    """Do what the confirmed rules say; answers to how many records it was done."""
    count = 0
    rules = RetentionRule.select().where(
        RetentionRule.is_on, RetentionRule.confirmed_at.is_null(False)
    )
    for rule in list(rules.order_by(RetentionRule.id)):
        done, _left = retention.run(rule)
        count += done
        progress(count)
    return count


@job(at="03:55")
def forget_books() -> int:
    """Throw away the rows of the kernel's books that are too old; answers how many."""
    moment = now()
    gone = (each.book.delete().where(each.field < moment - each.kept) for each in BOOKS)
    return sum(int(query.execute()) for query in gone)
