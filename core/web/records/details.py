"""The page of one record: its facts in sections, its lines, and what belongs to it."""

from typing import TYPE_CHECKING, Any

from flask import g
from markupsafe import Markup
from peewee import Field, ForeignKeyField

from core.access.policy import current_policy
from core.data.actor import current_actor
from core.data.changes import BOOKKEEPING
from core.data.model import Model
from core.exchange.names import hidden_fields, name_of, title_field, without
from core.exchange.selection import Row
from core.formats import format_integer
from core.i18n import _
from core.modules.registry import current_registry
from core.web.cells import EMPTY, fact, marks, record_url, states_of
from core.web.records.buttons import shown_buttons
from core.web.records.files import FilesPanel
from core.web.shell import initials, tone

if TYPE_CHECKING:
    from core.web.views import ModelView  # which is made of this

MOST_RELATED = 10


class Details:
    """What `details.html` shows of `record`, as far as the actor may see it."""

    def __init__(self, view: "ModelView", record: Model) -> None:
        self.view = view
        # Before what is hidden is taken off: a state decides even where it is not shown.
        self.buttons = shown_buttons(f"{view.list_url}{record.id}", record)
        self.record = without(hidden_fields(view.model), record)
        registry = current_registry()
        self.fields = self._shown(registry.fields(view.model))
        self.computed = self._shown(registry.columns_of(view.model))
        self.parts = self._shown(registry.parts(view.model))

    def _shown(self, named: dict[str, Any]) -> dict[str, Any]:
        hidden = hidden_fields(self.view.model)
        return {name: value for name, value in named.items() if name not in hidden}

    def page(self) -> dict[str, Any]:
        """The context `page` of the template."""
        title = name_of(self.record)
        return {
            "title": title,
            "subtitle": self.view.subtitle(self.record),
            "crumbs": [(self.view.title, self.view.list_url)],
            "avatar": {"initials": initials(title), "tone": tone(self.record.id)},
            "states": self._states(),
            "url": f"{self.view.list_url}{self.record.id}",
            "like_url": f"{self.view.list_url}new?like={self.record.id}"
            if self.view.may_create()
            else "",
            "may_edit": self.view.may_edit(self.record),
            "is_archived": self.record.archived_at is not None,
            "buttons": self.buttons,
            "contact_actions": self.view.contact_actions(self.record),
            "files": FilesPanel(self.view, self.record).page(),
            "sections": [
                section
                for title, names in self._sections()
                if (section := self._section(title, names))["facts"]
            ],
            "related": [
                group
                for title, backref in self.view.related
                if (group := self._related(title, backref))
            ],
        }

    def _sections(self) -> Any:
        if self.view.details_sections:
            return self.view.details_sections
        names = [name for name in self.fields if name not in ("id", *BOOKKEEPING)]
        return ((_("Facts"), tuple(names)),)

    def _section(self, title: Any, names: tuple[str, ...]) -> dict[str, Any]:
        """What is known; what is not would bury it."""
        facts = [(label, html) for name in names for label, html in self._facts(name)]
        return {"title": title, "facts": [fact for fact in facts if fact[1] is not EMPTY]}

    def _facts(self, name: str) -> list[tuple[Any, Any]]:
        if name in self.computed:
            column = self.computed[name]
            value = column.values([Row(self.record.id)]).get(self.record.id)
            return [(column.title, value or EMPTY)]
        if name in self.parts:
            return [(title_of(self.parts[name]), self._lines(name))]
        if name not in self.fields:
            return []
        field = self.fields[name]
        value = self.record.__data__.get(name)
        tones = self.view.state_tones.get(name, {})
        return [(self.view.label(name), fact(field, value, tones))]

    def _lines(self, backref: str) -> Any:
        """The lines of the record, one below the other, each with its facts side by side, and of
        which kind it is at the end. Lines that only lead to other records are marks in a row.
        """
        part = self.parts[backref]
        hidden, known = hidden_fields(part), current_registry().open_fields(part)
        shown = {name: field for name, field in known.items() if name not in hidden}
        found = list(getattr(self.record, backref).order_by(part.id))
        if not found or not shown:
            return EMPTY
        if [type(field) for field in shown.values()] == [ForeignKeyField]:
            [(name, field)] = shown.items()
            return marks(field.rel_model, [line.__data__[name] for line in found])
        return Markup("<br>").join(_line(shown, line.__data__) for line in found)

    def _states(self) -> list[tuple[str, Any]]:
        states = states_of(self.view, self.record)
        if self.record.archived_at:
            states.append(("is-mute", _("Archived")))
        return states

    def _related(self, title: Any, backref: str) -> dict[str, Any] | None:
        key = getattr(self.view.model, backref).field
        model = key.model
        hidden = current_policy().fields(model, current_actor(), "r")
        if hidden is None or backref in hidden_fields(self.view.model):
            return None
        mine = model.select().where((key == self.record.id) & model.archived_at.is_null())
        total = mine.count()
        if not total:
            return None
        name = title_field(model)
        order = model._meta.fields[name] if name else model.id
        rows = [
            (record_url(model, other.id), *_named(model, without(hidden, other)))
            for other in mine.order_by(order).limit(MOST_RELATED)
        ]
        return {"title": title, "rows": rows, "total": format_integer(total)}


def _named(model: type[Model], other: Model) -> tuple[Any, str, str]:
    """What stands before another record, its name, and the small words under it."""
    view, name = g.views.get(model), name_of(other)
    return (view.lead(other.id, name), name, view.subtitle(other)) if view else ("", name, "")


def _line(fields: dict[str, Field], values: dict[str, Any]) -> Markup:
    kinds = [name for name, field in fields.items() if field.choices]
    if len(kinds) > 1:  # no line of one value and its kind, but a sentence
        said = [fact(f, values[name], {}) for name, f in fields.items() if values[name]]
        return Markup(" · ").join(said)
    plain = {name: field for name, field in fields.items() if name not in kinds}
    facts = [fact(f, values[n], {}) for n, f in plain.items() if values[n] not in (None, "")]
    marked = [
        Markup('<span class="muted small pre">{}</span>').format(fact(fields[n], values[n], {}))
        for n in kinds
    ]
    return Markup(" ").join([Markup(" · ").join(facts), *marked])


def title_of(model: type[Model]) -> Any:
    """What the lines of a record are called together: `Meta.plural`, else by the class."""
    return getattr(model._meta, "plural", None) or model.__name__
