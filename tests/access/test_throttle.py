"""How attempts are counted: all of them, for a while, whoever counts."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from core.access.models import Attempt
from core.access.throttle import WINDOW, count_attempt
from core.data.database import release
from core.data.fields import now


@pytest.mark.attack(40)
def test_the_table_of_attempts_forgets(instance):
    count_attempt("one")
    count_attempt("two")
    Attempt.update(until=now() - timedelta(seconds=1)).execute()
    count_attempt("three")
    (left,) = Attempt.select()
    assert left.key == "three"
    assert left.until <= now() + WINDOW


def test_attempts_at_the_same_moment_are_all_counted(instance):
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: _counted(), range(24)))
    assert Attempt.get(Attempt.key == "one").count == 24


def _counted():
    try:
        count_attempt("one")
    finally:
        release()
