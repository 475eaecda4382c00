"""What the pages of imports show: the columns of a file, what became of it."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from flask import g, render_template

from core.background.jobs.models import FAILED, QUEUED, RUNNING, Job
from core.config import MEGABYTE
from core.data.actor import system
from core.exchange.names import names_of
from core.exchange.uploads import models
from core.exchange.uploads.guessing import guessed
from core.exchange.uploads.models import (
    CHECKED,
    COLUMNS,
    DONE,
    READING,
    UNDOING,
    UNDONE,
    Line,
    Upload,
    chunks_of,
    lines_in,
    written,
)
from core.exchange.uploads.places import Places
from core.exchange.uploads.undoing import Undoing
from core.formats import format_datetime, format_integer
from core.i18n import _
from core.web.imports.rows import VERDICTS, Rows
from core.web.jobs import shown_job

SHOWN_OBSTACLES = 200
RECENT = 20
EXAMPLES = 3
STATES = {
    models.READING: _("Being read"),
    models.COLUMNS: _("Columns to be named"),
    models.CHECKED: _("Checked"),
    models.RUNNING: _("Being imported"),
    models.DONE: _("Imported"),
    models.UNDOING: _("Being undone"),
    models.UNDONE: _("Undone"),
}


class Screen:
    """The pages of one upload."""

    def __init__(
        self, view: Any, upload: Upload, places: Places | None, args: Mapping[str, str]
    ) -> None:
        self.view, self.upload, self.args = view, upload, args
        self._places = places
        self.url = f"{view.list_url}import/{upload.id}"

    @property
    def places(self) -> Places:
        assert self._places is not None  # noqa: S101 - pages are made with places
        return self._places

    def job(self) -> Job | None:
        """The job that has the upload in hand."""
        if self.upload.job is None:
            return None
        found: Job | None = Job.get_or_none(
            Job.id == self.upload.job, Job.state.in_((QUEUED, RUNNING))
        )
        return found

    def page(self) -> str:
        """The page that stands next."""
        if (job := self.job()) or self.upload.state == READING:
            return self._waiting(job)
        is_asked = self.upload.state == CHECKED and self.args.get("show") == "columns"
        if self.upload.state == COLUMNS or is_asked:
            return render_template("import_columns.html", page=self._columns())
        if self.upload.state in (DONE, UNDOING, UNDONE):
            return render_template("import_done.html", page=self._done())
        return render_template("import_rows.html", page=self._rows())

    def body(self) -> str:
        """The rows alone, for a page that stands."""
        return render_template("import_body.html", page=self._rows())

    def question(self) -> str:
        """What undoing would do, and what stands in its way."""
        found = Undoing(self.upload).obstacles()
        names = names_of(self.view.model, {each.record for each in found[:SHOWN_OBSTACLES]})
        rows = [
            {
                "url": f"{self.view.list_url}{each.record}",
                "name": names.get(each.record) or f"№ {each.record}",
                "what": each.what,
                "who": each.who,
                "at": format_datetime(each.at) if each.at else "",
            }
            for each in found[:SHOWN_OBSTACLES]
        ]
        total = sum(1 for c in chunks_of(self.upload) for w in written(c) if w.verdict != "=")
        page = self._page() | {
            "obstacles": rows,
            "stuck": format_integer(len(found)),
            "free": format_integer(total - len(found)),
            "is_free": total > len(found),
        }
        return render_template("import_undo.html", page=page)

    def _page(self) -> dict[str, Any]:
        return {
            "title": self.view.title,
            "list_url": self.view.list_url,
            "url": self.url,
            "name": self.upload.name,
            "rows_count": format_integer(int(self.upload.rows)),
            "columns_count": format_integer(len(self.upload.columns)),
            "state": self.upload.state,
            "trouble": self._trouble(),
        }

    def _trouble(self) -> str:
        """Why the last job of the upload ended before its time."""
        failed = (Job.id == self.upload.job) & (Job.state == FAILED)
        found = Job.get_or_none(failed) if self.upload.job else None
        return str(found.error) if found is not None else ""

    def _waiting(self, job: Job | None) -> str:
        found = job or (Job.get_or_none(Job.id == self.upload.job) if self.upload.job else None)
        with system("a job names who started it"):
            shown = shown_job(found) if found is not None else None
        return render_template("import_waiting.html", page=self._page(), job=shown)

    @cached_property
    def mapping(self) -> dict[str, Any]:
        known = self.upload.map
        return known or guessed(self.places, self.upload, self.view.import_names)

    def _columns(self) -> dict[str, Any]:
        first = next(chunks_of(self.upload), None)
        lines = [line for line in lines_in(first) if line.cells] if first else []
        columns = [
            {
                "name": name or _("Column %(number)s", number=number + 1),
                "place": self.mapping["places"][number],
                "examples": _examples(lines, number),
            }
            for number, name in enumerate(self.upload.columns)
        ]
        own = [p for p in self.places.by_name.values() if p.part is None]
        parts = [p for p in self.places.by_name.values() if p.part is not None]
        return self._page() | {
            "columns": columns,
            "own": [(place.name, place.title) for place in own],
            "parts": [(place.name, place.title) for place in parts],
            "found_by": list(self.places.key_titles().items()),
            "key": self.mapping["key"],
        }

    def _rows(self) -> dict[str, Any]:
        return self._page() | Rows(self.upload, self.places, self.mapping, self.args).page()

    def _done(self) -> dict[str, Any]:
        tally = self.upload.tally
        left = sum(1 for c in chunks_of(self.upload) for w in written(c) if w.verdict != "=")
        return self._page() | {
            "counts": {sign: format_integer(tally.get(sign, 0)) for sign in VERDICTS},
            "can_undo": bool(left),
            "left": format_integer(left) if self.upload.state == UNDONE and left else "",
            "ended": format_datetime(self.upload.ended_at) if self.upload.ended_at else "",
        }


def recent(view: Any, limit: int) -> dict[str, Any]:
    """The page where a file is sent: with the last ones of the reader."""
    mine = (Upload.owner == g.actor.id) & (Upload.model == view.place)
    rows = [
        {
            "url": f"{view.list_url}import/{each.id}",
            "name": each.name,
            "state": STATES[str(each.state)],
            "at": format_datetime(each.created_at),
            "rows": format_integer(int(each.rows)),
        }
        for each in Upload.select().where(mine).order_by(Upload.id.desc()).limit(RECENT)
    ]
    megabytes = f"{limit / MEGABYTE:.3g}"
    return {
        "title": view.title,
        "list_url": view.list_url,
        "recent": rows,
        "limit": megabytes,
        "limit_bytes": limit,
    }


def _examples(lines: list[Line], column: int) -> str:
    found = dict.fromkeys(text for line in lines if (text := line.cells[column].strip()))
    return " · ".join(text[:30] for text in list(found)[:EXAMPLES])
