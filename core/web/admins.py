"""What the pages of administrators share: who may enter, and one row of a book by its number."""

from typing import TypeVar

from flask import abort, g
from peewee import Model

from core.errors import NotAllowed
from core.i18n import Text
from core.web.requests import LARGEST_ID

Row = TypeVar("Row", bound=Model)


def require_admin(place: str, refusal: Text) -> None:
    """Go on for an administrator alone, at this place of the menu; others read the sentence."""
    if not g.actor.is_admin:
        raise NotAllowed(refusal)
    g.place = place


def row_of(model: type[Row], id: int) -> Row:
    """The row with this number; 404 where there is none."""
    found: Row | None = (
        model.get_or_none(model._meta.primary_key == id) if id < LARGEST_ID else None
    )
    if found is None:
        abort(404)
    return found
