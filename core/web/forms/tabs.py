"""Where the fields of a form stand: in which of its tabs, and in which section there."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from core.exchange.shapes import Shape
from core.i18n import Text, _

Section = tuple[Any, Any, tuple[str, ...]]  # (title, hint, names)


@dataclass(frozen=True)
class FormTab:
    """A tab of a form, called `name` in its address: the names `columns`, and `sections` of them
    after those, (title, hint, names).
    """

    name: str
    title: Text
    columns: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()

    def all_sections(self) -> list[Section]:
        own: list[Section] = [(self.title, "", self.columns)] if self.columns else []
        return [*own, *self.sections]


FACTS = "facts"


def names_in_form(view: Any) -> list[str] | None:
    """The names that a view puts on its form; None when it leaves that to the model."""
    if view.form_sections:
        names = _names_of(view.form_sections)
    elif view.form_columns:
        names = list(view.form_columns)
    else:
        return None
    return [*names, *_names_in_tabs(view)]


def names_for_programs(view: Any) -> list[str] | None:
    """What a view lets the API write, None for all that the model has: sections only group it."""
    return [*view.form_columns, *_names_in_tabs(view)] if view.form_columns else None


def tabs_of_form(view: Any, shape: Shape) -> list[FormTab]:
    """The tabs of a form: first what the view names itself, then its `form_tabs`."""
    placed = set(_names_in_tabs(view))
    first = [
        (title, hint, tuple(name for name in names if name not in placed))
        for title, hint, names in _sections_of(view, shape)
    ]
    return [FormTab(FACTS, view.form_title or _("Facts"), (), tuple(first)), *view.form_tabs]


def _sections_of(view: Any, shape: Shape) -> list[Section]:
    """As the view says, else as on the page of a record, with what stands in none of its sections
    before them.
    """
    if view.form_sections:
        return list(view.form_sections)
    names = view.form_columns or (*shape.fields, *shape.parts)
    shown = [] if view.form_columns else view.details_sections
    placed = {name for _title, names in shown for name in names}
    others = tuple(name for name in names if name not in placed)
    return [(_("Facts"), "", others), *((title, "", names) for title, names in shown)]


def _names_in_tabs(view: Any) -> list[str]:
    return _names_of(section for tab in view.form_tabs for section in tab.all_sections())


def _names_of(sections: Iterable[Section]) -> list[str]:
    return [name for _title, _hint, names in sections for name in names]
