"""Which webhooks hear of a write or an event: deliveries are queued in the transaction of both.

Where there is no webhook a write costs a look into a dictionary: what is wanted is read once for
each build of the addons, and a webhook that changes makes the next generation.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import peewee

from core.data import history
from core.data.actor import PUBLIC, acting_as, system
from core.data.changes import root_model
from core.data.database import after_commit
from core.data.fields import now
from core.data.history import Change
from core.data.model import Model
from core.exchange.webhooks.delivering import deliver
from core.exchange.webhooks.models import WAITING, Delivery, Webhook, new_key
from core.modules.events import Event, named_events
from core.modules.lifecycle import next_generation
from core.modules.registry import current_registry, full_name

WORDS = {history.CREATE: "created", history.UPDATE: "updated", history.ARCHIVE: "archived"}
ROWS_AT_ONCE = 200
MEMORY = "webhooks"


@dataclass
class Wanted:
    """Who hears of what: ids of webhooks by (model, what was done), and by the name of an event."""

    records: dict[tuple[Any, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    events: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))


def wanted() -> Wanted:
    return current_registry().once(MEMORY, _read)


def _read() -> Wanted:
    known = current_registry().by_name
    found = Wanted()
    for hook in Webhook.select(Webhook.id, Webhook.events).where(Webhook.paused_at.is_null()):
        for event in hook.event_names:
            name, _space, word = event.partition(" ")
            if not word:
                found.events[name].append(hook.id)
            elif name in known:
                found.records[known[name], word].append(hook.id)
    return found


def webhooks_changed() -> None:
    """Let every process see the webhooks anew with its next request or job."""
    next_generation()
    registry = current_registry()
    after_commit(lambda: registry.forget(MEMORY))


def tell_webhooks(model: type[peewee.Model], changes: Sequence[Change]) -> None:
    """Queue what a write did to records for those who want to hear of it. A changed line is a
    change of its record.
    """
    hooks = wanted().records
    if not hooks:
        return
    root = root_model(model)
    ids: dict[str, set[int]] = defaultdict(set)
    for change in changes:
        word = WORDS.get(change.action) if model is root else WORDS[history.UPDATE]
        if word is not None:
            ids[word].add(change.root)
    for word, records in ids.items():
        for hook in hooks.get((root, word), ()):
            _queue_records(hook, full_name(root), word, records)


def _queue_records(hook: int, model: str, word: str, ids: set[int]) -> None:
    """One delivery a record, unless one that is not written yet will say the newest anyway: that
    one is locked, so that nobody writes it before what was done now is kept.
    """
    words = {word} | ({WORDS[history.CREATE]} if word == WORDS[history.UPDATE] else set())
    texts = [_records({"record": (model, id)}) for id in sorted(ids)]
    for start in range(0, len(texts), ROWS_AT_ONCE):
        some = texts[start : start + ROWS_AT_ONCE]
        told = _told_anyway(hook, [f"{model} {each}" for each in sorted(words)], some)
        _queue(hook, f"{model} {word}", [text for text in some if text not in told])


def _told_anyway(hook: int, events: list[str], texts: list[str]) -> set[str]:
    same = (
        (Delivery.webhook == hook)
        & Delivery.event.in_(events)
        & (Delivery.state == WAITING)
        & Delivery.body.is_null()
        & Delivery.records.in_(texts)
    )
    if not Delivery.update(at=now()).where(same).execute():
        return set()
    return {str(row.records) for row in Delivery.select(Delivery.records).where(same)}


def tell_webhooks_of(event: Event, values: dict[str, Any]) -> None:
    """Queue a named event for those who want to hear of it. Of its values records alone are told,
    for of these it is known who may see what.
    """
    hooks = wanted().events
    if not hooks:
        return
    name = next((name for name, each in named_events().items() if each is event), "")
    for hook in hooks.get(name, ()):
        records = {
            word: (full_name(type(value)), value.id)
            for word, value in values.items()
            if isinstance(value, Model)
        }
        _queue(hook, name, [_records(records)])


def _records(named: dict[str, tuple[str, int]]) -> str:
    return json.dumps(named, sort_keys=True)


def _queue(hook: int, event: str, records: Iterable[str]) -> None:
    moment = now()
    times = {"at": moment, "due_at": moment}
    rows = [
        {"webhook": hook, "key": new_key(), "event": event, "records": text, **times}
        for text in records
    ]
    if rows:
        Delivery.insert_many(rows).execute()
        queue_deliveries(hook)


def queue_deliveries(hook: int) -> None:
    """Let a worker send what waits for the webhook, after the commit."""
    with acting_as(PUBLIC), system("webhooks are sent apart from requests"):
        deliver.later(webhook=hook)
