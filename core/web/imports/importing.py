"""Import records from a file: what a screen offers to those who may make such records."""

import json
from typing import Any, ClassVar

from flask import Response, abort, current_app, flash, g, redirect, render_template, request
from flask_admin import expose

from core.background.files.kept import keep
from core.data.database import transaction
from core.data.model import Model
from core.errors import NotAllowed, TooLarge, UserError
from core.exchange.uploads.checking import (
    AT_ONCE,
    begin,
    chosen,
    correct,
    leave_out,
    require_open,
)
from core.exchange.uploads.jobs import (
    check_upload,
    read_upload,
    undo_upload,
    undone_text,
    write_upload,
)
from core.exchange.uploads.models import COLUMNS, READING, Upload
from core.exchange.uploads.places import Places, places_of
from core.exchange.uploads.taking import Taken, TooLong, begun, clean_name, fill, taken
from core.exchange.uploads.trying import check, plan_again
from core.exchange.uploads.undoing import Undoing, begin_undo
from core.exchange.uploads.writing import Writer
from core.i18n import _, ngettext
from core.web.downloads import called
from core.web.imports.errors import error_lines
from core.web.imports.screens import Screen, recent
from core.web.lists.exporting import CSV
from core.web.requests import LARGEST_ID
from core.web.transactions import in_transaction

LONGEST_CELL = 100_000


