"""The events of the live stream: rows of the history, as far as one reader may know of them."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from core.access.decisions import can
from core.data import history
from core.data.actor import Actor, acting_as
from core.data.erasing import ERASE
from core.data.history import History
from core.data.model import Model
from core.data.prepared import Prepared, parameter
from core.data.scope import in_reach
from core.modules.registry import Registry, full_name, using

AT_ONCE = 1000
# What is done to records. What is told of logins, factors and tokens, under their user, is for
# whoever watches over access alone.
OF_RECORDS = frozenset(
    {
        *(history.CREATE, history.UPDATE, history.ARCHIVE, history.RESTORE, history.DELETE),
        *(history.CONFIRM, ERASE),
    }
)


class Event(NamedTuple):
    """One row of the history; `model` and `root_model` are tables."""

    id: int
    actor: int | None
    model: str
    root_model: str
    root_record: int
    action: str


_columns = (
    *(History.id, History.actor, History.model),
    *(History.root_model, History.root_record, History.action),
)
_after = Prepared(
    lambda: (
        History.select(*_columns)
        .where(History.id > parameter())
        .order_by(History.id)
        .limit(AT_ONCE)
    )
)
_newest = Prepared(lambda: History.select(History.id).order_by(History.id.desc()).limit(1))


def newest() -> int:
    """The id of the newest event; 0 when nothing ever happened."""
    rows = _newest()
    return int(rows[0][0]) if rows else 0


def events_after(id: int) -> list[Event]:
    """The events with a larger id, the oldest first, at most `AT_ONCE`."""
    return [Event(*row) for row in _after(id)]


def told_to(actor: Actor, registry: Registry, events: Iterable[Event]) -> list[dict[str, Any]]:
    """What the actor is told: {id, model, record, action, mine} of records within reach, one query
    a model. What is done to a line is told of its record.
    """
    models = registry.once(
        "live tables", lambda: {model._meta.table_name: model for model in registry.models}
    )
    with using(registry), acting_as(actor):
        known = [each for each in events if _may_see(actor, models, each)]
        wanted = defaultdict(set)
        for each in known:
            wanted[each.root_model].add(each.root_record)
        reached = {table: in_reach(models[table], ids, "r") for table, ids in wanted.items()}
    return [
        {
            "id": each.id,
            "model": full_name(models[each.root_model]),
            "record": each.root_record,
            "action": each.action if each.model == each.root_model else "update",
            "mine": each.actor is not None and each.actor == actor.id,
        }
        for each in known
        if each.root_record in reached[each.root_model]
    ]


def _may_see(actor: Actor, models: dict[str, type[Model]], event: Event) -> bool:
    if event.model not in models or event.root_model not in models:
        return False
    if event.action not in OF_RECORDS:
        return False
    root_is_open = can(actor, "r", models[event.root_model])
    return root_is_open and (
        event.model == event.root_model or can(actor, "r", models[event.model])
    )
