"""Where records are moved to: to another lane of a board, or to another day."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import abort, flash, g, redirect, render_template, request
from flask_admin import expose
from werkzeug.wrappers import Response

from core.data.model import Model
from core.errors import Conflict, UserError
from core.exchange.days import day_said, moved_to, read_day
from core.exchange.groups import Grouping
from core.exchange.names import hidden_fields, name_of
from core.i18n import _
from core.modules.buttons import press
from core.modules.registry import current_registry
from core.modules.transitions import Questions, guarded_fields
from core.web.forms.editing import sent_version
from core.web.lists.moves import button_towards, is_open_to, set_value
from core.web.transactions import Refusal, in_transaction


class Moving:
    """The part of a `ModelView` that takes what is dragged on a board, or sent by a card's form."""

    @expose("/<int:id>/move", methods=("POST",))
    def move_view(self, id: int) -> Response:
        """Give a record the value of another lane: by the transition that leads there, if the field
        is a state that transitions lead.
        """
        g.place = self.place  # type: ignore[attr-defined]
        return in_transaction(lambda: self._move(id))

    def _move(self: Any, id: int) -> Any:
        field = self._readable(self.board_by)
        record = self.get_one(id)
        if record is None:
            abort(404)
        grouping = Grouping(field)
        to = grouping.read(request.form.get("to", ""))
        if not is_open_to(grouping, to):
            raise UserError(_("“%(name)s” cannot be empty.", name=self.label(field.name)))
        require_version(record, sent_version())
        if field.name in guarded_fields(self.model):
            return self._lead(record, button_towards(record, field, to))
        moved = self._to_edit(id)
        before = grouping.value(moved.__data__.get(field.name))
        set_value(moved, field.name, to)
        if not is_open_to(grouping, before):
            return self._moved(record)
        words = {"to": grouping.word(before), "version": moved.version}
        return self._moved(record, f"{self.list_url}{id}/move", words)

    @expose("/move-day", methods=("POST",))
    def move_day_view(self: Any) -> Response:
        """Put a record of the calendar on another day; a time stays what it is."""
        g.place = self.place
        return in_transaction(self._move_day)

    def _move_day(self: Any) -> Any:
        field = self._readable(self.calendar_by)
        if self.calendar_yearly:
            abort(404)
        id, version = sent_record()
        day = read_day(request.form.get("day", ""))
        record = self._to_edit(id)
        require_version(record, version)
        before = record.__data__.get(field.name)
        set_value(record, field.name, moved_to(field, before, day))
        if before is None:
            return self._moved(record)
        words = {"record": f"{id}-{record.version}", "day": day_said(before)}
        return self._moved(record, f"{self.list_url}move-day", words)

    def _lead(self: Any, record: Model, button: Any) -> Any:
        name, confirmed = button.function.__name__, request.form.getlist("confirmed")
        try:
            press(record, name, {}, confirmed)
        except Questions as asked:
            page = self._question(record, button.mark.title, [*confirmed, *asked.texts])
            return Refusal(422, lambda: render_template("question.html", page=page))
        return self._moved(record)

    def _question(self: Any, record: Model, title: Any, texts: list[str]) -> dict[str, Any]:
        return {
            "title": title,
            "about": name_of(record),
            "crumbs": [(self.title, self._back())],
            "url": f"{self.list_url}{record.id}/move",
            "back": self._back(),
            "texts": texts,
            "values": {key: request.form.get(key, "") for key in ("to", "version", "back")},
        }

    def _readable(self: Any, name: str) -> Any:
        """The field of a board or calendar, unless there is none or it is hidden."""
        field = current_registry().fields(self.model).get(name)
        if field is None or name in hidden_fields(self.model):
            abort(404)
        return field

    def _moved(self: Any, record: Model, url: str = "", words: Any = None) -> Response:
        """Say what was moved; by `words`, sent to `url`, the message has a way back."""
        said = str(_("Moved: %(title)s", title=name_of(record)))
        undo = {"url": url, "values": {**(words or {}), "back": request.form.get("back", "")}}
        flash({"text": said, "undo": undo} if url else said, "ok")  # type: ignore[arg-type]
        return redirect(self._back(), 303)

    def _back(self: Any) -> str:
        """The board that the form stood on."""
        asked = urlencode(parse_qsl(request.form.get("back", "").removeprefix("?")))
        return f"{self.list_url}?{asked}" if asked else str(self.list_url)


def require_version(record: Model, version: int) -> None:
    """Raise `Conflict` where the form was made of another version of the record."""
    if version != record.version:
        raise Conflict(_("Somebody else changed this record meanwhile: look at it again."))


def sent_record() -> tuple[int, int]:
    """(id, version) of the record that the form of a calendar names as 12-3."""
    id, _dash, version = request.form.get("record", "").partition("-")
    if not all(text.isascii() and text.isdigit() and len(text) < 10 for text in (id, version)):
        raise UserError(_("Choose a record of the calendar first."))
    return int(id), int(version)
