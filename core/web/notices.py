"""The bell, the page of notices, and how each user wants to get them."""

from typing import Any

from flask import Flask, abort, flash, g, redirect, render_template, request
from werkzeug.wrappers import Response

from core.background import choices
from core.background.notices import Notice, Told, notices_of, readable
from core.data.fields import now
from core.errors import NotAllowed
from core.exchange.names import hidden_fields, name_of, without
from core.formats import format_datetime
from core.i18n import _
from core.web.cells import record_url
from core.web.requests import LARGEST_ID
from core.web.transactions import in_transaction

MOST = 50


def add_notices(app: Flask) -> None:
    app.add_url_rule("/notices", view_func=notices)
    app.add_url_rule("/notices/read", "read_notices", read_all, methods=["POST"])
    app.add_url_rule("/notices/<int:id>", view_func=notice)
    app.add_url_rule("/notices/<int:id>/open", "open_notice", open_one, methods=["POST"])
    app.add_url_rule("/notices/<int:id>/read", "read_notice", read_one, methods=["POST"])
    app.add_url_rule("/notices/choices", "notice_choices", notice_choices)
    app.add_url_rule("/notices/choices", "choose_notices", choose_notices, methods=["POST"])


def notices() -> str:
    before = request.args.get("before", type=int)
    before = before if before is not None and 0 < before < LARGEST_ID else None
    told = notices_of(_reader(), MOST + 1, before)
    shown = [_shown(each) for each in told[:MOST]]
    earlier = f"/notices?before={told[MOST - 1].notice.id}" if len(told) > MOST else ""
    return render_template("notices.html", notices=shown, earlier=earlier)


def _reader() -> int:
    if g.actor.id is None:
        raise NotAllowed(_("Only users have notices."))
    id: int = g.actor.id
    return id


def _shown(told: Told) -> dict[str, Any]:
    notice, record = told.notice, told.record
    title = name_of(without(hidden_fields(type(record)), record)) if record is not None else ""
    return {
        "id": notice.id,
        "text": notice.text,
        "title": title,
        "at": format_datetime(notice.at),
        "is_read": notice.read_at is not None,
        "icon": ICONS.get(notice.kind, "bell"),
    }


ICONS = {"core.mentioned": "user", "core.commented": "message", "core.changed": "pencil"}


def open_one(id: int) -> Response:
    """Mark the notice as read and go where it leads."""
    return in_transaction(lambda: _open(id))


def _open(id: int) -> Response:
    told = _mine(id)
    _read(id)
    return _way_to(told)


def _way_to(told: Told) -> Response:
    url = told.notice.url
    if not url and told.record is not None:
        url = record_url(type(told.record), told.record.id) or ""
    return redirect(url or "/notices", 303)


def notice(id: int) -> Response:
    """Where a notice leads, for the link in a mail; it stays unread, for a GET writes nothing."""
    return _way_to(_mine(id))


def read_one(id: int) -> Response:
    return in_transaction(lambda: _read_one(id))


def _read_one(id: int) -> Response:
    _mine(id)
    _read(id)
    return redirect("/notices", 303)


def read_all() -> Response:
    return in_transaction(_read_all)


def _read_all() -> Response:
    mine = (Notice.user == _reader()) & Notice.read_at.is_null()
    Notice.update(read_at=now()).where(mine).execute()
    return redirect("/notices", 303)


def _mine(id: int) -> Told:
    """A notice of the reader about something that they can still see; else 404."""
    query = Notice.select().where(Notice.user == _reader(), Notice.id == min(id, LARGEST_ID - 1))
    found = readable(query)
    if not found:
        abort(404)
    return found[0]


def _read(id: int) -> None:
    Notice.update(read_at=now()).where(Notice.id == id, Notice.read_at.is_null()).execute()


def notice_choices() -> str:
    """The page on which a user chooses what comes to them, how, and when not."""
    kinds, ways = choices.kinds(), choices.channels()
    quiet = choices.quiet_hours(_reader())
    chosen = choices.choices_of(g.actor.id)
    return render_template(
        "notice_choices.html",
        channels=[way.title for way in ways.values()],
        kinds=[
            {
                "title": kind.title,
                "boxes": [
                    {"name": f"{name} {way}", "title": ways[way].title, "is_on": is_on}
                    for way, is_on in chosen[name].items()
                ],
            }
            for name, kind in kinds.items()
        ],
        quiet=[choices.clock(minutes) for minutes in quiet] if quiet else ["", ""],
    )


def choose_notices() -> Response:
    wanted = {tuple(name.split(" ")) for name in request.form.getlist("wanted")}
    begins = choices.minutes_of(request.form.get("begins", ""))
    ends = choices.minutes_of(request.form.get("ends", ""))
    return in_transaction(lambda: _choose(wanted, begins, ends))


def _choose(wanted: set[Any], begins: int | None, ends: int | None) -> Response:
    user = _reader()
    choices.choose(user, wanted)
    choices.keep_quiet(user, begins, ends)
    flash(str(_("Your notices come as you chose.")), "ok")
    return redirect("/notices/choices", 303)
