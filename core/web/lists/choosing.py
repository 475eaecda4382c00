"""What is done with the records that are chosen in a list: with all of them, or with none."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import abort, flash, g, redirect, request
from flask_admin import expose
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from core.access.decisions import can
from core.data import history
from core.data.history import History, current_request
from core.data.model import Model
from core.errors import UserError
from core.i18n import _, ngettext
from core.web.lists.listing import Listing
from core.web.lists.some import IDS
from core.web.transactions import in_transaction

LONGEST_ID = 9  # digits
LONGEST_REQUEST = 8  # characters


class Choosing:
    """The part of a `ModelView` that archives, restores or takes out the records chosen in its
    list, and takes such a step back.
    """

    def may_choose(self: Any) -> bool:
        return self.can_edit and can(g.actor, "u", self.model)

    @expose("/archive", methods=("POST",))
    def archive_chosen_view(self: Any) -> Response:
        """One that is out of reach, or may not be changed, leaves all of them as they are."""
        return in_transaction(self._archive_chosen)

    def _archive_chosen(self: Any) -> Any:
        done = [one for one in self._chosen_records() if not one.archived_at]
        for record in done:
            record.archive()
        count = len(done)
        said = ngettext(
            "Archived %(count)s record", "Archived %(count)s records", count, count=count
        )
        return self._done(str(said), history.ARCHIVE, done)

    @expose("/restore", methods=("POST",))
    def restore_chosen_view(self: Any) -> Response:
        """As archiving: all of them, or none."""
        return in_transaction(self._restore_chosen)

    def _restore_chosen(self: Any) -> Any:
        done = [one for one in self._chosen_records() if one.archived_at]
        for record in done:
            record.restore()
        count = len(done)
        said = ngettext(
            "Restored %(count)s record", "Restored %(count)s records", count, count=count
        )
        return self._done(str(said), history.RESTORE, done)

    def _done(self: Any, said: str, action: str, records: list[Model]) -> Response:
        """Say what was done; the message has a button by which it is taken back."""
        words = {"action": action, "request": current_request()}
        ids = ",".join(str(record.id) for record in records)
        undo = {"url": f"{self.list_url}take-back", "values": {**words, "ids": ids}}
        flash({"text": said, "undo": undo} if records else said, "ok")  # type: ignore[arg-type]
        asked = urlencode(parse_qsl(request.form.get("asked", "").removeprefix("?")))
        return redirect(f"{self.list_url}?{asked}" if asked else self.list_url, 303)

    @expose("/take-back", methods=("POST",))
    def take_back_view(self: Any) -> Response:
        """Take back what one step of the actor did to chosen records, as the history tells."""
        return in_transaction(self._take_back)

    def _take_back(self: Any) -> Response:
        form = request.form
        action, name = form.get("action", ""), form.get("request", "")
        if action not in (history.ARCHIVE, history.RESTORE) or len(name) != LONGEST_REQUEST:
            abort(404)
        wanted = self._ids(form.get("ids", "").split(","))
        row, table = History, self.model._meta.table_name
        told = row.select(row.record).where(
            row.root_model == table,
            row.root_record.in_(wanted),
            row.model == table,
            row.action == action,
            row.request == name,
            row.actor == g.actor.id,
        )
        ids = sorted({id for (id,) in told.tuples()})
        if not ids:
            abort(404)
        for record in [self._to_edit(id) for id in ids]:
            if action == history.ARCHIVE:
                record.restore()
            else:
                record.archive()
        flash(str(_("It was taken back")), "ok")
        return redirect(self.list_url, 303)

    @expose("/take-out", methods=("POST",))
    def take_out_view(self: Any) -> Response:
        """Lead to the file of the chosen records, in the order and columns of the list."""
        format = request.form.get("format", "")
        if format not in self.export_formats():
            abort(404)
        ids = ",".join(map(str, self._chosen()))
        sent = MultiDict(parse_qsl(request.form.get("asked", "").removeprefix("?")))
        Listing(self, sent)  # what cannot be asked is said here
        asked = urlencode({**sent.to_dict(), IDS: ids})
        return redirect(f"{self.list_url}export.{format}?{asked}", 303)

    def _chosen_records(self: Any) -> list[Model]:
        return [self._to_edit(id) for id in self._chosen()]

    def _chosen(self: Any) -> list[int]:
        return self._ids(request.form.getlist("id"))  # type: ignore[no-any-return]

    def _ids(self: Any, texts: list[str]) -> list[int]:
        given = set(filter(None, texts))
        if any(not (id.isascii() and id.isdigit() and len(id) <= LONGEST_ID) for id in given):
            raise UserError(_("The records are named by their numbers."))
        if not given:
            raise UserError(_("Choose records in the list first."))
        if len(given) > self.page_size:
            raise UserError(_("Choose at most %(most)s records at once.", most=self.page_size))
        return sorted(map(int, given))
