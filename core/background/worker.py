"""A worker: a process that does the jobs of an instance, several at a time."""

import logging
import os
import secrets
import threading
import time
from collections.abc import Callable

import peewee

from core.background.jobs import shifts
from core.background.jobs.queue import claim, give_back
from core.background.jobs.running import Run, run_job
from core.background.jobs.scheduler import queue_what_is_due
from core.background.jobs.sweeping import return_lost, worker_name
from core.background.wake import sleep, wake_here
from core.config import Locale
from core.data.database import release
from core.errors import Busy
from core.modules.lifecycle import generation
from core.modules.registry import Registry

log = logging.getLogger("karvon.background")

AT_ONCE = 4  # jobs in one process
LOOK_SECONDS = 0.25  # between two looks into the queue
CLOCK_SECONDS = 1.0
SWEEP_SECONDS = 5.0
BEAT_SECONDS = 5.0
SEEN_SECONDS = 20.0  # between two words that the worker is there
TOLD_SECONDS = 0.5  # how late the progress of a job may be written
GRACE_SECONDS = 10.0  # what runs when the worker is told to stop may take so long
AWAY = (peewee.OperationalError, peewee.InterfaceError, Busy)


class Worker:
    """Does the jobs of the addons that are enabled: `load` gives the registry of now."""

    def __init__(self, load: Callable[[], Registry], locale: Locale) -> None:
        self.load = load
        self.locale = locale
        self.name = worker_name(secrets.token_hex(4))
        self.runs: dict[int, Run] = {}
        self.stopping = False
        self.serving: tuple[int, Registry] | None = None
        self._clock = Every(CLOCK_SECONDS)
        self._sweep = Every(SWEEP_SECONDS)

    def registry(self) -> Registry:
        """The addons as the database names them now."""
        wanted = generation()
        if self.serving is None or self.serving[0] != wanted:
            self.serving = (wanted, self.load())
        return self.serving[1]

    def once(self) -> int:
        """Do what is due, one after the other; answers how many there were."""
        return_lost(self.name, self.runs)
        registry, count = self.registry(), 0
        queue_what_is_due(registry, self.locale)
        while (job := claim(self.name, ["core", *registry.addons])) is not None:
            run_job(Run(job), registry)
            count += 1
        return count

    def work(self) -> None:
        """Do jobs until `stopping` is set or the process that started this one is gone."""
        parent = os.getppid()
        threading.Thread(target=self._beat, name="karvon-heart", daemon=True).start()
        while not self.stopping and os.getppid() == parent:
            try:
                self._turn()
            except AWAY as error:
                log.error("The database cannot be reached: %s", error)
                time.sleep(1)
            finally:
                release()
            sleep(LOOK_SECONDS)
        self._end()

    def _turn(self) -> None:
        registry = self.registry()
        if self._sweep.is_due():
            return_lost(self.name, self.runs)
        if self._clock.is_due():
            queue_what_is_due(registry, self.locale)
        while len(self.runs) < AT_ONCE and not self.stopping:
            job = claim(self.name, ["core", *registry.addons])
            if job is None:
                break
            self.runs[job.id] = run = Run(job)
            threading.Thread(target=self._run, args=(run, registry), daemon=True).start()

    def _run(self, run: Run, registry: Registry) -> None:
        try:
            run_job(run, registry)
        except AWAY as error:  # noted nowhere: the sweeper finds it
            log.error("The end of job %s could not be noted: %s", run.job.id, error)
        finally:
            self.runs.pop(run.job.id, None)
            wake_here()

    def _beat(self) -> None:
        beat, seen = Every(BEAT_SECONDS), Every(SEEN_SECONDS)
        while True:
            if not self.stopping and seen.is_due():
                self._say(lambda: shifts.be_seen(self.name))
            time.sleep(TOLD_SECONDS)
            everybody = beat.is_due()
            for run in list(self.runs.values()):
                if everybody or run.unsaid.is_set():
                    self._say(run.write)

    def _say(self, note: Callable[[], object]) -> None:
        try:
            note()
        except AWAY as error:
            log.warning("A heartbeat could not be noted: %s", error)
        finally:
            release()

    def _end(self) -> None:
        until = time.monotonic() + GRACE_SECONDS
        while self.runs and time.monotonic() < until:
            sleep(LOOK_SECONDS)
        for run in list(self.runs.values()):
            try:
                give_back(run.job)
            except AWAY as error:
                log.error("Job %s could not be given back: %s", run.job.id, error)
        self._say(lambda: shifts.leave(self.name))


class Every:
    """Whether so many seconds went by since it last said so; the first time they have."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.next = 0.0

    def is_due(self) -> bool:
        moment = time.monotonic()
        if moment < self.next:
            return False
        self.next = moment + self.seconds
        return True
