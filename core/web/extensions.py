"""What one addon adds to the screen of another's model, without importing that screen."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from core.data.actor import Actor
from core.data.model import Model
from core.i18n import Text
from core.modules.declared import Declared
from core.modules.registry import Registry
from core.web.forms.tabs import FormTab

Names = tuple[str, ...]


@dataclass(frozen=True)
class After:
    """`name` stands right after `anchor`, or last where that is not there."""

    anchor: str
    name: str
    step: ClassVar[int] = 1


@dataclass(frozen=True)
class Before:
    """`name` stands right before `anchor`, or last where that is not there."""

    anchor: str
    name: str
    step: ClassVar[int] = 0


Place = After | Before


@dataclass(frozen=True)
class Tab:
    """A page beside the facts of a record, at `tabs/<name>`: the template gets `record`, and what
    `data(record)` gives, which is asked under the rules of the reader. `is_for` says who has it.
    """

    name: str
    title: Text
    template: str
    data: Callable[[Any], dict[str, Any]] | None = None
    is_for: Callable[[Actor], bool] = lambda actor: True


class ViewExtension(Declared):
    """Additions to the screen of `model`, whoever declares that: an `After` or `Before`, or several
    in a tuple, for each option. `details` are of the page of a record; `form_tabs` stand after
    those that the form has. Addons extend in load order.
    """

    model: ClassVar[type[Model]]
    column_list: ClassVar[Place | tuple[Place, ...]] = ()
    column_filters: ClassVar[Place | tuple[Place, ...]] = ()
    board_fields: ClassVar[Place | tuple[Place, ...]] = ()
    form_columns: ClassVar[Place | tuple[Place, ...]] = ()
    form_tabs: ClassVar[tuple[FormTab, ...]] = ()
    details: ClassVar[Place | tuple[Place, ...]] = ()
    tabs: ClassVar[tuple[Tab, ...]] = ()
    scripts: ClassVar[tuple[str, ...]] = ()


def extend_view(view: Any, registry: Registry) -> None:
    """Add to a screen, which belongs to one app alone, what enabled addons declare for it."""
    for extension in registry.classes_of(ViewExtension):
        if extension is ViewExtension or extension.model is not view.model:
            continue
        for option in ("column_list", "column_filters", "board_fields"):
            setattr(view, option, placed(getattr(view, option), getattr(extension, option)))
        view.tabs = (*view.tabs, *extension.tabs)
        _extend_form(view, _each(extension.form_columns))
        view.form_tabs = (*view.form_tabs, *extension.form_tabs)
        view.scripts = (*view.scripts, *extension.scripts)
        view.details_sections = in_sections(view.details_sections, extension.details)


def _extend_form(view: Any, places: tuple[Place, ...]) -> None:
    """Each name goes into the tab of its anchor, else where the form itself begins."""
    tabs = []
    for tab in view.form_tabs:
        known = {name for *_said, names in tab.all_sections() for name in names}
        mine = tuple(place for place in places if place.anchor in known)
        places = tuple(place for place in places if place not in mine)
        own = tuple(place for place in mine if place.anchor in tab.columns)
        rest = tuple(place for place in mine if place not in own)
        sections = in_sections(tab.sections, rest)
        tabs.append(replace(tab, columns=placed(tab.columns, own), sections=sections))
    view.form_tabs = tuple(tabs)
    if view.form_columns:
        view.form_columns = placed(view.form_columns, places)
    view.form_sections = in_sections(view.form_sections, places)


def placed(names: Iterable[str], places: Place | tuple[Place, ...]) -> Names:
    """The names with the additional ones where they belong; what stands already stays."""
    found = list(names)
    for place in _each(places):
        if place.name not in found:
            at = found.index(place.anchor) + place.step if place.anchor in found else len(found)
            found.insert(at, place.name)
    return tuple(found)


def in_sections(sections: tuple[Any, ...], places: Place | tuple[Place, ...]) -> tuple[Any, ...]:
    """Sections, whose names come last, with each additional name in that of its anchor, else in
    the last one.
    """
    found = [list(section) for section in sections]
    for place in _each(places) if found else ():
        home = next((section for section in found if place.anchor in section[-1]), found[-1])
        home[-1] = placed(home[-1], place)
    return tuple(tuple(section) for section in found)


def _each(places: Place | tuple[Place, ...]) -> tuple[Place, ...]:
    return places if isinstance(places, tuple) else (places,)
