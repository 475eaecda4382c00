"""What the studio hears of rules: which records wake them, how they did, what stops them."""

from collections.abc import Callable
from typing import Any

from addons.studio.jobs import queue
from addons.studio.models import Rule
from addons.studio.running import chain, woken
from core.api import created, on, screens, updated

MOST_FAILURES = 10  # in a row; then a rule is paused
WAKING = ("records", "event", "state")


def listeners() -> list[Callable[..., None]]:
    """A listener for each kind of record and event that some rule waits for."""
    rules = Rule.select(Rule.records, Rule.event).distinct()
    wanted = set(rules.where(Rule.state == "active", Rule.archived_at.is_null()).tuples())
    models = {each.name: each.model for each in screens()}
    made = {"created": _hear_new, "changed": _hear_change}
    return [
        made[event](name, models[name])
        for name, event in sorted(wanted)
        if event in made and name in models
    ]


def _hear_new(name: str, model: Any) -> Callable[..., None]:
    @on(created(model))
    def hear(record: Any) -> None:
        _wake(name, "created", record, set())

    return hear


def _hear_change(name: str, model: Any) -> Callable[..., None]:
    @on(updated(model))
    def hear(record: Any, changes: dict[str, Any]) -> None:
        _wake(name, "changed", record, set(changes))

    return hear


def _wake(name: str, event: str, record: Any, changed: set[str]) -> None:
    for rule in woken(name, event, changed):
        queue(rule, record.id, f"v{record.version}", chain(), changed)
