"""Random worlds against the oracle once more: on pages, through the API, in files and on paper."""

import sys
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from core.data.actor import system
from core.modules.registry import using
from tests.access.worlds.building import stored
from tests.access.worlds.drawing import CONTACTS, askings, worlds
from tests.access.worlds.facts import Asking
from tests.access.worlds.visiting import Visit

WORLDS = 40 if "--full" in sys.argv else 6
EACH, ON_PAPER = 50, 4  # decisions of a world
WAYS = ("details", "read", "form", "write", "rows", "found", "export")
MOST_DRAWN = WORLDS * 15

visits = st.lists(
    st.tuples(askings, st.integers(0, CONTACTS - 1), st.sampled_from(["name", "tax_id"])),
    min_size=EACH,
    max_size=EACH,
)


@cache
def drawn():
    """The worlds, each with who looks at which record and field: those in which somebody reaches
    something, and nobody everything.
    """
    found = {}

    @settings(
        max_examples=MOST_DRAWN,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(worlds(), visits)
    def keep(world, about):
        if 0.2 < _openness(world) < 0.7:
            found[world.told()] = (world, about)

    keep()
    return list(found.values())[-WORLDS:]


def _openness(world):
    """How many of the readings of contacts by those who can log in are allowed."""
    active = [n for n, person in enumerate(world.people) if person.active]
    all = [
        world.allows(Asking(n), action, "contact", place)
        for n in active
        for action in "rux"
        for place in range(CONTACTS)
    ]
    return sum(all) / len(all)


def visitors(world, about):
    """Who can log in, in a browser: a person, for whom no token is narrowed."""
    active = [n for n, person in enumerate(world.people) if person.active]
    for n, (asking, place, name) in enumerate(about):
        person = active[(asking.person or 0) % len(active)]
        yield n, Asking(person), replace(asking, person=person), place, name


@pytest.mark.requirement("S28")
@pytest.mark.requirement("S30")
@pytest.mark.parametrize("number", range(WORLDS))
def test_pages_show_what_the_oracle_allows_and_nothing_else(instance, registry, number):
    world, about = drawn()[number]
    with using(registry), system("a test fills a world"):
        built = stored(world, registry)
    visit = Visit(built, instance.settings)
    takers = [
        n for n, person in enumerate(world.people) if person.active and visit.taken(Asking(n))
    ]
    for n, person, caller, place, name in visitors(world, about):
        way = WAYS[n % len(WAYS)]
        if way in ("read", "write", "found"):
            getattr(visit, way)(caller, place, name)
        else:
            getattr(visit, way)(person, place)
        if n < ON_PAPER:  # who may print at all
            visit.paper(Asking(takers[n % len(takers)]) if takers else person, place)
    assert visit.made >= EACH
