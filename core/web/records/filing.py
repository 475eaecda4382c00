"""Attach, list, send, remove and bring back the files of the records of a screen."""

from collections.abc import Callable
from typing import Any, ClassVar

from flask import abort, current_app, flash, g, redirect, render_template, request
from flask_admin import expose
from werkzeug.wrappers import Response

from core.attached.files.attaching import (
    Incoming,
    attach,
    bring_back,
    file_of,
    remove,
    take_in,
)
from core.attached.files.models import Attachment
from core.data.model import Model
from core.errors import NotAllowed, UserError
from core.i18n import _
from core.web.records.files import FilesPanel, send, send_thumbnail
from core.web.requests import LARGEST_ID
from core.web.transactions import in_transaction

MOST_FILES = 20  # at once


class Filing:
    """The part of a `ModelView` that keeps files."""

    model: ClassVar[type[Model]]
    list_url: str

    @expose("/<int:id>/files", methods=("GET", "POST"))
    def files_view(self, id: int) -> Any:
        """The files on a record; those that are sent are attached to it."""
        if request.method != "POST":
            return self._panel(self._record(id))
        self._to_file(id)
        files = taken_in()
        return in_transaction(lambda: self._attach(id, files))

    files_view.takes_files = True  # core.web.security reads it

    def _attach(self, id: int, files: list[Incoming]) -> Any:
        attach(self._to_file(id), files)
        for file in files:
            flash(str(_("Attached: %(name)s", name=file.name)), "ok")
        return redirect(f"{self.list_url}{id}#files", 303)

    @expose("/<int:id>/files/<int:number>")
    def file_view(self, id: int, number: int) -> Response:
        """The content of one file."""
        return self._sent(id, number, send)

    @expose("/<int:id>/files/<int:number>/thumbnail")
    def thumbnail_view(self, id: int, number: int) -> Response:
        """The small copy of a picture."""
        return self._sent(id, number, send_thumbnail)

    def _sent(self, id: int, number: int, how: Callable[[Attachment], Response]) -> Response:
        file = self._file(self._record(id), number)
        if file.removed_at is not None:
            abort(404)
        try:
            return how(file)
        except FileNotFoundError:
            abort(404)

    @expose("/<int:id>/files/<int:number>/remove", methods=("POST",))
    def remove_file_view(self, id: int, number: int) -> Response:
        return in_transaction(lambda: self._change(id, number, remove))

    @expose("/<int:id>/files/<int:number>/restore", methods=("POST",))
    def restore_file_view(self, id: int, number: int) -> Response:
        return in_transaction(lambda: self._change(id, number, bring_back))

    def _change(self, id: int, number: int, how: Callable[[Model, Attachment], None]) -> Any:
        record = self._to_file(id)
        file = self._file(record, number)
        how(record, file)
        said = _("Removed: %(name)s") if how is remove else _("Brought back: %(name)s")
        flash(str(said) % {"name": file.name}, "ok")
        return redirect(f"{self.list_url}{id}#files", 303)

    def _panel(self, record: Model) -> str:
        page = FilesPanel(self, record).page()  # type: ignore[arg-type]  # a ModelView is made of this
        return render_template("files.html", files=page)

    def _record(self, id: int) -> Model:
        g.place = self.place  # type: ignore[attr-defined]
        record = self.get_one(id)  # type: ignore[attr-defined]
        if record is None:
            abort(404)
        return record  # type: ignore[no-any-return]

    def _to_file(self, id: int) -> Model:
        record = self._record(id)
        if not self.may_edit(record):  # type: ignore[attr-defined]
            raise NotAllowed(_("You may see this record, not change it."))
        return record

    def _file(self, record: Model, number: int) -> Attachment:
        file = file_of(record, number) if number < LARGEST_ID else None
        if file is None:
            abort(404)
        return file


def taken_in() -> list[Incoming]:
    """The files of this request, kept; `UserError` where there is none."""
    sent = [file for file in request.files.getlist("file") if file.filename]
    if not sent:
        raise UserError(_("No file was chosen: choose one and attach it again."))
    if len(sent) > MOST_FILES:
        raise UserError(
            _("At most %(most)s files at once: send the others after.", most=MOST_FILES)
        )
    limit = current_app.config["KARVON"].files.limit
    return [take_in(file.stream, file.filename, limit) for file in sent]
