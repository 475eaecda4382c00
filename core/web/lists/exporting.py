"""Export what a list shows: its filters, search, order and columns, as a file."""

import tempfile
from collections.abc import Generator, Iterator
from contextvars import copy_context
from typing import Any, BinaryIO, cast

from flask import Response, request
from flask_admin import expose

from core.data.database import release
from core.errors import UserError
from core.exchange.exports import book
from core.exchange.exports.gathering import Batch, Gathering, may_export, open_to_export
from core.exchange.exports.tables import csv_texts, table_for_people, write_xlsx
from core.formats import format_integer
from core.i18n import _
from core.web.lists.listing import Listing

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_IN_XLSX = 200_000  # records: eight seconds of work
PIECE = 65_536  # bytes


class Exporting:
    """The part of a `ModelView` that hands out files."""

    def may_export(self: Any) -> bool:
        return may_export(self.model)

    @expose("/export.csv")
    def export_csv_view(self) -> Response:
        """The list as CSV, sent while it is made."""
        taken = Taken(self, "csv")
        return _file(_own(taken.csv()), CSV, taken.name)

    @expose("/export.xlsx")
    def export_xlsx_view(self) -> Response:
        """The list as an Excel file, sent when it is whole."""
        taken = Taken(self, "xlsx")
        return _file(_own(taken.xlsx()), XLSX, taken.name)


class Taken:
    """One file of what a list shows, written into the book of exports."""

    def __init__(self, view: Any, format: str) -> None:
        open_to_export(view.model)
        listing = Listing(view, request.args)
        self.gathering = Gathering(listing.selection, listing.names)
        self.table = table_for_people(
            self.gathering, {name: listing.title_of(name) for name in self.gathering.names}
        )
        self.name = f"{view.place.rpartition('.')[2]}.{format}"
        self.ids = self.gathering.ids()
        self.rows = 0
        if format == "xlsx" and len(self.ids) > MOST_IN_XLSX:
            most = format_integer(MOST_IN_XLSX)
            raise UserError(
                _("An Excel file holds %(most)s records: filter the list or take CSV.", most=most)
            )
        self.row = book.begin(view.place, format, request.query_string.decode("utf-8", "replace"))

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

    def csv(self) -> Iterator[bytes]:
        yield from csv_texts(self.table, self._batches())

    def xlsx(self) -> Iterator[bytes]:
        with tempfile.TemporaryFile() as file:
            write_xlsx(self.table, self._batches(), cast("BinaryIO", file))
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


def _file(pieces: Iterator[bytes], kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(pieces, content_type=kind, headers=headers)
