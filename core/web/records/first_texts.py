"""What a line of a record held when it was made, by what the history says of later."""

from collections.abc import Iterable
from typing import Any

from core.data import history


def first_texts(changes: Iterable[Any], since: int) -> tuple[dict[str, str | None], bool]:
    """({field: text}, whether it is gone): what a line, made by the entry `since`, held at first in
    those fields that were changed later. A line that has its id again afterwards is another.
    """
    texts: dict[str, str | None] = {}
    end = None
    for id, action, name, old in changes:
        if id <= since or (end is not None and id != end):
            continue
        texts.setdefault(name, old)
        end = id if action == history.DELETE else None
    return texts, end is not None
