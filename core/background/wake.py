"""Wake the workers when there is a job: those of this process, and by Redis all others."""

from core.data.signals import Signal

TOLD_SECONDS = 1.0  # between two looks of one whom Redis tells of every job

_jobs = Signal("jobs")


def wake() -> None:
    """Let the workers look at once."""
    _jobs.give()


def wake_here() -> None:
    """Let whoever sleeps in this process look at once."""
    _jobs.give_here()


def sleep(seconds: float) -> None:
    """Wait until somebody wakes us, at most so long; where Redis tells of jobs, a little longer."""
    _jobs.wait(seconds, max(seconds, TOLD_SECONDS))
