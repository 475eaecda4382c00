"""Figures for Prometheus: what is asked and how long it takes, and how the instance is.

The workers of a server count into files that they share, so that any of them answers for all.
"""

import glob
import os
import shutil
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, g, request
from peewee import fn

from core.access.models import Session
from core.access.permissions import observer
from core.access.tokens import actor_of_token
from core.background.jobs.models import QUEUED, RUNNING, Job
from core.background.jobs.sweeping import process_lives
from core.data.fields import now
from core.modules.models import Addon

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # by which the library knows where to count
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)


@dataclass(frozen=True)
class Meters:
    """What this process counts."""

    requests: Any
    seconds: Any


def share_counts(var: Path) -> None:
    """Let the workers that are forked from now on count together; counts begin anew."""
    here = f"metrics-{socket.gethostname()}-"
    folder = var / "run" / f"{here}{os.getpid()}"
    for old in folder.parent.glob(f"{glob.escape(here)}*"):
        if old == folder or not process_lives(old.name.removeprefix(here)):
            shutil.rmtree(old, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    os.environ[FOLDER] = str(folder)


@lru_cache(maxsize=1)
def _meters() -> Meters:
    # Imported when the first app is built, for the library looks at FOLDER as it is imported.
    from prometheus_client import CollectorRegistry, Counter, Histogram

    ours = CollectorRegistry()
    labels = ("method", "route", "status")
    return Meters(
        Counter("karvon_requests", "Requests that were answered.", labels, registry=ours),
        Histogram(
            "karvon_request_seconds",
            "Seconds until the answer began.",
            ("route",),
            buckets=SECONDS,
            registry=ours,
        ),
    )


def add_metrics(app: Flask) -> None:
    """Count the requests of the app, and answer `/metrics` to those who watch over the server."""
    meters = _meters()

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "none"
        meters.requests.labels(request.method, route, response.status_code).inc()
        if "began" in g:
            meters.seconds.labels(route).observe(time.perf_counter() - g.began)
        return response

    app.add_url_rule("/metrics", view_func=metrics)
    app.config["PUBLIC_ENDPOINTS"] |= {"metrics"}  # it looks itself at who asks


def metrics() -> Response:
    """The figures as Prometheus reads them; to anybody else the address does not exist."""
    from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector

    if not may_watch():
        abort(404)
    figures = CollectorRegistry()
    if FOLDER in os.environ:
        MultiProcessCollector(figures)  # type: ignore[no-untyped-call]  # as the library has it
    else:
        meters = _meters()
        figures.register(meters.requests)
        figures.register(meters.seconds)
    figures.register(Facts())
    return Response(generate_latest(figures), content_type=CONTENT_TYPE_LATEST)


def may_watch() -> bool:
    """Whether whoever asks watches over the server: by a token or logged in."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    actor = g.actor
    if kind.lower() == "bearer":
        actor = actor_of_token(token.strip(), g.actor.language) or g.actor
    return actor.is_admin or observer.name in actor.roles


class Facts:
    """What the database knows of the instance, read when it is asked for."""

    def collect(self) -> Iterator[Any]:
        from prometheus_client.core import GaugeMetricFamily

        jobs = GaugeMetricFamily("karvon_jobs", "Jobs by state.", labels=["state"])
        query = Job.select(Job.state, fn.COUNT(Job.id)).group_by(Job.state)
        for state, number in query.tuples():
            jobs.add_metric([state], number)
        yield jobs
        yield GaugeMetricFamily(
            "karvon_oldest_job_seconds",
            "How long the job that is due longest has waited.",
            value=_longest_wait(),
        )
        addons = GaugeMetricFamily("karvon_addons", "Installed addons by state.", labels=["state"])
        states = Addon.select(Addon.state, fn.COUNT(Addon.id)).group_by(Addon.state)
        for state, number in states.tuples():
            addons.add_metric([state], number)
        yield addons
        yield GaugeMetricFamily(
            "karvon_sessions", "Logins that are open.", value=Session.select().count()
        )


def _longest_wait() -> float:
    waiting = Job.select(fn.MIN(Job.not_before)).where(Job.state.in_((QUEUED, RUNNING)))
    oldest = Job.not_before.python_value(waiting.scalar())
    return max((now() - oldest).total_seconds(), 0) if oldest else 0.0
