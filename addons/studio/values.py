"""What people write as a value: days from today, yes and no, choices and records by their names."""

import re
from datetime import date, timedelta
from typing import Any

from addons.studio.models import Condition
from core.api import BooleanField, DateField, ForeignKeyField, UserError, _, fields_seen, today

DAY = re.compile(r"(?:today|bugun|сегодня)(?:\s*([+-])\s*(\d{1,4}))?", re.IGNORECASE)
YES = frozenset(("yes", "ha", "ҳа", "да", "true", "1"))
NO = frozenset(("no", "yoʻq", "yo'q", "йўқ", "нет", "false", "0"))
COMPARED = {"is": "=", "contains": "contains", "starts": "starts", "least": ">=", "most": "<="}


def stored_text(field: Any, text: str) -> str:
    """The text by which a form or a filter knows the value: raises `UserError` for a name that is
    none.
    """
    text = text.strip()
    if not text:
        return ""
    if isinstance(field, BooleanField):
        return _truth(text)
    if isinstance(field, DateField):
        return _day(text)
    if isinstance(field, ForeignKeyField):
        return _record(field, text)
    if field.choices:
        return _choice(field, text)
    return text


def where_of(conditions: list[Condition], fields: dict[str, Any]) -> list[Any]:
    """The filters that the conditions stand for, on `fields` as `fields_seen` gives them. Raises
    `UserError` for a field that is not among them.
    """
    return [_filter(each, fields) for each in conditions]


def name_in(path: str) -> str:
    """The field at the end of `contacts.contact.city`."""
    return path.rpartition(".")[2]


def _filter(each: Condition, fields: dict[str, Any]) -> list[Any]:
    name = name_in(str(each.field))
    if name not in fields:
        raise UserError(_("There is no field “%(name)s” that you see.", name=name))
    if each.operator in ("empty", "filled"):
        return [name, "empty", each.operator == "empty"]
    value = stored_text(fields[name][1], str(each.value))
    if each.operator == "is_not":
        return ["or", [name, "!=", value], [name, "empty", True]]
    return [name, COMPARED[str(each.operator)], value]


def _truth(text: str) -> str:
    word = text.lower()
    if word not in YES | NO:
        raise UserError(_("“%(value)s” is neither yes nor no.", value=text))
    return "1" if word in YES else "0"


def _day(text: str) -> str:
    found = DAY.fullmatch(text)
    if not found:
        return text
    days = int(found[2] or 0) * (-1 if found[1] == "-" else 1)
    return day_after(today(), days).isoformat()


def day_after(day: date, days: int) -> date:
    return day + timedelta(days=days)


def _record(field: Any, text: str) -> str:
    if text.isascii() and text.isdigit():
        return text
    model = field.rel_model
    if "name" not in fields_seen(model):
        raise UserError(_("Give the number of the record: you do not see what they are called."))
    found = list(model.select(model.id).where(model.name == text).limit(2).tuples())
    if len(found) != 1:
        raise UserError(
            _("There is no single record called “%(value)s”: give its number.", value=text)
        )
    return str(found[0][0])


def _choice(field: Any, text: str) -> str:
    for word, title in field.choices:
        if text in (word, str(title)):
            return str(word)
    raise UserError(_("“%(value)s” is none of the choices.", value=text))
