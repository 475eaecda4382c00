"""Let addons fill places on our pages: as far as the reader may see, and never at their cost."""

import logging
from collections.abc import Iterable
from copy import copy
from typing import Any

from flask import g, render_template
from markupsafe import Markup, escape

from core.data.model import Model
from core.exchange.names import hidden_fields, without
from core.exchange.selection import Row
from core.modules.declared import Marked
from core.modules.registry import current_registry
from core.modules.slots import SlotMark, fillers
from core.modules.transitions import holds

log = logging.getLogger("karvon.web")


def slot(place: str, model: type[Model] | None = None) -> Markup:
    """What addons put there, for whoever is logged in; of a model, on its list."""
    return _joined(place, model)


def record_slot(place: str, record: Model) -> Markup:
    """What addons put on a page of the record, which they see as its reader does."""
    if not _open(place, type(record)):
        return Markup()
    return _joined(place, type(record), as_seen(record))


def beside(place: str, model: type[Model], ids: Iterable[int]) -> dict[int, Markup]:
    """What addons put beside each record or line of a page, asked once for all of them."""
    found: dict[int, Markup] = {}
    known = list(ids)
    for each in _open(place, model) if known else ():
        try:
            answered = {id: _html(each, value) for id, value in _asked(each, known).items()}
        except Exception:
            _leave_out(each)
            continue
        for id, html in answered.items():
            found[id] = found.get(id, Markup()) + html
    return found


def as_seen(record: Model) -> Model:
    """A copy of the record without what is hidden from the reader."""
    shown = copy(record)
    shown.__data__ = dict(record.__data__)
    hidden = hidden_fields(type(record))
    shown.__rel__ = {name: one for name, one in record.__rel__.items() if name not in hidden}
    return without(hidden, shown)


def _asked(each: Marked[SlotMark], ids: list[int]) -> dict[int, Any]:
    found = each.function([Row(id) for id in ids]) or {}
    return {id: value for id, value in found.items() if value is not None}


def _open(place: str, model: type[Model] | None) -> list[Marked[SlotMark]]:
    """The fillers for whoever reads the page."""
    found = fillers(current_registry(), place, model)
    if not found or (actor := g.get("actor")) is None or actor.id is None:
        return []
    return [each for each in found if each.mark.role and holds(actor, each.mark.role)]


def _joined(place: str, model: type[Model] | None, *given: Any) -> Markup:
    return Markup().join(_filled(each, given) for each in _open(place, model))


def _filled(each: Marked[SlotMark], given: tuple[Any, ...]) -> Markup:
    try:
        return _html(each, each.function(*given), given)
    except Exception:
        _leave_out(each)
        return Markup()


def _html(each: Marked[SlotMark], value: Any, given: tuple[Any, ...] = ()) -> Markup:
    if value is None:
        return Markup()
    if not each.mark.template:
        return escape(value)
    record = given[0] if given else None
    text = render_template(each.mark.template, **{"record": record, **value})
    return Markup(text)  # noqa: S704 - the template escapes


def _leave_out(each: Marked[SlotMark]) -> None:
    """A page is for all: what breaks is missing from it, and the log says why."""
    log.exception("%s is left out of the slot %s", each.name, each.mark.place)
