"""The page that says who can do something with a record, and by which line."""

from typing import Any
from urllib.parse import urlencode

from flask import abort, g, render_template, request

from core.access.actors import actors_of
from core.access.decisions import can
from core.access.lines import ACTIONS
from core.access.models import User
from core.access.reasons import ACTION_WORDS, why
from core.exchange.names import hidden_fields, name_of, without
from core.formats import format_integer
from core.web.access.question import Question, asked, titles_of
from core.web.cells import record_url
from core.web.shell import initials, tone

PLACE = "access"
MOST = 500  # users: each is a question of their own


def viewers() -> str:
    """Who can `action` on the record or the list, by name."""
    question = asked(request.args)
    if question.model is None:
        abort(404)
    g.place = PLACE
    users = list(User.select().where(User.is_active).order_by(User.name, User.id).limit(MOST + 1))
    actors = actors_of(user.id for user in users[:MOST])
    rows = [row for user in users if (row := _row(question, user, actors))]
    page = {
        "titles": titles_of(question),
        "rows": rows,
        "others": format_integer(len(actors) - len(rows)),
        "is_cut": len(users) > MOST,
        "most": format_integer(MOST),
        "actions": [
            (letter, ACTION_WORDS[letter], _url(question, action=letter)) for letter in ACTIONS
        ],
        "action": question.action,
        "record_url": record_url(question.model, question.record.id)
        if question.record is not None
        else None,
    }
    return render_template("access/viewers.html", page=page)


def _row(question: Question, user: User, actors: dict[int, Any]) -> dict[str, Any] | None:
    """One who can; None for one who cannot."""
    actor, field = actors.get(user.id), question.field or None
    if actor is None or not can(actor, question.action, question.subject, field):
        return None
    reason = why(actor, question.action, question.subject, field)[0]
    name = name_of(without(hidden_fields(User), user))
    return {
        "name": name,
        "initials": initials(name),
        "tone": tone(user.id),
        "line": reason.line,
        "stands_for": reason.stands_for,
        "made_by": reason.made_by,
        "url": f"/access?{urlencode({**question.words, 'user': user.id})}",
    }


def _url(question: Question, **words: str) -> str:
    return f"/access/who?{urlencode({**question.words, **words})}"
