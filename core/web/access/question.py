"""What is asked about access, as the address of the page says it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import abort, g

from core.access.actors import actors_of
from core.access.decisions import can
from core.access.lines import ACTIONS, part_of
from core.access.models import User
from core.access.permissions import auditor
from core.data.actor import Actor
from core.data.model import Model
from core.errors import NotAllowed, UserError
from core.exchange.names import hidden_fields, name_of, without
from core.exchange.statements import reached
from core.i18n import Text, _
from core.modules.registry import current_registry, full_name
from core.modules.transitions import holds
from core.web.requests import LARGEST_ID


@dataclass(frozen=True)
class Question:
    """Whether `user`, who acts as `actor` (None: they cannot log in), may do `action` with records
    of the model, with this one, with a field of it.
    """

    user: User | None = None
    actor: Actor | None = None
    model: type[Model] | None = None
    record: Model | None = None
    action: str = "r"
    field: str = ""

    @property
    def subject(self) -> Any:
        return self.record if self.record is not None else self.model

    @property
    def words(self) -> dict[str, Any]:
        """The question as an address asks it."""
        found = {
            "user": self.user.id if self.user else "",
            "model": full_name(self.model) if self.model else "",
            "record": self.record.id if self.record is not None else "",
            "action": self.action,
            "field": self.field,
        }
        return {name: value for name, value in found.items() if value}


def may_ask() -> bool:
    """Whether the reader may ask why others reach something."""
    return holds(g.actor, auditor)


def who_url(view: Any, id: int) -> str:
    """The page that says who sees a record, for a reader who may ask; else nothing."""
    return f"/access/who?{urlencode({'model': view.place, 'record': id})}" if may_ask() else ""


def asked(words: Mapping[str, str]) -> Question:
    """The question of these words. Raises `NotAllowed` for a reader who may not ask, and answers
    404 for a record or user that they do not see themselves.
    """
    if not may_ask():
        raise NotAllowed(_("Only who watches over access may ask who reaches what."))
    action = words.get("action") or "r"
    if action not in ACTIONS:
        raise UserError(_("Choose one of the actions of the list."))
    model = _model(words.get("model", ""))
    user = _one(User, words.get("user", ""))
    record = _one(model, words.get("record", "")) if model else None
    field = words.get("field", "")
    if field and (model is None or field not in fields_of(model)):
        raise UserError(_("Choose one of the fields of the list."))
    actor = actors_of([user.id]).get(user.id) if user else None
    return Question(user, actor, model, record, action, field)


def _model(name: str) -> type[Model] | None:
    if not name:
        return None
    found = current_registry().by_name.get(name)
    if found is None or found not in dict(models()):
        raise UserError(_("Choose one of the lists that there are."))
    return found


def _one(model: Any, text: str) -> Any:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and int(text) < LARGEST_ID):
        abort(404)
    return reached(model, int(text)) or abort(404)


def models() -> list[tuple[type[Model], Text]]:
    """(model, title) of what can be asked about: what has a list that the reader may enter."""
    return [
        (view.model, view.title)
        for view in g.views.values()
        if not part_of(view.model) and can(g.actor, "r", view.model)
    ]


def fields_of(model: type[Model]) -> dict[str, Text]:
    """{name: what it is called} of the fields, lines and columns of a model that can be hidden."""
    registry = current_registry()
    parts = registry.parts(model)
    columns = registry.columns_of(model)
    return {
        **{n: f.verbose_name or n for n, f in registry.open_fields(model).items()},
        **{n: getattr(part._meta, "plural", n) for n, part in parts.items()},
        **{n: column.title for n, column in columns.items()},
    }


def titles_of(question: Question) -> dict[str, Any]:
    """What the user, the record and the field of a question are called."""
    model = question.model
    return {
        "user": _named(question.user) if question.user else "",
        "record": _named(question.record) if question.record is not None else "",
        "model": dict(models())[model] if model else "",
        "field": fields_of(model).get(question.field, "") if model else "",
    }


def _named(record: Model) -> str:
    return name_of(without(hidden_fields(type(record)), record))
