"""Take away the contents that no row names any more, and tell which ones are named."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

import peewee

from core.background.files.kept import claim
from core.background.files.models import Content
from core.background.files.pictures import THUMBNAIL
from core.background.files.store import current_store
from core.data.actor import system
from core.data.database import transaction
from core.data.fields import FileField, now
from core.data.internal import Internal
from core.data.migrations import tables
from core.data.model import Model
from core.modules.registry import current_registry

GRACE = timedelta(days=1)  # between keeping a content and the row that names it
SETTLED = timedelta(minutes=10)  # so long a request that keeps a content takes at most


def every_kept() -> Iterator[str]:
    """The hash of every content that a row names, each once."""
    seen: set[str] = set()
    with system("all files are listed"):
        for model, field in _holders():
            named = {hash for (hash,) in model.select(field).distinct().tuples() if hash} - seen
            seen |= named
            yield from sorted(named)


def sweep(grace: timedelta = GRACE) -> int:
    """Remove what no row has named since it was kept `grace` ago; answers how many went.

    Nothing goes while an addon cannot be loaded, because its rows may name files too.
    """
    if current_registry().broken:
        return 0
    _note_unknown()
    holders, before = list(_holders()), now() - grace
    old = Content.select(Content.hash).where(Content.kept_at <= before).order_by(Content.id)
    idle = [hash for (hash,) in old.tuples()]
    named = set(every_kept()) if idle else set()
    with system("files that nobody needs are swept away"):
        return sum(_let_go(hash, before, holders) for hash in idle if hash not in named)


def let_go(hashes: Iterable[str]) -> list[str]:
    """Remove those of the contents now that no row names any more. Answers those which somebody
    wanted a moment ago, and may be about to name: ask again when that has `SETTLED`.
    """
    if current_registry().broken:
        return list(hashes)
    holders, before = list(_holders()), now() - SETTLED
    with system("contents of somebody who was erased go at once"):
        left = [hash for hash in hashes if not _let_go(hash, before, holders)]
        young = Content.select(Content.hash).where(Content.hash.in_(left), Content.kept_at > before)
        return [hash for (hash,) in young.tuples()]


def _let_go(hash: str, before: datetime, holders: list[tuple[Any, Any]]) -> bool:
    """Remove one content, unless it is named or was wanted again. Whoever keeps the same one now
    waits for the end of this transaction, and then writes it anew.
    """
    with transaction():
        mine = (Content.hash == hash) & (Content.kept_at <= before)
        if not Content.update(size=Content.size).where(mine).execute():
            return False
        if any(model.select().where(field == hash).exists() for model, field in holders):
            return False
        Content.delete().where(mine).execute()
        store = current_store()
        store.remove(hash + THUMBNAIL)
        store.remove(hash)
    return True


def _note_unknown() -> None:
    """Write contents into the book that it lacks, as after an older database was restored: from
    now on they have their time too.
    """
    known = {hash for (hash,) in Content.select(Content.hash).tuples()}
    for hash in current_store().hashes():
        if hash not in known:
            claim(hash, 0)


def _holders() -> Iterator[tuple[type[peewee.Model], FileField]]:
    """Every column that names contents, of addons too that are switched off."""
    columns = tables()
    for model in _below(Internal, Model):
        for field in model._meta.sorted_fields:
            known = columns.get(model._meta.table_name, ())
            if isinstance(field, FileField) and field.column_name in known:
                yield model, field


def _below(*bases: type[Any]) -> Iterator[type[Any]]:
    for base in bases:
        for model in base.__subclasses__():
            yield model
            yield from _below(model)