class Importing:
    """The part of a `ModelView` that imports. `import_names` are words by which files of others
    call a field: {"telephones.number": "tel, mobile"}.
    """

    model: ClassVar[type[Model]]
    list_url: str
    place: str
    import_names: ClassVar[dict[str, str]] = {}
    can_import: ClassVar[bool] = True

    def may_import(self: Any) -> bool:
        return bool(self.can_import and self.may_create())

    @expose("/import", methods=("GET", "POST"))
    def import_view(self: Any) -> Any:
        """The place to send a file to, and the files that the reader sent before."""
        self._require_import()
        if request.method != "POST":
            return self._entrance()
        try:
            name, hash = _sent()
            rows = taken(hash, name, at_once=True)
        except TooLong:
            return in_transaction(lambda: self._begin(name, hash, None))
        except TooLarge:
            raise
        except UserError as error:
            return self._entrance(str(error)), 400
        return in_transaction(lambda: self._begin(name, hash, rows))

    import_view.takes_files = True  # core.web.security reads it

    def _entrance(self: Any, trouble: str = "") -> str:
        limit = current_app.config["KARVON"].files.limit
        return render_template("import.html", page=recent(self, limit), trouble=trouble)

    def _begin(self: Any, name: str, hash: str, rows: Taken | None) -> Any:
        upload = begun(self.place, name, hash)
        if rows is not None:
            fill(upload, rows)
        else:
            _queue(upload, read_upload)
        return self._shown(upload)

    @expose("/import/<int:id>")
    def import_file_view(self: Any, id: int) -> Any:
        """What stands next for a file: its columns, its rows, or what became of it."""
        upload = self._upload(id)
        return Screen(self, upload, self._places(), request.args).page()

    @expose("/import/<int:id>/check", methods=("POST",))
    def check_import_view(self: Any, id: int) -> Any:
        """Try all rows, by the columns that are sent or those that were chosen before."""
        upload = self._idle(id)
        require_open(upload)
        if "place" in request.form:
            names = request.form.getlist("place")
            mapping = chosen(upload, self._places(), names, request.form.get("key", ""))
            upload.mapping = json.dumps(mapping, ensure_ascii=False)
        elif upload.state == COLUMNS:
            raise UserError(_("Say for each column what it holds, or leave it out."))
        return self._check(upload)

    def _check(self: Any, upload: Upload) -> Any:
        if upload.rows <= AT_ONCE:
            check(upload)
            return self._shown(upload)
        return in_transaction(lambda: self._queued(upload, check_upload))

    def _queued(self: Any, upload: Upload, job: Any) -> Any:
        Upload.update(mapping=upload.mapping).where(Upload.id == upload.id).execute()
        _queue(upload, job)
        return self._shown(upload)

    @expose("/import/<int:id>/correct", methods=("POST",))
    def correct_import_view(self: Any, id: int) -> Any:
        """Write into a cell, or into all that hold the same; leave rows out or take them in."""
        upload, form = self._idle(id), request.form
        with transaction():
            changed = _corrected(upload, form)
        if form.get("do") in ("leave", "take") or len(changed) > AT_ONCE:
            return self._check(upload)
        plan_again(upload, changed)
        if request.headers.get("HX-Request"):
            return Screen(self, upload, self._places(), form).body()
        return self._shown(upload)

    @expose("/import/<int:id>/run", methods=("POST",))
    def run_import_view(self: Any, id: int) -> Any:
        """Write the rows: a few at once, many as a job."""
        upload = self._idle(id)
        if upload.rows > AT_ONCE:
            return in_transaction(lambda: self._run_long(upload))
        writer = Writer(upload)
        steps = writer.prepared()
        return in_transaction(lambda: self._run(upload, writer, steps))

    def _run_long(self: Any, upload: Upload) -> Any:
        begin(upload)
        return self._queued(upload, write_upload)

    def _run(self: Any, upload: Upload, writer: Writer, steps: list[Any]) -> Any:
        begin(upload)
        if not writer.write_all(steps):
            flash(str(_("Some rows were refused, so that nothing was imported.")), "bad")
        else:
            count = sum(upload.tally.get(verdict, 0) for verdict in "cu")
            said = ngettext(
                "Imported %(count)s record", "Imported %(count)s records", count, count=count
            )
            flash(str(said), "ok")
        return self._shown(upload)

    @expose("/import/<int:id>/undo", methods=("GET", "POST"))
    def undo_import_view(self: Any, id: int) -> Any:
        """What undoing would do and what stands in its way; then it is done."""
        upload = self._idle(id)
        if request.method != "POST":
            return Screen(self, upload, self._places(), request.args).question()
        return in_transaction(lambda: self._undo(upload))

    def _undo(self: Any, upload: Upload) -> Any:
        begin_undo(upload)
        if upload.rows > AT_ONCE:
            return self._queued(upload, undo_upload)
        left = Undoing(upload).undo()
        flash(str(undone_text(left)), "warn" if left else "ok")
        return self._shown(upload)

    @expose("/import/<int:id>/errors.csv")
    def import_errors_view(self: Any, id: int) -> Response:
        """The rows that cannot be imported, each with what is wrong."""
        upload = self._upload(id)
        name = f"{upload.name} ({_('Errors')}).csv"
        headers = {"Content-Disposition": called(name, "errors.csv")}
        return Response(error_lines(upload), content_type=CSV, headers=headers)

    def _require_import(self: Any) -> None:
        g.place = self.place
        if not self.may_import():
            raise NotAllowed(_("You may not make such records."))

    def _upload(self: Any, id: int) -> Upload:
        """The upload, of the reader or for an administrator; else there is none."""
        self._require_import()
        found = Upload.get_or_none(Upload.id == min(id, LARGEST_ID - 1), Upload.model == self.place)
        if found is None or not (found.owner_id == g.actor.id or g.actor.is_admin):
            abort(404)
        return found  # type: ignore[no-any-return]

    def _idle(self: Any, id: int) -> Upload:
        """The upload, which no job has in hand."""
        upload: Upload = self._upload(id)
        if Screen(self, upload, None, {}).job():
            raise UserError(_("This file is being worked on: wait until that has ended."))
        if upload.state == READING:
            raise UserError(_("This file could not be read: send it again."))
        return upload

    def _places(self: Any) -> Places:
        return places_of(self.model, self.label)

    def _shown(self: Any, upload: Upload) -> Any:
        words = {key: request.form.get(key, "") for key in ("show", "page")}
        query = "&".join(f"{key}={value}" for key, value in words.items() if value.isalnum())
        return redirect(f"{self.list_url}import/{upload.id}{f'?{query}' if query else ''}", 303)


def _queue(upload: Upload, job: Any) -> None:
    id = job.later(upload=upload.id)
    Upload.update(job=id).where(Upload.id == upload.id).execute()


def _sent() -> tuple[str, str]:
    """(name, hash) of the file of this request, which is kept."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise UserError(_("No file was chosen: choose one and send it again."))
    stored = keep(file.stream, current_app.config["KARVON"].files.limit)
    return clean_name(file.filename), stored.hash


def _corrected(upload: Upload, form: Any) -> set[int]:
    """Do what a correction asks; answers the lines whose cells changed."""
    line = _number(form.get("line", ""))
    if form.get("do") in ("leave", "take"):
        numbers = {line} if line is not None else None
        leave_out(upload, numbers, form["do"] == "leave")
        return set()
    if (column := _number(form.get("column", ""))) is None:
        raise UserError(_("Name the cell by its row and column."))
    new = "" if form.get("do") == "empty" else form.get("new", "")
    if len(new) > LONGEST_CELL:
        raise UserError(_("This text is too long for a cell: shorten it."))
    if line is None and "was" not in form:
        raise UserError(_("Name the cell by its row and column."))
    return correct(upload, column, None if line is not None else form["was"], new, line)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
