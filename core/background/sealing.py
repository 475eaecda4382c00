"""The jobs that seal the history, and that look whether all of it is as it was written."""

import logging
from dataclasses import replace
from typing import Any

from core.access.actors import holders_of
from core.access.lines import ADMIN
from core.background.jobs.declared import job
from core.background.jobs.running import progress
from core.background.notices import notify
from core.data.audit import note
from core.data.chain import seal_history
from core.data.erasing import erased_unseen
from core.data.heads import folder_of_heads, keep_head
from core.data.verifying import ERASED, FAULTS, Fault, last_verdict, note_verdict, verify
from core.formats import format_integer
from core.i18n import _
from core.modules.backup_heads import heads_in
from core.modules.backups import FOLDER

log = logging.getLogger("karvon.background")

PATIENCE = 20.0  # seconds that those who write into the history are waited for
SHORT_PATIENCE = 3.0  # while somebody looks on


@job(every="1 minute", key="core.seal", atomic=False, title=_("Sealing the history"))
def seal() -> None:
    """Seal what was told since the last time, and keep the head beside the database."""
    keep_head(seal_history(PATIENCE, progress))


@job(at="04:10", key="core.verify_history", atomic=False, title=_("Verifying the history"))
def verify_history() -> str:
    """Look at all of the history; the first fault is written into the log, shown on its page and
    told to the administrators, once.
    """
    return _verified()


@job(key="core.seal_and_verify", atomic=False, title=_("Verifying the history"))
def seal_and_verify() -> dict[str, Any]:
    """The same when somebody asks for it, with what was told until now."""
    keep_head(seal_history(SHORT_PATIENCE))
    links = [{"title": str(_("History")), "url": "/history"}]
    return {"text": _verified(), "links": links}


def _verified() -> str:
    folder = folder_of_heads()
    verdict = verify(heads_in(folder / FOLDER) if folder else (), progress)
    if verdict.fault is None and erased_unseen() > 0:
        verdict = replace(verdict, fault=Fault(0, ERASED))
    *_rest, known = last_verdict()
    note_verdict(verdict)
    if verdict.fault and verdict.fault != known:
        note("verify", ("core_history", 0), [("fault", None, str(verdict.fault))])
        for admin in holders_of(ADMIN):
            notify(admin, FAULTS[verdict.fault.kind] % {"row": verdict.fault.row}, url="/history")
    if verdict.fault:
        log.error("The history is broken: %s", verdict.fault)
        return str(verdict.fault)
    rows = format_integer(verdict.rows)
    return str(_("All %(rows)s rows are as they were written.", rows=rows))
