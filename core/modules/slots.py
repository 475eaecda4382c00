"""Places on the pages of the core that addons fill."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from core.access.lines import Role
from core.data.model import Model
from core.errors import ManifestError
from core.modules.declared import Mark, Marked, marking
from core.modules.registry import Registry

F = TypeVar("F", bound=Callable[..., Any])

# What the function of each place is called with. Those with a model are asked for it alone.
WITHOUT_MODEL = {"head": (), "top": (), "home": ()}
WITH_MODEL = {
    "list.toolbar": (),
    "list.row": ("records",),
    "board.card": ("records",),
    "form.side": ("record",),
    "details.top": ("record",),
    "details.side": ("record",),
    "details.tab": ("record",),
    "line.after": ("lines",),
}
PLACES: dict[str, tuple[str, ...]] = {**WITHOUT_MODEL, **WITH_MODEL}


@dataclass(frozen=True)
class SlotMark(Mark):
    """That a function fills a place."""

    place: str
    template: str
    model: type[Model] | None
    role: Role | None

    def check(self, marked: Marked[Any]) -> None:
        if self.place not in PLACES:
            known = ", ".join(sorted(PLACES))
            raise ManifestError(f"{marked.name}: there is no slot {self.place}; take of {known}.")
        if not isinstance(self.role, Role):
            raise ManifestError(f"The slot of {marked.name} must say role=, who sees it.")
        if (self.place in WITH_MODEL) != (self.model is not None):
            needed = "model=, whose pages it is on" if self.place in WITH_MODEL else "no model="
            raise ManifestError(f"The slot {self.place} of {marked.name} takes {needed}.")
        taken = len(inspect.signature(marked.function).parameters)
        if taken != len(PLACES[self.place]):
            wanted = ", ".join(PLACES[self.place]) or "nothing"
            raise ManifestError(f"{marked.name} fills {self.place}: let it take {wanted}.")


def slot(
    place: str,
    template: str = "",
    model: type[Model] | None = None,
    role: Role | None = None,
) -> Callable[[F], F]:
    """Mark a function that fills a place on the pages of those who hold `role`; with `model`, on
    the pages of its records. It answers the values of its template, or a text, or None where there
    is nothing to show. `list.row`, `board.card` and `line.after` are asked once a page, with
    objects that have an `id`, and answer {id: text}.
    """
    return marking(SlotMark(place, template, model, role))


def fillers(
    registry: Registry, place: str, model: type[Model] | None = None
) -> tuple[Marked[SlotMark], ...]:
    """What fills a place, in the order of the addons."""
    return registry.once(
        ("slot", place, model),
        lambda: tuple(
            each
            for each in registry.marked_by(SlotMark)
            if each.mark.place == place and each.mark.model is model
        ),
    )
