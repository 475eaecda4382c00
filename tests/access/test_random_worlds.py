"""Random worlds against the oracle: at `can`, at `why` and in SQL, on both databases."""

import os
import sys

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from tests.access.worlds.building import built
from tests.access.worlds.deciding import Judge
from tests.access.worlds.drawing import questions, worlds

# A run over mutants asks for fewer of them.
WORLDS = int(os.environ.get("WORLDS") or (2_000 if "--full" in sys.argv else 200))
EACH = 50  # decisions of a world


@pytest.mark.requirement("S28")
@pytest.mark.requirement("S29")
@pytest.mark.requirement("S30")
def test_no_random_world_knows_a_decision_that_the_oracle_does_not(working, clock):
    asked = allowed = 0
    known = set()

    @settings(
        max_examples=WORLDS,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(worlds(), st.lists(questions(), min_size=EACH, max_size=EACH))
    def decide(world, about):
        nonlocal asked, allowed
        assume(world.told() not in known)  # hypothesis likes to try what it knows once more
        with built(world, working) as stands:
            judge = Judge(stands)
            for question in about:
                judge.judge(question)
        known.add(world.told())
        asked += judge.asked
        allowed += judge.allowed

    decide()
    assert asked >= WORLDS * EACH
    # Neither a yes nor a no is what everything comes to.
    assert WORLDS < 100 or 0.15 < allowed / asked < 0.85
