"""A policy of a test's own over the models of contacts, and the actors that it speaks of."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from core.access.lines import Access, Role, Rule
from core.data.actor import Actor
from core.modules.registry import Registry, using


@pytest.fixture
def ruled(working: Registry) -> Callable[..., Any]:
    """Make `with ruled(access, rules):` — run a block under these lines alone."""

    @contextmanager
    def rule(access: list[Access], rules: list[Rule] = []) -> Iterator[Registry]:  # noqa: B006
        roles: tuple[Role, ...] = tuple({line.role for line in access})
        own = replace(working, roles=roles, access=tuple(access), rules=tuple(rules))
        with using(own):
            yield own

    return rule


@pytest.fixture
def actor() -> Callable[..., Actor]:
    """Make `actor(1, role, …, teams=(2,))`."""

    def make(id: int | None, *roles: Role | str, teams: tuple[int, ...] = ()) -> Actor:
        names = frozenset(role if isinstance(role, str) else role.name for role in roles)
        return Actor(id=id, name=str(id), roles=names, teams=frozenset(teams))

    return make
