"""The page of the whole history, for administrators and whoever watches over access."""

from collections.abc import Iterator
from datetime import UTC, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Flask, flash, g, redirect, render_template, request
from peewee import fn
from werkzeug.wrappers import Response

from core.access.models import User
from core.access.permissions import auditor
from core.background.sealing import seal_and_verify
from core.data.actor import system
from core.data.audit import ACTIONS, note
from core.data.chain import head, unsealed
from core.data.database import release
from core.data.fields import now
from core.data.history import History
from core.data.verifying import last_verdict
from core.errors import NotAllowed
from core.exchange.exports import book
from core.exchange.exports.cells import as_texts
from core.exchange.exports.gathering import Batch
from core.exchange.exports.tables import Table, csv_texts
from core.exchange.names import choices_of
from core.formats import format_count, format_date, format_datetime, format_integer, local_time
from core.i18n import _, pgettext
from core.modules.registry import current_registry
from core.web.cells import record_url
from core.web.downloads import called
from core.web.history.asking import (
    COUNT_CAP,
    SYSTEM,
    Asked,
    count_of,
    place_of,
    read_asked,
    rows_of,
)
from core.web.history.titles import BOOKS, models_by_table, table_title
from core.web.history.words import COLUMNS, Line, Row, Words, spoken
from core.web.lists.exporting import CSV, sent_file
from core.web.shell import initials, tone
from core.web.transactions import in_transaction

SHOWN = 50
ROWS_AT_ONCE = 500  # of a file
MOST_CHOICES = 300
LATE = timedelta(minutes=10)  # that rows may wait to be sealed before the page doubts


def add_history(app: Flask) -> None:
    app.add_url_rule("/history", "history", history)
    app.add_url_rule("/history/export.csv", "history_csv", export)
    app.add_url_rule("/history/verify", "verify_history", verify, methods=["POST"])


def may_watch(actor: Any) -> bool:
    return bool(actor.is_admin or auditor.name in actor.roles)


def _require() -> None:
    if not may_watch(g.actor):
        raise NotAllowed(_("Only an administrator or an auditor may see the whole history."))
    g.place = "history"


def history() -> str:
    """The newest entries that pass the filters, or those after the place `after`; asked for by
    htmx, they alone.
    """
    _require()
    asked = read_asked(request.args)
    after = request.args.get("after", "")
    found = spoken(rows_of(asked, COLUMNS, SHOWN + 1, after))
    shown, words = found[:SHOWN], Words(found[:SHOWN])
    page: dict[str, Any] = {
        "entries": [_entry(row, words, asked) for row in shown],
        "next_url": _next(asked, shown[-1]) if len(found) > SHOWN else "",
        "first_url": asked.url() if after else "",
        "total": format_count(count_of(asked), COUNT_CAP),
        "applied": _applied(asked),
        "reset_url": "/history",
        "export_url": f"/history/export.csv?{urlencode(asked.args())}",
    }
    if request.headers.get("HX-Request"):
        return render_template("history/body.html", page=page)
    page |= {"filters": _controls(asked), "chain": _chain(), "hidden": _kept(asked)}
    return render_template("history/page.html", page=page)


def verify() -> Response:
    """Seal what waits and look at all of the history, in a job."""

    def work() -> Response:
        _require()
        note("verify", ("core_history", 0))
        job = seal_and_verify.later()
        flash(str(_("The history is looked at: the result stands here.")), "ok")
        return redirect(f"/jobs/{job}", 303)

    return in_transaction(work)


def export() -> Response:
    """What passes the filters as CSV, a row for each value, sent while it is made."""
    _require()
    asked = read_asked(request.args)
    table = History._meta.table_name
    row = book.begin("core.history", "csv", urlencode(asked.args()), count_of(asked, None), table)
    header = [
        *(_("Number"), _("When"), _("Who"), _("Address of the network"), _("What was done")),
        *(_("Of what"), _("Its number"), _("Name"), _("Field")),
        *(pgettext("history", "Before"), pgettext("history", "After")),
    ]
    table = Table([str(title) for title in header], {str(n): as_texts for n in range(len(header))})
    title = str(_("History"))
    pieces = csv_texts(table, _batches(asked, row))
    return sent_file(pieces, CSV, called(f"{title}.csv", "history.csv"))


def _batches(asked: Asked, export: int) -> Iterator[Batch]:
    """The entries in batches, counted; who reads slowly keeps no connection meanwhile."""
    count, place = 0, ""
    try:
        while rows := spoken(rows_of(asked, COLUMNS, ROWS_AT_ONCE, place)):
            cells = list(_cells(rows))
            columns = zip(*cells, strict=True)
            yield Batch([], {str(n): list(column) for n, column in enumerate(columns)})
            release()
            count, place = count + len(rows), place_of(rows[-1].at, rows[-1].id)
    finally:
        book.finish(export, count)
        release()


