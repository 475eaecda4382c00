"""What the other rows of a file hold: the names and keys of the records that they are about."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from core.alphabet import fold
from core.exchange.names import title_field
from core.exchange.uploads.models import Line
from core.exchange.uploads.places import Place, Places
from core.i18n import _

if TYPE_CHECKING:
    from core.exchange.uploads.planning import Planned


class Others:
    """All rows of a file that are not left out, by the cells that can be their names and keys."""

    def __init__(self, places: Places, names: list[str], key: str) -> None:
        title = title_field(places.model)
        self.title = names.index(title) if title in names else None
        self.keys = [(n, places.by_name[name]) for n, name in enumerate(names)
                     if name in places.by_name and _is_key(places.by_name[name], key)]  # fmt: skip
        self.called: dict[str, int] = {}
        self.first: dict[tuple[int, str], int] = {}

    def add(self, lines: Iterable[Line]) -> None:
        for line in lines:
            if line.is_left_out or line.fault:
                continue
            if self.title is not None and (name := line.cells[self.title].strip()):
                self.called.setdefault(fold(name), line.number)
            for column, _place in self.keys:
                if text := line.cells[column].strip():
                    self.first.setdefault((column, text), line.number)

    def named(self, text: str) -> int | None:
        """The number of the line whose record is called so."""
        return self.called.get(fold(text))

    def check(self, plans: "list[Planned]") -> None:
        """Tell where an earlier row has the same key."""
        for plan in plans:
            for column, _place in self.keys:
                text = plan.line.cells[column].strip()
                first = self.first.get((column, text), plan.line.number)
                if text and first != plan.line.number:
                    said = _("Row %(number)s has the same. Keep one of them, or give them different"
                             " ones.", number=first)  # fmt: skip
                    plan.tell(column, said)


def _is_key(place: Place, key: str) -> bool:
    """Whether no two rows may hold the same there: it is unique, or records are found by it."""
    if place.part is not None:
        return f"{place.part.name}.{place.field.name}" == key
    return place.name == key or bool(place.field.unique and not place.refers)


def others_of(places: Places, mapping: dict[str, Any], lines: Iterable[Line]) -> Others:
    found = Others(places, mapping["places"], mapping["key"])
    found.add(lines)
    return found
