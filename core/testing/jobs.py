"""The fixture that does what a test queued."""

from collections.abc import Callable

import pytest

from core.background.jobs.queue import claim
from core.background.jobs.running import Run, run_job
from core.modules.registry import current_registry

WORKER = "a test"


@pytest.fixture
def run_jobs() -> Callable[[], int]:
    """Make `run_jobs()`: do all jobs that are due, one after the other, with the addons of the
    block; answers how many there were.
    """

    def run() -> int:
        registry, count = current_registry(), 0
        while (job := claim(WORKER, ["core", *registry.addons])) is not None:
            run_job(Run(job), registry)
            count += 1
        return count

    return run
