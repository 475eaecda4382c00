"""A worker is killed in the middle of its jobs: each is done, and none twice."""

import os
import signal
import subprocess
import sys
import time

from core.background.jobs.models import DONE, Job
from core.config import ROOT, without_instance
from core.data.actor import system
from core.data.database import release, transaction
from core.modules import lifecycle
from core.modules.registry import using

JOBS = 500
KILLS = 3
CODE = """
from addons.contacts.models import Contact
from core.api import job

@job(key=lambda number: "contact " + str(number))
def make(number):
    Contact.create(name="Made " + str(number))
"""


def _begin(instance):
    settings = instance.settings
    environ = {
        "KARVON_DATABASE__URL": settings.database.url,
        "KARVON_PATHS__VAR": str(settings.paths.var),
        "KARVON_ADDONS__PATH": ",".join(map(str, settings.addons.path)),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "core.cli", "worker"],
        cwd=ROOT,
        env={**without_instance(os.environ), **environ},
    )


def _wait_for(count, seconds=120):
    until = time.monotonic() + seconds
    while (done := Job.select().where(Job.state == DONE).count()) < count:
        assert time.monotonic() < until, f"{done} of {count} jobs are done"
        release()
        time.sleep(0.02)
    release()
    return done


def test_of_500_jobs_none_is_lost_or_done_twice_when_their_worker_is_killed(
    instance, open_at, write_addon, addon_folder, migrated_url
):
    name = write_addon("makes", depends=("contacts",), jobs=CODE)
    opened = open_at(migrated_url, KARVON_ADDONS__PATH=str(addon_folder))
    lifecycle.enable(opened.found(), name)
    with using(opened.registry()) as registry, system("a test"):
        make = next(m.function for m in registry.marked if m.name == f"{name}.make")
        with transaction():
            for number in range(JOBS):
                make.later(number=number)
        release()
        done = 0
        for _ in range(KILLS):
            with _begin(opened) as worker:
                done = _wait_for(done + JOBS // 8)
                worker.send_signal(signal.SIGKILL)
        with _begin(opened) as worker:
            _wait_for(JOBS)
            worker.terminate()
        contact = registry.model("contacts.contact")
        names = [each.name for each in contact.select().where(contact.name.startswith("Made "))]
    assert sorted(names) == sorted(f"Made {number}" for number in range(JOBS))
