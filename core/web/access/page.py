"""The page that explains one decision: allowed or not, by which lines, and what else they see."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import Flask, g, render_template, request

from core.access.actors import standing_in_for
from core.access.decisions import can
from core.access.lines import ACTIONS
from core.access.models import Cover, User
from core.access.policy import current_policy
from core.access.reasons import ACTION_WORDS, ROLE, Reason, why
from core.data.actor import Actor, acting_as
from core.data.model import Model
from core.exchange.selection import Ask, Selection
from core.formats import format_date, format_integer, today
from core.i18n import Text, _
from core.modules.registry import current_registry
from core.web.access.question import Question, asked, fields_of, models, titles_of
from core.web.access.viewers import viewers
from core.web.cells import record_url

PLACE = "access"
MOST_COUNTED = 10_000
ICONS = {"c": "plus", "r": "eye", "u": "pencil", "d": "trash", "x": "download"}


def add_access(app: Flask) -> None:
    app.add_url_rule("/access", view_func=access)
    app.add_url_rule("/access/who", "access_who", viewers)


def access() -> str:
    """Ask, and read the answer: everything is in the address, which can be sent to somebody."""
    question = asked(request.args)
    g.place = PLACE
    page = {
        "form": form_of(question),
        "titles": titles_of(question),
        "words": ACTION_WORDS,
        "answer": _answer(question, question.user, question.model)
        if question.user and question.model
        else None,
    }
    return render_template("access/explainer.html", page=page)


def form_of(question: Question) -> dict[str, Any]:
    """What can be chosen in the form, and what is."""
    names = titles_of(question)
    model = question.model
    return {
        "words": question.words,
        "user": (question.user.id, names["user"]) if question.user else None,
        "record": (question.record.id, names["record"]) if question.record is not None else None,
        "actions": [(letter, ACTION_WORDS[letter]) for letter in ACTIONS],
        "models": [(current, title) for current, title in _named_models()],
        "fields": sorted(fields_of(model).items(), key=lambda item: str(item[1])) if model else [],
        "choices_url": f"{g.views[model].list_url}choices" if model else "",
    }


def _named_models() -> Iterator[tuple[str, Text]]:
    for model, title in models():
        yield g.views[model].place, title


def _answer(question: Question, user: User, model: type[Model]) -> dict[str, Any]:
    actor, subject, field = question.actor, question.subject, question.field or None
    if actor is None:
        return {"allowed": False, "cannot_log_in": True, "reasons": [], "fields": [], "sees": []}
    reasons = why(actor, question.action, subject, field)
    shown = [_shown(reason) for reason in reasons]
    fields = list(_fields(actor, subject, fields_of(model), question.field))
    return {
        "allowed": reasons[0].grants,
        "decided": shown[0],
        "reasons": [each for each in shown if each["bears"]],
        "others": [each for each in shown if not each["bears"]],
        "fields": [row for row in fields if not row["is_open"] or row["is_asked"]],
        "open_fields": [row["title"] for row in fields if row["is_open"] and not row["is_asked"]],
        "sees": list(_sees(actor)),
        "later": list(_later(actor, question)),
        "who_url": f"/access/who?{urlencode({**question.words, 'user': ''})}",
        "user_url": record_url(User, user.id),
    }


def _shown(reason: Reason) -> dict[str, Any]:
    manifest = current_registry().addons.get(reason.source)
    return {
        "line": reason.line,
        "outcome": reason.outcome,
        "grants": reason.grants,
        "decides": reason.decides,
        "bears": reason.stage != ROLE,
        "source": _(manifest.title) if manifest else _("Core"),
        "made_by": reason.made_by,
        "stands_for": reason.stands_for,
    }


def _fields(
    actor: Actor, subject: Any, titles: dict[str, Text], asked: str
) -> Iterator[dict[str, Any]]:
    """Each field of the record: whether they may read and change it, and why not."""
    for name, title in sorted(titles.items(), key=lambda item: str(item[1])):
        reads, changes = (can(actor, action, subject, name) for action in "ru")
        refused = [] if reads and changes else why(actor, "u" if reads else "r", subject, name)
        yield {
            "title": title,
            "reads": reads,
            "changes": changes,
            "is_open": reads and changes,
            "why": refused[0].outcome if refused else "",
            "is_asked": name == asked,
        }


def _sees(actor: Actor) -> Iterator[dict[str, Any]]:
    """How many records of each list they reach, as far as the reader may count them, and what they
    may do there.
    """
    for model, title in models():
        allowed = [letter for letter in ACTIONS if can(actor, letter, model)]
        counts = current_policy().reach(model, g.actor, "r") is None
        if "r" in allowed and counts:
            with acting_as(actor):
                count, capped = Selection(model, Ask()).count(MOST_COUNTED)
            number = format_integer(count) + ("+" if capped else "")
        else:
            number = ""
        yield {
            "title": title,
            "count": number,
            "actions": [(ICONS[letter], ACTION_WORDS[letter]) for letter in allowed],
        }


def _later(actor: Actor, question: Question) -> Iterator[dict[str, Any]]:
    """Whom they will stand in for, and whether that changes the answer."""
    subject: type[Model] | Model = question.subject
    for cover in _coming(actor.id, today()):
        then = standing_in_for(actor, cover.user_id)
        yield {
            "name": cover.user.name,
            "starts": format_date(cover.starts_on),
            "ends": format_date(cover.ends_on),
            "allowed": can(then, question.action, subject, question.field or None),
        }


def _coming(user: int | None, day: date) -> list[Cover]:
    with acting_as(g.actor):
        query = Cover.select().where(
            Cover.substitute == user, Cover.starts_on > day, Cover.archived_at.is_null()
        )
        return list(query.order_by(Cover.starts_on))
