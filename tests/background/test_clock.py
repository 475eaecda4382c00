"""Jobs of the clock: each period once, whoever looks, in the zone of the instance."""

from datetime import UTC, datetime, timedelta

import pytest

from core.background.jobs.declared import job
from core.background.jobs.models import Job
from core.background.jobs.scheduler import queue_what_is_due
from core.config import Locale

MORNING = datetime(2026, 11, 25, 3, 59, tzinfo=UTC)  # 08:59 in Tashkent
ZONE = Locale(zone="Asia/Tashkent")


def _queued(works, moment):
    names = queue_what_is_due(works.registry, ZONE, moment)
    return {name.rpartition(".")[2] for name in names if name.startswith(works.name)}


def test_what_is_met_for_the_first_time_waits_for_its_period(works):
    assert _queued(works, MORNING) == set()
    assert _queued(works, MORNING + timedelta(seconds=30)) == set()
    assert _queued(works, MORNING + timedelta(minutes=1)) == {"tick", "morning"}


def test_a_period_is_queued_once_and_what_was_missed_once(works):
    _queued(works, MORNING)
    assert _queued(works, MORNING + timedelta(minutes=1)) == {"tick", "morning"}
    assert _queued(works, MORNING + timedelta(minutes=1)) == set()
    assert _queued(works, MORNING + timedelta(minutes=42)) == {"tick"}
    assert _queued(works, MORNING + timedelta(days=3)) == {"tick", "morning"}


def test_it_runs_as_the_system_and_names_itself(works, run_jobs):
    _queued(works, MORNING)
    _queued(works, MORNING + timedelta(minutes=2))
    Job.delete().where(Job.addon != works.name).execute()
    assert run_jobs() == 2
    assert ("tick", f"{works.name}.jobs.tick") in works.seen


@pytest.mark.parametrize("text", ["5", "0 minutes", "5 weeks", "every day"])
def test_a_span_that_cannot_be_read_is_refused_where_it_is_written(text):
    with pytest.raises(ValueError, match="is no span of time"):
        job(every=text)
