"""Records that pass filters, for whoever acts: what a list would find, as ids."""

from collections.abc import Iterable, Sequence
from typing import Any

from core.data.model import Model
from core.data.rows import among
from core.exchange.selection import Ask, Selection


def matching(
    model: type[Model], where: Sequence[Any], ids: Iterable[int] | None = None
) -> list[int]:
    """The ids of the records, or of those among `ids`, that pass the filters and that the actor
    sees, archived ones left out. Raises `UserError` for a filter that the actor cannot set.
    """
    selection = Selection(model, Ask(where=tuple(where), sort="id"))
    return selection.ids(*([] if ids is None else [among(model.id, ids)]))
