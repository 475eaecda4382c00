"""Copies of a person's values in the kernel's books: found by the record, or by their words."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import peewee

from core.attached.files.models import Attachment
from core.attached.models import Comment, Follower, attached_to
from core.background.jobs.models import Job
from core.background.mail.models import Letter
from core.background.notices import Notice
from core.data.fields import now
from core.data.internal import Internal
from core.data.rows import among
from core.exchange.bulk.models import BulkEdit
from core.exchange.exports.book import Export
from core.exchange.idempotency import Idempotency
from core.exchange.saved_filters import SavedFilter
from core.exchange.uploads.models import LEFT_OUT, Line, Upload, UploadChunk, lines_in, stored
from core.exchange.webhooks.models import WAITING, Delivery
from core.i18n import Text, _
from core.modules.registry import full_name
from core.personal.models import PersonArchive
from core.personal.person import Person, contains

Where = Callable[[Person], Any]


@dataclass(frozen=True)
class Copies:
    """The rows of one book that hold something of a person, and what becomes of them: they go, or
    keep their place without what `emptied` names.
    """

    title: Text
    book: type[Internal]
    where: Where
    emptied: dict[str, Any] | None = None  # a function is called for its value

    def count(self, person: Person) -> int:
        return int(self.book.select().where(self.where(person)).count())

    def erase(self, person: Person) -> int:
        ids = [id for (id,) in self.book.select(self.book.id).where(self.where(person)).tuples()]
        for some in peewee.chunked(ids, 1_000):
            mine = among(self.book.id, some)
            if self.emptied is None:
                self.book.delete().where(mine).execute()
            else:
                self.book.update(**_called(self.emptied)).where(mine).execute()
        return len(ids)


def _called(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value() if callable(value) else value for name, value in values.items()}


def _attached(book: type[Internal]) -> Where:
    return lambda person: attached_to(book, person.record)


def _named(*columns: Any) -> Where:
    return lambda person: person.named_in(*columns)


def _delivered(person: Person) -> Any:
    mine = json.dumps([full_name(person.model), person.id])
    return contains(Delivery.records, mine) | person.named_in(Delivery.body, Delivery.error)


def _edited(person: Person) -> Any:
    alone = (BulkEdit.model == full_name(person.model)) & (BulkEdit.records == f"[{person.id}]")
    return alone | person.named_in(BulkEdit.texts)


def _exported(person: Person) -> Any:
    return (Export.asked != "") & person.named_in(Export.asked)


COPIES = (
    Copies(_("Files on the record"), Attachment, _attached(Attachment)),
    Copies(
        _("Comments on the record"),
        Comment,
        lambda person: attached_to(Comment, person.record) & (Comment.text != ""),
        {"text": "", "removed_at": now},
    ),
    Copies(_("Who follows the record"), Follower, _attached(Follower)),
    Copies(_("Notices about them"), Notice, _attached(Notice)),
    Copies(_("Notices that name them"), Notice, _named(Notice.text)),
    Copies(_("Mails about the record, which could be answered"), Letter, _attached(Letter)),
    Copies(
        _("Mails and other work that names them, done or waiting"),
        Job,
        _named(Job.arguments, Job.text, Job.error, Job.result),
    ),
    Copies(
        _("Deliveries of webhooks that were sent"),
        Delivery,
        lambda person: _delivered(person) & (Delivery.state != WAITING),
    ),
    Copies(
        _("Deliveries of webhooks that wait: they are written anew"),
        Delivery,
        lambda person: (
            _delivered(person) & (Delivery.state == WAITING) & Delivery.body.is_null(False)
        ),
        {"body": None, "error": ""},
    ),
    Copies(
        _("Answers that programs may ask for again"),
        Idempotency,
        _named(Idempotency.body),
        {"body": "{}"},
    ),
    Copies(_("Names of imported files"), Upload, _named(Upload.name), {"name": "—"}),
    Copies(_("Changes of many records"), BulkEdit, _edited, {"texts": "{}"}),
    Copies(_("Filters of exports"), Export, _exported, {"asked": ""}),
    Copies(
        _("Saved filters that ask for them"),
        SavedFilter,
        _named(SavedFilter.title, SavedFilter.asked),
    ),
    Copies(_("Archives of their data"), PersonArchive, _attached(PersonArchive)),
)


def hashes(person: Person) -> set[str]:
    """The contents that may go with the person: of the files on the record, and of archives."""
    found: set[str] = set()
    for book in (Attachment, PersonArchive):
        rows = book.select(book.hash).where(attached_to(book, person.record))
        found |= {hash for (hash,) in rows.tuples() if hash}
    return found


@dataclass(frozen=True)
class ImportedRow:
    """Some rows of one chunk of an imported file, by their places in it."""

    chunk: UploadChunk
    places: list[int]


def imported(person: Person) -> Iterator[ImportedRow]:
    """The rows of imported files that made or changed the record, or name the person."""
    uploads = Upload.select(Upload.id).where(Upload.model == full_name(person.model))
    mine = UploadChunk.upload.in_(uploads) & contains(UploadChunk.done, f", {person.id}, ")
    query = UploadChunk.select().where(mine | person.named_in(UploadChunk.lines))
    for chunk in query.order_by(UploadChunk.id):
        done = json.loads(chunk.done) if chunk.done else []
        own = {line for line, record, *_rest in done if record == person.id}
        lines = lines_in(chunk)
        places = [
            place for place, line in enumerate(lines) if line.number in own or _names(person, line)
        ]
        if places and any(any(lines[place].cells) for place in places):
            yield ImportedRow(chunk, places)


def _names(person: Person, line: Line) -> bool:
    return any(word in cell for word in person.words for cell in line.cells)


def empty(row: ImportedRow) -> int:
    """Take what the rows hold; what was not written yet is left out of the import."""
    lines = lines_in(row.chunk)
    for place in row.places:
        line = lines[place]
        line.cells, line.problems, line.fault = [""] * len(line.cells), [], ""
        if row.chunk.done is None:
            line.is_left_out, line.verdict = True, LEFT_OUT
    UploadChunk.update(**stored(lines)).where(UploadChunk.id == row.chunk.id).execute()
    return len(row.places)
