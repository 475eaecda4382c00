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
from core.data.fields import FileField, now
from core.data.internal import Internal
from core.data.rows import among
from core.exchange.bulk.models import BulkEdit
from core.exchange.exports.book import Export
from core.exchange.idempotency import Idempotency
from core.exchange.saved_filters import SavedFilter
from core.exchange.uploads.models import LEFT_OUT, Upload, UploadChunk, lines_in, stored
from core.exchange.webhooks.models import WAITING, Delivery
from core.i18n import Text, _
from core.modules.registry import full_name
from core.personal.declared import personal_fields
from core.personal.models import PersonArchive
from core.personal.person import Person
from core.personal.words import contains

Where = Callable[[Person], Any]


@dataclass(frozen=True)
class Copies:
    """The rows of one book that hold something of a person: those that `mine` names, and those
    whose `texts` name the person, of all or of those that `where` names. They go, or keep their
    place without what `emptied` says.
    """

    title: Text
    book: type[Internal]
    mine: Where | None = None
    texts: tuple[Any, ...] = ()
    where: Any = None
    emptied: dict[str, Any] | None = None  # a function is called for its value

    def ids(self, person: Person) -> list[int]:
        found: list[int] = []
        if self.mine is not None:
            rows = self.book.select(self.book.id).where(self.mine(person)).tuples()
            found += [id for (id,) in rows]
        if self.texts and person.words.texts:
            query = self.book.select(self.book.id, *self.texts)
            query = query.where(person.words.within(*self.texts))
            query = query if self.where is None else query.where(self.where)
            found += [id for id, *texts in query.tuples() if person.words.named(*texts)]
        return sorted(set(found))

    def count(self, person: Person) -> int:
        return len(self.ids(person))

    def erase(self, person: Person) -> int:
        ids = self.ids(person)
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


def _said(person: Person) -> Any:
    return attached_to(Comment, person.record) & (Comment.text != "")


def _delivered(person: Person) -> Any:
    return contains(Delivery.records, json.dumps([full_name(person.model), person.id]))


def _sent(person: Person) -> Any:
    return _delivered(person) & (Delivery.state != WAITING)


def _written(person: Person) -> Any:
    return _delivered(person) & (Delivery.state == WAITING) & Delivery.body.is_null(False)


def _edited(person: Person) -> Any:
    return (BulkEdit.model == full_name(person.model)) & (BulkEdit.records == f"[{person.id}]")


COPIES = (
    Copies(_("Files on the record"), Attachment, _attached(Attachment)),
    Copies(
        _("Comments on the record"),
        Comment,
        _said,
        # Without its author nobody is offered to bring it back.
        emptied={"text": "", "removed_at": now, "author": None, "author_name": ""},
    ),
    Copies(_("Who follows the record"), Follower, _attached(Follower)),
    Copies(_("Notices about them"), Notice, _attached(Notice)),
    Copies(_("Notices that name them"), Notice, texts=(Notice.text,)),
    Copies(_("Mails about the record, which could be answered"), Letter, _attached(Letter)),
    Copies(
        _("Mails and other work that names them, done or waiting"),
        Job,
        texts=(Job.arguments, Job.text, Job.error, Job.result),
    ),
    Copies(
        _("Deliveries of webhooks that were sent"),
        Delivery,
        _sent,
        (Delivery.body, Delivery.error),
        Delivery.state != WAITING,
    ),
    Copies(
        _("Deliveries of webhooks that wait: they are written anew"),
        Delivery,
        _written,
        (Delivery.body, Delivery.error),
        Delivery.state == WAITING,
        {"body": None, "error": ""},
    ),
    Copies(
        _("Answers that programs may ask for again"),
        Idempotency,
        texts=(Idempotency.body,),
        emptied={"body": "{}"},
    ),
    Copies(_("Names of imported files"), Upload, texts=(Upload.name,), emptied={"name": "—"}),
    Copies(
        _("Changes of many records"), BulkEdit, _edited, (BulkEdit.texts,), emptied={"texts": "{}"}
    ),
    Copies(_("Filters of exports"), Export, texts=(Export.asked,), emptied={"asked": ""}),
    Copies(
        _("Saved filters that ask for them"),
        SavedFilter,
        texts=(SavedFilter.title, SavedFilter.asked),
    ),
    Copies(_("Archives of their data"), PersonArchive, _attached(PersonArchive)),
)


def hashes(person: Person) -> set[str]:
    """The contents that may go with the person: of files on the record and in it, of archives."""
    fields = personal_fields(person.model).items()
    found = {v for name, v in person.filled.items() if isinstance(dict(fields)[name], FileField)}
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
    made = UploadChunk.upload.in_(uploads) & contains(UploadChunk.done, f", {person.id}, ")
    query = UploadChunk.select().where(made | person.words.within(UploadChunk.lines))
    own_uploads = {id for (id,) in uploads.tuples()}
    for chunk in query.order_by(UploadChunk.id):
        done = json.loads(chunk.done) if chunk.done and chunk.upload_id in own_uploads else []
        own = {line for line, record, *_rest in done if record == person.id}
        lines = lines_in(chunk)
        named = person.words.named
        places = [n for n, x in enumerate(lines) if x.number in own or named(*x.cells)]
        if places and any(any(lines[place].cells) for place in places):
            yield ImportedRow(chunk, places)


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
