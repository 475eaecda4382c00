"""What the enabled addons declared: one immutable value per build of the app."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any, TypeVar

from peewee import Field

from core.access.limits import FieldLimit
from core.access.lines import Access, Role, Rule, part_of
from core.access.policy import Policy, ruled_by
from core.data.changes import BOOKKEEPING
from core.data.fields import DerivedField
from core.data.internal import snake_case
from core.data.model import Model
from core.data.search import SearchIndex
from core.errors import KarvonError
from core.i18n import _
from core.modules.declared import Column, Declarations, Extend, Marked, Menu
from core.modules.manifest import Manifest

T = TypeVar("T")


def addon_of(declared: Any) -> str:
    """The addon (or core) in whose code a class or function stands."""
    path: list[str] = declared.__module__.split(".")
    return path[1] if path[0] == "addons" else path[0]


def full_name(model: type[Model]) -> str:
    """What callers and files call a model: `contacts.contact_tag`."""
    return f"{addon_of(model)}.{snake_case(model.__name__)}"


@dataclass(frozen=True)
class Registry:
    """The enabled addons in load order, and all that they and the core declared.

    `broken` names what was set aside while loading, with the reason.
    """

    addons: dict[str, Manifest]
    models: tuple[type[Model], ...] = ()
    extensions: tuple[Extend, ...] = ()
    roles: tuple[Role, ...] = ()
    access: tuple[Access, ...] = ()
    rules: tuple[Rule, ...] = ()
    limits: tuple[FieldLimit, ...] = ()
    menus: tuple[Menu, ...] = ()
    views: tuple[type[Any], ...] = ()
    columns: tuple[Column, ...] = ()
    declared: tuple[Any, ...] = ()
    marked: tuple[Marked[Any], ...] = ()
    broken: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls, addons: dict[str, Manifest], parts: list[Declarations], broken: dict[str, str]
    ) -> "Registry":
        names = [kind.name for kind in fields(Declarations)]
        joined = {name: tuple(x for part in parts for x in getattr(part, name)) for name in names}
        for kind in ("access", "rules", "limits"):
            joined[kind] = tuple(
                replace(said, source=addon)
                for addon, part in zip(("core", *addons), parts, strict=True)
                for said in getattr(part, kind)
            )
        # A neighbour that imports an event or a hook holds it too: it counts once.
        joined["declared"] = tuple({id(each): each for each in joined["declared"]}.values())
        return cls(addons=addons, broken=broken, **joined)

    @cached_property
    def policy(self) -> Policy:
        return Policy(self.roles, self.access, self.rules, self.limits)

    @cached_property
    def search(self) -> SearchIndex:
        return SearchIndex(self.models)

    @cached_property
    def _memory(self) -> dict[Any, Any]:
        return {}

    def once(self, key: Any, work_out: Callable[[], T]) -> T:
        """What follows from the declarations, worked out once for each build."""
        if key not in self._memory:
            self._memory[key] = work_out()
        found: T = self._memory[key]
        return found

    def forget(self, key: Any) -> None:
        """Work it out anew when it is asked for next: what it follows from has changed."""
        self._memory.pop(key, None)

    def all_of(self, kind: type[T]) -> tuple[T, ...]:
        """The declarations of a kind, in the order of the addons."""
        return self.once(
            ("all", kind), lambda: tuple(each for each in self.declared if isinstance(each, kind))
        )

    def classes_of(self, kind: type[T]) -> tuple[type[T], ...]:
        """The classes that addons made of a kind, in the order of the addons."""
        return self.once(
            ("classes", kind),
            lambda: tuple(
                each for each in self.declared if isinstance(each, type) and issubclass(each, kind)
            ),
        )

    def marked_by(self, kind: type[T]) -> tuple[Marked[T], ...]:
        """The functions that carry a mark of a kind, in the order of the addons."""
        return self.once(
            ("marked", kind),
            lambda: tuple(each for each in self.marked if isinstance(each.mark, kind)),
        )

    @cached_property
    def by_name(self) -> dict[str, type[Model]]:
        """The models by their full names."""
        return {full_name(model): model for model in self.models}

    def model(self, name: str) -> type[Model]:
        """The model called `addon.model`; raises `KarvonError` naming those there are."""
        try:
            return self.by_name[name]
        except KeyError:
            known = ", ".join(sorted(self.by_name))
            raise KarvonError(
                _("There is no model %(name)s; there are %(known)s.", name=name, known=known)
            ) from None

    def fields(self, model: type[Model]) -> dict[str, Field]:
        """The columns of `model` as this build may see them, by name: its own and those that
        enabled addons add. Screens, API, import and export ask here and nowhere else.
        """
        return self._fields[model]

    @cached_property
    def _fields(self) -> dict[type[Model], dict[str, Field]]:
        return {
            model: {
                name: column
                for name, column in model._meta.fields.items()
                if (extension := getattr(column, "extension", None)) is None
                or extension in self.extensions
            }
            for model in self.models
        }

    def open_fields(self, model: type[Model]) -> dict[str, Field]:
        """Those of `fields` that data from outside may fill: neither what the program keeps
        itself, nor what follows from another field, nor the record that a line belongs to.
        """
        kept = {"id", part_of(model), *BOOKKEEPING}
        return {
            name: column
            for name, column in self.fields(model).items()
            if name not in kept and not isinstance(column, DerivedField)
        }

    def parts(self, model: type[Model]) -> dict[str, type[Model]]:
        """The lines of a record, by the name of the back-reference that leads to them."""
        return self.once(
            ("parts", model),
            lambda: {
                key.backref: part
                for part in self.models
                if (name := part_of(part)) and (key := part._meta.fields[name]).rel_model is model
            },
        )

    @cached_property
    def ordered_menus(self) -> tuple[Menu, ...]:
        """The sections of the side menu as they stand there; those after one section, by name."""
        names = {menu.name for menu in self.menus}
        waiting = [menu for menu in self.menus if menu.after in names]
        waiting.sort(key=lambda menu: menu.name, reverse=True)
        first = (menu for menu in self.menus if menu.after not in names)
        found = sorted(first, key=lambda menu: menu.position)
        while placed := [m for m in waiting if any(m.after == there.name for there in found)]:
            for menu in placed:
                waiting.remove(menu)
                at = next(n for n, there in enumerate(found, 1) if there.name == menu.after)
                found.insert(at, menu)
        # What waits for itself in a circle stands at the end.
        return (*found, *waiting)

    def columns_of(self, model: type[Model]) -> dict[str, Column]:
        return {column.name: column for column in self.columns if column.model is model}


_registry: ContextVar[Registry | None] = ContextVar("registry", default=None)


def current_registry() -> Registry:
    """The registry of this request or verb."""
    registry = _registry.get()
    if registry is None:
        raise KarvonError("No addons are loaded here: enter using(registry) first.")
    return registry


@contextmanager
def using(registry: Registry) -> Iterator[Registry]:
    """Work with this set of addons and under its policy."""
    token = _registry.set(registry)
    try:
        with ruled_by(registry.policy):
            yield registry
    finally:
        _registry.reset(token)