def _cells(rows: list[Row]) -> Iterator[list[str]]:
    words, hidden = Words(rows), str(_("hidden"))
    for row in rows:
        about = [
            *(str(row.id), f"{local_time(row.at):%Y-%m-%d %H:%M:%S}", _who(row), row.address),
            *(str(ACTIONS.get(row.action, row.action)), table_title(row.table)),
            *(str(row.record), words.name_of(row)),
        ]
        for line in words.lines(row) or [Line("")]:
            values = [hidden, hidden] if line.is_hidden else [line.old, line.new]
            yield [*about, line.label, *values]


def _who(row: Row) -> str:
    return row.actor_name or str(_("The system"))


def _entry(row: Row, words: Words, asked: Asked) -> dict[str, Any]:
    name = words.name_of(row)
    who = _who(row)
    return {
        "id": row.id,
        "at": format_datetime(row.at),
        "iso": row.at.astimezone(UTC).isoformat(),
        "who": who,
        "who_url": asked.url(who=str(row.actor) if row.actor else SYSTEM),
        "initials": initials(who),
        "tone": tone(row.actor),
        "address": row.address,
        "action": ACTIONS.get(row.action, row.action),
        "of": _of(row),
        "name": name or (f"№ {row.root}" if row.root else ""),
        "url": record_url(models_by_table()[row.root_table], row.root) if name else None,
        "lines": words.lines(row),
    }


def _of(row: Row) -> str:
    titles = dict.fromkeys((table_title(row.root_table), table_title(row.table)))
    return " · ".join(titles)


def _next(asked: Asked, last: Row) -> str:
    return asked.url(after=place_of(last.at, last.id))


def _kept(asked: Asked) -> list[tuple[str, str]]:
    """What the form of the filters passes on and has no control for."""
    return [(name, v) for name, v in asked.args().items() if name in ("record", "about", "user")]


def _people() -> list[tuple[Any, str]]:
    with system("who did something is known to whoever watches over access"):
        return choices_of(User, MOST_CHOICES)


def _controls(asked: Asked) -> dict[str, Any]:
    people = _people()
    tables = {model._meta.table_name for model in current_registry().models if not _is_part(model)}
    known = sorted((table_title(table), table) for table in {*tables, *BOOKS, asked.what} - {""})
    who = SYSTEM if asked.who == 0 else str(asked.who or "")
    return {
        "people": [(SYSTEM, _("The system")), *((str(id), name) for id, name in people)],
        "types_login": not people,
        "who": who,
        "tables": [(table, title) for title, table in known],
        "what": asked.what,
        "actions": sorted(ACTIONS.items(), key=lambda item: str(item[1])),
        "action": asked.action,
        "first": asked.first or "",
        "last": asked.last or "",
    }


def _is_part(model: Any) -> bool:
    return bool(getattr(model._meta, "part_of", None))


def _applied(asked: Asked) -> list[dict[str, Any]]:
    """The filters in force, each with the address of the page without it."""
    found: list[tuple[Any, Any, dict[str, None]]] = []
    if asked.who is not None:
        found.append((_("Who"), _called(asked.who), {"who": None}))
    if asked.what:
        found.append((_("Of what"), table_title(asked.what), {"what": None, "record": None}))
    if asked.record is not None:
        found.append((_("Record"), f"№ {asked.record}", {"record": None}))
    if asked.action:
        found.append((_("What was done"), ACTIONS[asked.action], {"action": None}))
    if asked.first:
        found.append((_("From"), format_date(asked.first), {"from": None}))
    if asked.last:
        found.append((_("Until"), format_date(asked.last), {"until": None}))
    if asked.about:
        found.append((_("Rights of"), _called(asked.user or 0), {"about": None, "user": None}))
    return [
        {"label": label, "text": text, "remove_url": asked.url(**without)}
        for label, text, without in found
    ]


def _called(user: int) -> Any:
    if not user:
        return _("The system")
    with system("who did something is known to whoever watches over access"):
        name = User.select(User.name).where(User.id == user).tuples().first()
    return name[0] if name else f"№ {user}"


def _chain() -> dict[str, Any]:
    """How far the history is sealed, and what the last look found."""
    sealed, waiting = head(), unsealed()
    at, rows, fault = last_verdict()
    begun = sealed.at or History.select(fn.MIN(History.at)).scalar()
    is_late = bool(waiting) and begun is not None and now() - begun > LATE
    return {
        "fault": str(fault) if fault else "",
        "fault_row": fault.row if fault else None,
        "tone": "is-bad" if fault else "is-warn" if is_late else "is-ok",
        "rows": format_integer(sealed.rows),
        "sealed_at": format_datetime(sealed.at) if sealed.at else "",
        "waiting": format_integer(waiting) if waiting else "",
        "is_late": is_late,
        "checked_at": format_datetime(at) if at else "",
        "checked": format_integer(rows or 0),
    }
