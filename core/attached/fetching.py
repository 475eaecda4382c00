"""Fetches what came into the mailbox, and hands each mail to the way that all mails come in by."""

import logging

import peewee

from core.attached.replies import LARGEST, take_in
from core.background.jobs.declared import job
from core.background.mail.inbox import Inbox, UnreadableInbox, has_inbox, opened_inbox
from core.errors import Busy, KarvonError
from core.i18n import _

log = logging.getLogger("karvon.background")


@job(every="1 minute", key="core.fetch_mails", atomic=False, title=_("Mails are fetched"))
def fetch_mails() -> int | str:
    """Take in the unseen mails; answers how many changed something, or why none could be read: the
    log says it too, and no job fails for it every minute. A mail is marked as seen after what it
    did was kept: one that is met again changes nothing.
    """
    if not has_inbox():
        return 0
    try:
        with opened_inbox() as inbox:
            return sum(_taken(inbox, uid) for uid in inbox.unseen())
    except UnreadableInbox as error:
        log.warning("%s", error)
        return str(error)


def _taken(inbox: Inbox, uid: str) -> bool:
    try:
        if inbox.size(uid) > LARGEST:
            raise KarvonError(_("The mail is too large: answer without files."))
        done = take_in(inbox.read(uid))
    except (Busy, peewee.OperationalError, peewee.InterfaceError):
        raise  # the mail is sound: it is fetched with the next visit
    except KarvonError as error:
        log.warning("Mail %s was not taken in: %s", uid, error)
        inbox.mark(uid, is_flagged=True)
        return False
    except Exception:  # at the edge: one mail that nobody understands holds up no others
        log.exception("Mail %s could not be read", uid)
        inbox.mark(uid, is_flagged=True)
        return False
    inbox.mark(uid)
    return done
