"""Find jobs whose worker is gone, and throw away what ended long ago."""

import os
import socket
from collections.abc import Container
from datetime import timedelta

from core.background.jobs import queue
from core.background.jobs.declared import job
from core.background.jobs.models import CANCELLED, DONE, FAILED, RUNNING, Job, by_the_clock
from core.data.fields import now

STALE = timedelta(seconds=60)  # of a worker on another machine
# A process number may have been given to another program since.
STALE_HERE = timedelta(minutes=10)
KEPT = timedelta(days=30)
KEPT_OF_CLOCK = timedelta(days=1)


def worker_name(word: str) -> str:
    """What the book calls a worker: its machine, its process, and a word of its own."""
    return f"{socket.gethostname()[:80]}:{os.getpid()}:{word}"


def return_lost(me: str, mine: Container[int]) -> int:
    """Return the jobs whose worker was killed to the queue; answers how many. Of those of `me` are
    lost which are not among `mine`, the ids that it runs now.
    """
    count = 0
    for job_ in Job.select().where(Job.state == RUNNING):
        if job_.worker == me:
            lost = job_.id not in mine
        else:
            lost = _is_gone(str(job_.worker), me, now() - job_.heartbeat_at)
        if lost:
            queue.give_back(job_)
            count += 1
    return count


def _is_gone(worker: str, me: str, silent: timedelta) -> bool:
    host, _, rest = worker.partition(":")
    own_host, _, own_rest = me.partition(":")
    if host != own_host:
        return silent > STALE
    pid = rest.partition(":")[0]
    if pid == own_rest.partition(":")[0] or not process_lives(pid):
        return True
    return silent > STALE_HERE


def process_lives(pid: str) -> bool:
    """Whether a process of this machine has the id."""
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        return True
    return True


@job(at="03:30")
def forget_ended_jobs() -> int:
    """Throw away what ended 30 days ago, and what the clock had done a day ago; answers how many
    there were.
    """
    old = Job.state.in_((DONE, FAILED, CANCELLED)) & (Job.finished_at < now() - KEPT)
    usual = (Job.state == DONE) & (Job.finished_at < now() - KEPT_OF_CLOCK) & by_the_clock()
    return int(Job.delete().where(old | usual).execute())
