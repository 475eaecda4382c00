"""The page of a job, for whoever started it, and the list of all jobs for administrators."""

import json
from typing import Any

from flask import Flask, abort, flash, g, redirect, render_template, request
from werkzeug.wrappers import Response

from core.background.jobs import queue
from core.background.jobs.declared import jobs_of
from core.background.jobs.models import CANCELLED, DONE, FAILED, QUEUED, RUNNING, Job, by_the_clock
from core.data.actor import system
from core.errors import NotAllowed, UserError
from core.formats import format_datetime
from core.i18n import _
from core.modules.registry import current_registry
from core.web.requests import LARGEST_ID
from core.web.transactions import in_transaction

MOST = 50
STATES = {
    QUEUED: (_("Waits"), "is-info"),
    RUNNING: (_("Runs"), "is-teal"),
    DONE: (_("Done"), "is-ok"),
    FAILED: (_("Failed"), "is-bad"),
    CANCELLED: (_("Cancelled"), "is-warn"),
}


def add_jobs(app: Flask) -> None:
    app.add_url_rule("/jobs", view_func=jobs)
    app.add_url_rule("/jobs/<int:id>", view_func=job)
    app.add_url_rule("/jobs/<int:id>/cancel", "cancel_job", cancel, methods=["POST"])
    app.add_url_rule("/jobs/<int:id>/retry", "retry_job", retry, methods=["POST"])


def jobs() -> str:
    """Every job, the newest first; `state` and `before` narrow it."""
    _require_admin()
    g.place = "jobs"
    state = request.args.get("state", "")
    before = request.args.get("before", type=int)
    query = Job.select().order_by(Job.id.desc()).limit(MOST + 1)
    if state in STATES:
        query = query.where(Job.state == state)
    else:  # what the clock does every minute would hide all else
        query = query.where(~((Job.state == DONE) & by_the_clock()))
    if before is not None and 0 < before < LARGEST_ID:
        query = query.where(Job.id < before)
    rows = list(query)
    with system("administrators see who started a job"):
        shown = [shown_job(row) for row in rows[:MOST]]
    earlier = f"/jobs?state={state}&before={rows[MOST - 1].id}" if len(rows) > MOST else ""
    states = [(key, title) for key, (title, _tone) in STATES.items()]
    return render_template(
        "jobs.html",
        jobs=shown,
        earlier=earlier,
        states=states,
        state=state if state in STATES else "",
    )


def job(id: int) -> str:
    """The page of one job; asked for by htmx, only what changes."""
    with system("a job names who started it"):
        shown = shown_job(_reached(id))
    whole = not request.headers.get("HX-Request")
    return render_template("job.html" if whole else "job_body.html", job=shown)


def cancel(id: int) -> Response:
    return in_transaction(lambda: _cancel(id))


def _cancel(id: int) -> Response:
    _reached(id)
    if not queue.cancel(id):
        raise UserError(_("This job has ended already: there is nothing to cancel."))
    flash(str(_("The job was cancelled.")))
    return redirect(f"/jobs/{id}", 303)


def retry(id: int) -> Response:
    return in_transaction(lambda: _retry(id))


def _retry(id: int) -> Response:
    _require_admin()
    _reached(id)
    if not queue.retry(id):
        raise UserError(_("Only a job that failed or was cancelled can be queued again."))
    return redirect(f"/jobs/{id}", 303)


def _require_admin() -> None:
    if not g.actor.is_admin:
        raise NotAllowed(_("Only an administrator may see the jobs of others."))


def _reached(id: int) -> Job:
    """The job, which the reader started, or any for an administrator; else there is none."""
    found = Job.get_or_none(Job.id == id) if id < LARGEST_ID else None
    if found is None or not (g.actor.is_admin or _is_own(found)):
        abort(404)
    assert isinstance(found, Job)  # noqa: S101 - abort() does not come back
    return found


def _is_own(found: Job) -> bool:
    return g.actor.id is not None and found.user_id == g.actor.id and not found.reason


def shown_job(row: Job) -> dict[str, Any]:
    """What a page shows of a job."""
    title, tone = STATES[str(row.state)]
    mark = jobs_of(current_registry()).get(str(row.name))
    return {
        "id": row.id,
        "title": (mark and mark.mark.title) or row.name,
        "name": row.name,
        "state": title,
        "tone": tone,
        "is_open": row.state in (QUEUED, RUNNING),
        "is_ended_badly": row.state in (FAILED, CANCELLED),
        "done": row.done,
        "total": row.total,
        "text": row.text,
        "error": row.error if row.state != DONE else "",
        "who": _who(row),
        "at": format_datetime(row.created_at),
        "ended": format_datetime(row.finished_at) if row.finished_at else "",
        **_result(row.result),
    }


def _who(row: Job) -> Any:
    if row.user_id:
        return row.user.name
    return _("By the clock") if row.reason == row.name else _("The system")


def _result(text: Any) -> dict[str, Any]:
    """What a job answered: a text, or {"text": …, "links": [{"title": …, "url": "/…"}]}."""
    found = json.loads(text) if text else None
    if not isinstance(found, dict):
        return {"result": "" if found is None else str(found), "links": []}
    links = [each for each in found.get("links", []) if _is_ours(str(each.get("url", "")))]
    return {"result": found.get("text", ""), "links": links}


def _is_ours(url: str) -> bool:
    return url.startswith("/") and not url.startswith(("//", "/\\"))
