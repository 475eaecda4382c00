"""The head of the history in backups: named by each of them, compared when one is restored."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import peewee

from core.data.archives import about_archive
from core.data.chain import GENESIS, Head, head, seal_history
from core.data.heads import as_facts, begin_with, keep_head, kept_heads, read_head
from core.data.history import History
from core.data.migrations import tables
from core.errors import Busy
from core.i18n import Text, _

log = logging.getLogger("karvon.modules")

NAME = "history"  # what the list of a backup calls the head
PATIENCE = 5.0  # seconds that those who write into the history are waited for
NOTHING = Head(0, GENESIS, 0, None)


def sealed_head() -> dict[str, Any]:
    """Seal the history as far as it can be; answers its head, for the list of a backup. A backup is
    made all the same where nobody can seal now, or the tables are older than the chain.
    """
    if "core_chain" not in tables():
        return as_facts(NOTHING)
    try:
        seal_history(PATIENCE)
    except (Busy, peewee.OperationalError) as error:
        log.warning("The history was not sealed: %s", " ".join(str(error).split()))
    found = head()
    keep_head(found)
    return as_facts(found)


def heads_in(folder: Path) -> Iterator[Head]:
    """The heads that the backups in the folder name. Those of what was given up when another one
    was restored are passed over.
    """
    kept = kept_heads()
    for file in sorted(folder.glob("*.tar*")):
        found = read_head((about_archive(file, "backup") or {}).get(NAME))
        if found is not None and found.id and not kept.gave_up(found):
            yield found


def compare_restored(about: dict[str, Any]) -> Text | None:
    """Begin to keep heads with that of the backup which was restored; a sentence when the history
    that it holds does not lead to it.
    """
    named = read_head(about.get(NAME))
    if named is None or not named.id:
        begin_with(NOTHING)
        return None
    begin_with(named)
    seal = History.select(History.seal).where(History.id == named.id).scalar()
    if seal == named.seal:
        return None
    return _(
        "The history of this backup does not lead to the seal that its list names, of row %(row)s:"
        " `doctor` says where it is broken.",
        row=named.id,
    )
