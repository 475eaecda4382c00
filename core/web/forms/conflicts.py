"""Two versions of a record side by side: what the reader typed, and what somebody else saved."""

import json
from typing import Any

from peewee import BooleanField, DateField, Field, ForeignKeyField

from core.access.models import User
from core.data.fields import DateTimeField
from core.data.model import Model
from core.data.richtext import RichTextField, as_plain
from core.data.translated import TranslatedField, read_stored
from core.exchange.drafts import is_blank
from core.exchange.names import name_of, names_of
from core.exchange.shapes import YES, Part, Shape, Texts
from core.formats import format_date, format_datetime
from core.i18n import _
from core.web.records.details import title_of


class Conflict:
    """What `conflict.html` shows. `was` is what the form began with, as far as it said so."""

    def __init__(self, view: Any, shape: Shape, record: Model, mine: Texts, theirs: Texts) -> None:
        self.view = view
        self.shape = shape
        self.record = record
        self.mine = mine
        self.theirs = theirs

    def page(self, was: Texts) -> dict[str, Any]:
        """The context `page` of the template."""
        url = f"{self.view.list_url}{self.record.id}"
        by = self.record.__data__.get("updated_by")
        return {
            "title": name_of(self.record),
            "crumbs": [(self.view.title, self.view.list_url), (name_of(self.record), url)],
            "url": f"{url}/edit",
            "back": url,
            "version": self.record.version,
            "was": json.dumps(self.theirs, ensure_ascii=False, separators=(",", ":")),
            "by": names_of(User, [by]).get(by, "") if by else "",
            "at": format_datetime(self.record.updated_at),
            "rows": [row for name in self.mine if (row := self._row(name, was))],
            "kept": list(self._kept()),
        }

    def _row(self, name: str, was: Texts) -> dict[str, Any] | None:
        mine, theirs = self._plain(name, self.mine), self._plain(name, self.theirs)
        if mine == theirs:
            return None
        before = self._plain(name, was) if name in was else None
        return {
            "name": name,
            "label": self._label(name),
            "mine": self._shown(name, self.mine[name]),
            "theirs": self._shown(name, self.theirs[name]),
            "only": "mine" if before == theirs else "theirs" if before == mine else "",
        }

    def _label(self, name: str) -> Any:
        part = self.shape.parts.get(name)
        return title_of(part.model) if part else self.view.label(name)

    def _plain(self, name: str, texts: Texts) -> Any:
        """The text or lines without what makes no difference."""
        value, part = texts[name], self.shape.parts.get(name)
        if part is None:
            return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value
        if part.mark is not None:
            return sorted(value)
        return [
            {inner: line.get(inner, "").strip() for inner in part.fields}
            for line in value
            if not is_blank(part, line)
        ]

    def _shown(self, name: str, value: Any) -> list[str]:
        """The value in words, a line each."""
        part = self.shape.parts.get(name)
        if part is None:
            return [said(self.shape.fields[name], value)]
        if part.mark is not None:
            return [said(part.mark, id) for id in value]
        return [_said_line(part, line) for line in value if not is_blank(part, line)]

    def _kept(self) -> Any:
        """(name, value) of the inputs that carry what the reader typed on to the next save."""
        for name, value in self.mine.items():
            part = self.shape.parts.get(name)
            if part is None:
                yield name, value
            elif part.mark is not None:
                yield name, ""
                yield from ((name, id) for id in value)
            else:
                yield f"{name}-lines", "1"
                for number, line in enumerate(value):
                    yield from ((f"{name}-{number}-{key}", line[key]) for key in sorted(line))


def said(field: Field, text: str) -> str:
    """A text of a form as people read it."""
    if isinstance(field, BooleanField):
        return str(_("Yes") if text == YES else _("No"))
    if isinstance(field, ForeignKeyField):
        ids = [int(text)] if text.isdecimal() else []
        return names_of(field.rel_model, ids).get(int(text), f"№ {text}") if ids else ""
    if isinstance(field, RichTextField):
        return as_plain(text)
    if isinstance(field, TranslatedField):
        return read_stored(text or "{}").all_languages
    if field.choices:
        return str(dict(field.choices).get(text, text))
    return _said_day(field, text)


def _said_day(field: Field, text: str) -> str:
    if not isinstance(field, DateField) or isinstance(field, DateTimeField):
        return text
    try:
        return format_date(field.python_value(text))
    except (AttributeError, ValueError):
        return text


def _said_line(part: Part, line: dict[str, str]) -> str:
    texts = [said(field, line.get(name, "")) for name, field in part.fields.items()]
    return " · ".join(text for text in texts if text)
