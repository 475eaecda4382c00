"""The worker: a process beside the server that does jobs, follows the addons, and ends with it."""

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest

from core.background.jobs import queue
from core.background.jobs.models import Job
from core.background.jobs.running import Run
from core.background.jobs.sweeping import forget_ended_jobs, return_lost, worker_name
from core.background.worker import Worker
from core.data.fields import now
from core.modules import lifecycle


def test_a_worker_does_what_is_due(works):
    works.note.later(word="x")
    assert Worker(works.instance.registry, works.instance.settings.locale).once() == 1
    assert Job.get().state == "done"


def test_a_worker_follows_the_set_of_addons(works):
    worker = Worker(works.instance.registry, works.instance.settings.locale)
    worker.once()
    lifecycle.disable(works.instance.found(), works.name)
    id = works.note.later(word="x")
    assert worker.once() == 0
    lifecycle.enable(works.instance.found(), works.name)
    assert worker.once() == 1
    assert Job.get_by_id(id).state == "done"


def test_jobs_of_a_dead_process_go_back_at_once_and_those_of_a_living_one_stay(works):
    works.note.later(word="x")
    works.note.later(word="y")
    ended = subprocess.run(["true"], check=False)
    assert ended.returncode == 0
    host = worker_name("").partition(":")[0]
    with subprocess.Popen(["sleep", "60"]) as living:
        kept = queue.claim(f"{host}:{living.pid}:a", [works.name])
        lost = queue.claim(f"{host}:{living.pid}:b", [works.name])
        Job.update(worker=f"{host}:{_unused_pid()}:b").where(Job.id == lost.id).execute()
        assert return_lost(worker_name("me"), {}) == 1
        living.kill()
    assert Job.get_by_id(lost.id).state == "queued"
    assert Job.get_by_id(kept.id).state == "running"


def _unused_pid():
    with subprocess.Popen(["true"]) as ended:
        ended.wait()
    return ended.pid


def test_jobs_of_another_machine_go_back_when_their_heart_stands_still(works):
    works.note.later(word="x")
    job = queue.claim("elsewhere:1:a", [works.name])
    assert return_lost(worker_name("me"), {}) == 0
    Job.update(heartbeat_at="2026-01-01 00:00:00").execute()
    assert return_lost(worker_name("me"), {}) == 1
    assert Job.get_by_id(job.id).state == "queued"


def test_progress_is_written_and_a_cancelled_job_stops_where_it_tells_it(works):
    id = works.long.later()
    run = Run(queue.claim("me", [works.name]))
    run.tell(1, 3, "one")
    run.write()
    job = Job.get_by_id(id)
    assert (job.done, job.total, job.text) == (1, 3, "one")
    queue.cancel(id)
    run.write()
    with pytest.raises(Exception, match="The job was cancelled"):
        run.tell(2, 3, "two")
    assert Job.get_by_id(id).state == "cancelled"


def test_what_ended_long_ago_is_forgotten(works):
    works.note.later(word="old")
    Job.update(state="done", finished_at="2026-01-01 00:00:00").execute()
    works.note.later(word="new")
    Job.update(state="done", finished_at=now()).where(Job.state == "queued").execute()
    assert forget_ended_jobs() == 1


def test_the_server_starts_a_worker_again_and_takes_it_along(shell):
    served = shell.serve(KARVON_BACKGROUND__WORKERS="1")
    first = _worker_of(served)
    os.kill(first, signal.SIGKILL)
    second = _worker_of(served, other_than=first)
    assert served.stop() < 2
    assert not _is_alive(second)


def _worker_of(served, other_than=0):
    until = time.monotonic() + 20
    while time.monotonic() < until:
        for pid in served.workers():
            with suppress(OSError), Path(f"/proc/{pid}/cmdline").open("rb") as stream:
                if pid != other_than and stream.read().endswith(b"core.cli\0worker\0"):
                    time.sleep(1.5)  # until it has begun
                    return pid
        time.sleep(0.05)
    return pytest.fail("no worker came")


def _is_alive(pid):
    with suppress(OSError), Path(f"/proc/{pid}/stat").open() as stream:
        return stream.read().rpartition(")")[2].split()[0] != "Z"
    return False


def test_the_verb_does_what_is_due_and_ends(shell):
    done = shell.run("worker", "--once")
    assert (done.returncode, done.stdout) == (0, "0\n")
