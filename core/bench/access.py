"""What a decision of access costs, and a page of somebody whom scopes and a rule narrow."""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from core.access.accounts import user_called
from core.access.actors import actors_of
from core.access.decisions import can_each
from core.access.lines import OWN, TEAM, Access, Rule
from core.bench.ground import MODEL, Ground
from core.bench.measure import Cost, TooFew, costs
from core.bench.words import CITIES
from core.data.actor import Actor, system
from core.data.database import release
from core.exchange.selection import Ask, Selection
from core.modules.registry import Registry, using
from core.web.app import create_app

PAGE = 100
CALLS = 50
READER = "team"
LIST = "/contacts/contact/"
HELD = ("contacts.own", "contacts.user", "core.staff")  # by the reader


def in_town(row: Any, actor: Actor) -> Any:
    """A rule such as addons make: by a value of the record, and of whoever asks."""
    return (row.city == CITIES[0]) & ((row.status != "lead") | (row.owner == actor.id))


@contextmanager
def narrowed(ground: Ground) -> Iterator[tuple[Registry, Actor]]:
    """Under lines of OWN, of TEAM and of a rule in place of those that contacts has, and the actor
    who holds all three.
    """
    with ground.instance.acting("bench decides about access") as registry:
        model = registry.model(MODEL)
        roles = {role.name: role for role in registry.roles}
        own, team, ruled = (roles[name] for name in HELD)
        lines = (
            *(line for line in registry.access if line.model is not model),
            Access(model, own, "ru", OWN),
            Access(model, team, "ru", TEAM),
            Access(model, ruled, "ru"),
        )
        rules = (*registry.rules, Rule(model, ruled, in_town))
        with using(replace(registry, access=lines, rules=rules)) as narrow:
            user = user_called(READER).id
            yield narrow, actors_of([user])[user]
    release()


def decided_page(ground: Ground) -> float:
    """The CPU of `can` for the hundred records of a page, in milliseconds."""
    with narrowed(ground) as (registry, actor):
        model = registry.model(MODEL)
        with system("bench takes a page of all"):
            ids = [row[0] for row in Selection(model, Ask(limit=PAGE)).page(model.name).rows]
        if len(ids) < PAGE or not 0 < len(can_each(actor, "u", model, ids)) < PAGE:
            raise TooFew("The page must hold records that may be changed, and others.")
        (cost,) = medians(lambda: can_each(actor, "u", model, ids))
    return cost


def scoped_page(ground: Ground) -> tuple[Cost, Cost]:
    """A page of the list for the narrowed reader, and for one whom nothing narrows, which is what
    the system reads.
    """
    with narrowed(ground) as (registry, _actor):
        app = create_app(registry, ground.instance.settings)
    release()
    pages = ground.page(LIST, READER), ground.page(LIST, "admin")
    scoped, whole = costs(app, ground.host, *pages)
    return scoped, whole


def medians(*works: Callable[[], Any]) -> list[float]:
    """The median CPU of each in milliseconds, called by turns."""
    taken: list[list[float]] = [[] for _ in works]
    for call in range(-3, CALLS):
        for place, work in enumerate(works):
            before = time.process_time()
            work()
            if call >= 0:
                taken[place].append(time.process_time() - before)
    return [statistics.median(some) * 1000 for some in taken]
