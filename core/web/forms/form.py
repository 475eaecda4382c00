"""The form of a record: its sections, its inputs, the lines of its parts, and what went wrong."""

import json
from typing import Any

from flask import g, request

from core.access.lines import part_of
from core.data.model import Model
from core.data.richtext import RichTextField
from core.data.rows import among, fetched
from core.data.translated import TranslatedField
from core.exchange.drafts import Draft
from core.exchange.names import name_of
from core.exchange.shapes import Part, Shape, Texts, blank_of
from core.i18n import _
from core.modules.registry import current_registry
from core.modules.slots import fillers
from core.web.forms.inputs import Inputs
from core.web.forms.tabs import FormTab, tabs_of_form
from core.web.records.details import title_of
from core.web.slots import beside, record_slot


class Form:
    """What `form.html` shows: a new record where `record` is not stored yet. `was` are the texts
    that the form began with; they tell later what its reader changed.
    """

    def __init__(self, view: Any, shape: Shape, record: Model, draft: Draft, was: Texts) -> None:
        self.view = view
        self.shape = shape
        self.record = record
        self.draft = draft
        self.was = was
        self.inputs = Inputs(draft.errors, draft.doubts)
        self.labels: dict[str, Any] = {}

    def page(self) -> dict[str, Any]:
        """The context `page` of the template."""
        is_new = self.record.id is None
        view, url = self.view, self.view.list_url
        tabs = [self._tab(tab) for tab in tabs_of_form(view, self.shape)]
        here = f"{url}new" if is_new else f"{url}{self.record.id}/edit"
        crumbs = [(view.title, url)]
        if not is_new:
            crumbs.append((name_of(self.record), f"{url}{self.record.id}"))
        return {
            "title": view.new_title or _("New record") if is_new else name_of(self.record),
            "crumbs": crumbs,
            "url": here,
            "back": crumbs[-1][1],
            "version": 0 if is_new else self.record.version,
            "was": json.dumps(self.was, ensure_ascii=False, separators=(",", ":")),
            "tabs": [tab for tab in tabs if tab["sections"]],
            "errors": self._errors(),
            "refused": self.draft.refused,
            **rich_words(self.shape),
            "has_words": any(isinstance(f, TranslatedField) for f in self.shape.fields.values()),
            "may_go_on": self.view.may_create(),
            "draft_key": f"draft:{g.actor.id}:{here}{_like()}",
            "is_typed": bool(self.draft.errors or self.draft.refused),
            "side": record_slot("form.side", self.record),
        }

    def _tab(self, tab: FormTab) -> dict[str, Any]:
        """A tab with what the actor may fill in there, and how much of that is wrong."""
        before = len(self.labels)
        sections = [
            {"title": title, "hint": hint, "inputs": inputs}
            for title, hint, names in tab.all_sections()
            if (inputs := [made for name in names if (made := self._input(name))])
        ]
        mine = list(self.labels)[before:]
        wrong = sum(name in self.draft.errors for name in mine) if self.draft.errors else 0
        return {"name": tab.name, "title": tab.title, "sections": sections, "errors": wrong}

    def _input(self, name: str) -> dict[str, Any] | None:
        text: Any = self.draft.texts.get(name)
        if column := self.shape.fields.get(name):
            self.labels[name] = label = self.view.label(name)
            return self.inputs.input(name, column, text, label)
        if part := self.shape.parts.get(name):
            self.labels[name] = label = title_of(part.model)
            if part.mark is not None:
                return self.inputs.marks(name, part.mark, text, label)
            return self._lines(part, text, label)
        return None

    def _lines(self, part: Part, lines: list[dict[str, str]], label: Any) -> dict[str, Any]:
        blank = blank_of(part)
        said = self._beside(part, lines)
        return {
            "name": part.name,
            "id": f"f-{part.name}",
            "kind": "lines",
            "label": label,
            # There is always a line to type into.
            "rows": [
                self._line(part, number, {**blank, **line})
                | {"beside": said.get(line.get("id", ""), "")}
                for number, line in enumerate(lines or [{}])
            ],
            "blank": self._line(part, None, blank),
        }

    def _beside(self, part: Part, lines: list[dict[str, str]]) -> dict[str, Any]:
        """What addons put after those lines that are stored; the ids come from the browser."""
        if not fillers(current_registry(), "line.after", part.model):
            return {}
        known = [line.get("id", "") for line in lines]
        sent = [int(id) for id in known if id.isdecimal() and len(id) < 10]
        own = part.model._meta.fields[part_of(part.model)]
        query = part.model.select(part.model.id).where(
            own == self.record.id, among(part.model.id, sent)
        )
        ids = [id for (id,) in fetched(query, (part.model.id,))]
        return {str(id): html for id, html in beside("line.after", part.model, ids).items()}

    def _line(self, part: Part, number: int | None, line: dict[str, str]) -> dict[str, Any]:
        place = f"{part.name}-{'N' if number is None else number}"
        inputs = []
        for name, column in part.fields.items():
            input_name, label = f"{place}-{name}", column.verbose_name or name
            self.labels[input_name] = label
            inputs.append(self.inputs.input(input_name, column, line[name], label))
        return {"place": place, "id": line.get("id", ""), "inputs": inputs}

    def _errors(self) -> list[tuple[str, Any, str]]:
        """(id of the input, its label, what is wrong) in the order of the form."""
        return [
            (f"f-{name}", self.labels[name], self.draft.errors[name])
            for name in self.labels
            if name in self.draft.errors
        ]


def rich_words(shape: Shape) -> dict[str, Any]:
    """Whether a form has formatted texts, and what their editor says."""
    if not any(isinstance(field, RichTextField) for field in shape.fields.values()):
        return {"has_rich": False}
    words = {
        "bold": _("Bold"),
        "italic": _("Italic"),
        "strike": _("Struck through"),
        "link": _("Link"),
        "heading1": _("Heading"),
        "quote": _("Quotation"),
        "code": _("Code"),
        "bullets": _("List"),
        "numbers": _("Numbered list"),
        "outdent": _("Less indented"),
        "indent": _("More indented"),
        "undo": _("Undo"),
        "redo": _("Redo"),
        "url": _("Address"),
        "urlPlaceholder": _("Write an address"),
        "unlink": _("Remove the link"),
    }
    said = {name: str(word) for name, word in words.items()}
    return {"has_rich": True, "rich_words": json.dumps(said, ensure_ascii=False)}


def _like() -> str:
    """What keeps the draft of a duplicate apart from that of a blank form."""
    return f"?like={request.args['like']}" if "like" in request.args else ""
