"""All that is held of a person as one zip: JSON in readable names, and their files."""

import json
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from typing import IO, Any

from core.access.models import User
from core.attached.files.models import Attachment
from core.attached.models import attached_to
from core.background.files.kept import open_kept
from core.data.actor import current_actor
from core.data.fields import now
from core.errors import UserError
from core.exchange.names import name_of
from core.i18n import _
from core.modules.registry import full_name
from core.personal import sections, sections_of_users
from core.personal.person import Person

MOST_BYTES = 2 * 1024**3  # of files in one archive
Items = Iterable[dict[str, Any]]


def write_archive(person: Person, to: IO[bytes]) -> None:
    """Write the archive as whoever acts may read it: what is hidden from them is not in it. It
    takes as long as there are files: call it outside of a transaction. Raises `UserError` where
    the files are too large together.
    """
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        _write(archive, "about", [_about(person)])
        for name, items in _sections(person):
            _write(archive, name, items)
        _write_files(archive, person)


def _about(person: Person) -> dict[str, Any]:
    return {
        "records": full_name(person.model),
        "number": person.id,
        "name": name_of(person.record),
        "made at": f"{now():%Y-%m-%dT%H:%M:%SZ}",
        "made for": current_actor().name or current_actor().reason,
        "not in it": "what is hidden from whoever it was made for, and backups",
    }


def _sections(person: Person) -> Iterator[tuple[str, Items]]:
    yield from sections.record_and_lines(person)
    yield from sections.elsewhere(person)
    yield "references", sections.references(person)
    yield "comments", sections.comments(person)
    yield "files", sections.files(person)
    yield "history", sections.history_of(person)
    yield "mails", sections.mails(person)
    if person.model is User:
        yield from sections_of_users.of_user(person)


def _write(archive: zipfile.ZipFile, name: str, items: Items) -> None:
    """One file with a JSON list, an item at a time; none where there is nothing."""
    rows = iter(items)
    first = next(rows, None)
    if first is None:
        return
    with archive.open(f"{name}.json", "w", force_zip64=True) as stream:
        stream.write(b"[\n" + _encoded(first))
        for item in rows:
            stream.write(b",\n" + _encoded(item))
        stream.write(b"\n]\n")


def _encoded(item: dict[str, Any]) -> bytes:
    return json.dumps(item, ensure_ascii=False, indent=1, default=str).encode()


def _write_files(archive: zipfile.ZipFile, person: Person) -> None:
    mine = attached_to(Attachment, person.record) & Attachment.removed_at.is_null()
    found = list(Attachment.select().where(mine).order_by(Attachment.id))
    if sum(file.size for file in found) > MOST_BYTES:
        raise UserError(_("The files are larger than 2 GB together: take some of them off first."))
    for file in found:
        try:
            content = open_kept(file.hash)
        except FileNotFoundError:
            continue
        with content, archive.open(f"files/{file.id}-{file.name}", "w", force_zip64=True) as to:
            shutil.copyfileobj(content, to)
