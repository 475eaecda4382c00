"""Export what a list shows: its filters, search, order and columns, as a file."""

import tempfile
from collections.abc import Callable, Generator, Iterator, Sequence
from contextvars import copy_context
from functools import partial
from typing import Any, BinaryIO, ClassVar, cast

from flask import Response, abort, request
from flask_admin import expose

from core.data.database import release
from core.errors import UserError
from core.exchange.exports import book
from core.exchange.exports.cards import CardMaker
from core.exchange.exports.gathering import Batch, Gathering, may_export, open_to_export
from core.exchange.exports.tables import Table, csv_texts, table_for_people
from core.exchange.exports.workbook import write_xlsx
from core.exchange.names import title_field
from core.formats import format_integer
from core.i18n import _
from core.web.downloads import called
from core.web.lists.listing import Listing

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
VCF = "text/vcard; charset=utf-8"
ICS = "text/calendar; charset=utf-8"
MOST_IN_XLSX = 200_000  # records: eight seconds of work
PIECE = 65_536  # bytes


class Exporting:
    """The part of a `ModelView` that hands out files. `vcard_by` says what each line of a vCard is
    taken from: a field, or one of the lines of a record ("telephones.number"); `calendar_by` the
    field by which records stand in a calendar, each year anew where `calendar_yearly`.
    """

    vcard_by: ClassVar[dict[str, str]] = {}
    calendar_by: ClassVar[str] = ""
    calendar_yearly: ClassVar[bool] = False

    def export_formats(self: Any) -> list[str]:
        """What the actor may take a list of these records out as."""
        if not may_export(self.model):
            return []
        fields, _columns = open_to_export(self.model)
        formats = ["csv", "xlsx"]
        formats += ["vcf"] if self.vcard_by.get("fn") in fields else []
        return formats + (["ics"] if self.calendar_by in fields else [])

    @expose("/export.csv")
    def export_csv_view(self) -> Response:
        """The list as CSV, sent while it is made."""
        taken = Taken(self, "csv")
        return taken.file(CSV, partial(csv_texts, taken.table()))

    @expose("/export.xlsx")
    def export_xlsx_view(self) -> Response:
        """The list as an Excel file, sent when it is whole."""
        taken = Taken(self, "xlsx")
        return taken.file(XLSX, partial(_xlsx, taken.table()))

    @expose("/export.vcf")
    def export_vcf_view(self: Any) -> Response:
        """The list as vCards, sent while they are made."""
        if not self.vcard_by:
            abort(404)
        taken = Taken(self, "vcf", [name for name in self.vcard_by.values() if "." not in name])
        return taken.file(VCF, CardMaker(taken.gathering, self.vcard_by).texts)

    @expose("/export.ics")
    def export_ics_view(self: Any) -> Response:
        """The list as events of a calendar, sent while they are made."""
        if not self.calendar_by:
            abort(404)
        taken = Taken(self, "ics", [title_field(self.model) or "id", self.calendar_by])
        url = f"{request.host_url.rstrip('/')}{self.list_url}"
        from core.exchange.exports.events import EventMaker  # 30 ms, so not at start

        events = EventMaker(taken.gathering, self.calendar_by, url, self.calendar_yearly)
        return taken.file(ICS, events.texts)


class Taken:
    """One file of what a list shows, or of the columns called `names`, written into the book of
    exports.
    """

    def __init__(self, view: Any, format: str, names: Sequence[str] = ()) -> None:
        open_to_export(view.model)
        self.listing = Listing(view, request.args)
        self.gathering = Gathering(self.listing.selection, names or self.listing.names)
        plain = f"{view.place.rpartition('.')[2]}.{format}"
        self.header = called(f"{view.title}.{format}", plain)
        self.place, self.format = view.place, format
        self.rows = 0

    def _begin(self) -> None:
        """Read which records they are and write down that they are taken."""
        self.ids = self.gathering.ids()
        if self.format == "xlsx" and len(self.ids) > MOST_IN_XLSX:
            most = format_integer(MOST_IN_XLSX)
            raise UserError(
                _("An Excel file holds %(most)s records: filter the list or take CSV.", most=most)
            )
        asked = request.query_string.decode("utf-8", "replace")
        table = self.listing.selection.model._meta.table_name
        self.row = book.begin(self.place, self.format, asked, len(self.ids), table)

    def table(self) -> Table:
        titles = {name: self.listing.title_of(name) for name in self.gathering.names}
        return table_for_people(self.gathering, titles)

    def _batches(self) -> Iterator[Batch]:
        """The records, counted; who reads slowly keeps no connection meanwhile."""
        try:
            for batch in self.gathering.batches(self.ids):
                self.rows += len(batch.ids)
                yield batch
                release()
        finally:
            book.finish(self.row, self.rows)
            release()

    def first(self, most: int) -> Batch:
        """The first records alone, which are taken at once; `ids` are those of all."""
        self._begin()
        batch = self.gathering.batch(self.ids[:most])
        book.finish(self.row, len(batch.ids))
        release()
        return batch

    def file(self, kind: str, write: Callable[[Iterator[Batch]], Iterator[bytes]]) -> Response:
        """The answer that `write` makes of the records."""
        self._begin()
        return sent_file(write(self._batches()), kind, self.header)


def _xlsx(table: Table, batches: Iterator[Batch]) -> Iterator[bytes]:
    with tempfile.TemporaryFile() as file:
        write_xlsx(table, batches, cast("BinaryIO", file))
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def _own(pieces: Iterator[bytes]) -> Generator[bytes, None, None]:
    """The pieces, made for the actor, the addons and the language of this request, which has ended
    when they are sent.
    """
    context = copy_context()

    def sent() -> Generator[bytes, None, None]:
        try:
            while (piece := context.run(next, pieces, None)) is not None:
                yield piece
        finally:
            context.run(_close, pieces)

    return sent()


def _close(pieces: Any) -> None:
    pieces.close()


def sent_file(pieces: Iterator[bytes], kind: str, header: str) -> Response:
    """A file whose pieces are made while it is sent, for whoever asks now."""
    headers = {"Content-Disposition": header, "Cache-Control": "no-store"}
    return Response(_own(pieces), content_type=kind, headers=headers)
