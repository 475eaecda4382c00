"""What an addon serves beside its screens: pages, addresses of the API, tiles on Home."""

import inspect
import re
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from core.access.lines import Role
from core.data.actor import PUBLIC, Actor
from core.data.internal import snake_case
from core.data.model import Model
from core.errors import ManifestError
from core.i18n import Text
from core.modules.declared import Mark, Marked, marking
from core.modules.registry import Registry

F = TypeVar("F", bound=Callable[..., Any])
METHODS = ("GET", "POST")
SIZES = ("s", "m")
KINDS = (str, int, bool, Decimal, list, dict)
WORD = re.compile(r"[a-z][a-z0-9_-]*")
PART = re.compile(r"[a-z0-9][a-z0-9_-]*|<(int:)?[a-z][a-z0-9_]*>")


@dataclass(frozen=True)
class PageMark(Mark):
    """That a function makes a page."""

    address: str
    title: Text
    template: str
    access: Role | Actor | None
    methods: tuple[str, ...]

    @property
    def is_public(self) -> bool:
        return self.access is PUBLIC

    @property
    def who(self) -> str:
        """Who may enter, as `addon check` says it."""
        return self.access.name if isinstance(self.access, Role) else "everybody, without a login"

    def check(self, marked: Marked[Any]) -> None:
        addon = _addon(marked)
        _begin, *parts = self.address.split("/")
        if parts[:1] != [addon] or not parts[1:] or not all(map(PART.fullmatch, parts)):
            raise ManifestError(
                f"The page {marked.name} stands at {self.address}: write /{addon}/ and small words."
            )
        if not self.is_public and not isinstance(self.access, Role):
            raise ManifestError(f"The page {marked.name} must say access=, a role or PUBLIC.")
        _check_methods(marked, self.methods)


@dataclass(frozen=True)
class EndpointMark(Mark):
    """That a function answers at an address of the API."""

    name: str
    methods: tuple[str, ...]
    role: Role | None

    def check(self, marked: Marked[Any]) -> None:
        if not isinstance(self.role, Role):
            raise ManifestError(f"The endpoint {marked.name} must say role=, who may call it.")
        if not WORD.fullmatch(self.name) or self.name in _models(_addon(marked)):
            raise ManifestError(f"The endpoint {marked.name} needs a name of its own, in a word.")
        _check_methods(marked, self.methods)
        for name, kind in kinds_of(marked.function).items():
            if kind not in KINDS:
                known = ", ".join(each.__name__ for each in KINDS)
                raise ManifestError(f"{marked.name}: say what {name} is, one of {known}.")


@dataclass(frozen=True)
class TileMark(Mark):
    """That a function says what a tile of Home holds."""

    title: Text
    role: Role
    size: str
    icon: str

    def check(self, marked: Marked[Any]) -> None:
        if not isinstance(self.role, Role) or self.size not in SIZES:
            raise ManifestError(f"The tile {marked.name} needs a role, and size s or m.")


def page(
    address: str,
    title: Text,
    template: str,
    access: Role | Actor | None = None,
    methods: tuple[str, ...] = ("GET",),
) -> Callable[[F], F]:
    """Mark a function that makes a page at `/<addon>/…`, for who holds the role `access`, or for
    everybody where it is PUBLIC.

    The function takes the variables of its address (`/warehouse/board/<int:id>`) and, where it
    names it, `form`: {name: text} of what was sent. It answers the values of its template; on POST,
    which runs in one transaction, it answers where to go on, None being the same page.
    """
    return marking(PageMark(address, title, template, access, methods))


def endpoint(
    name: str, methods: tuple[str, ...] = ("POST",), role: Role | None = None
) -> Callable[[F], F]:
    """Mark a function that other programs call at /api/v1/<addon>/<name> with the token of a user
    who holds `role`. It takes the values of a JSON object by its annotations and answers what is
    sent back as JSON; POST runs in one transaction.
    """
    return marking(EndpointMark(name, methods, role))


def tile(title: Text, role: Role, size: str = "s", icon: str = "box") -> Callable[[F], F]:
    """Mark a function that answers (value, address): a tile on the Home of those with the role.
    The size is s, or m for twice the width.
    """
    return marking(TileMark(title, role, size, icon))


def kinds_of(function: Callable[..., Any]) -> Mapping[str, Any]:
    """{parameter: type} of what a program sends."""
    hints = typing.get_type_hints(function)
    return {name: hints.get(name) for name in inspect.signature(function).parameters}


def pages_said(registry: Registry, addon: str) -> list[str]:
    """A line for each page of an addon: its address, and who may enter."""
    return [
        f"{each.mark.address}: {each.mark.who}"
        for each in registry.marked_by(PageMark)
        if _addon(each) == addon
    ]


def _check_methods(marked: Marked[Any], methods: tuple[str, ...]) -> None:
    if not methods or set(methods) - set(METHODS):
        raise ManifestError(f"{marked.name} answers to {', '.join(METHODS)} and no other method.")


def _addon(marked: Marked[Any]) -> str:
    return marked.name.split(".")[0]


def _models(addon: str) -> set[str]:
    own = [each for each in Model.__subclasses__() if each.__module__.split(".")[1] == addon]
    return {snake_case(each.__name__) for each in own}
