"""To whom a new record belongs when nobody said it: to whoever makes it and sees only their own."""

from typing import Any

from core.access.policy import ALL, current_policy
from core.data.actor import current_actor
from core.data.model import Model


def with_owner(model: type[Model], values: dict[str, Any]) -> dict[str, Any]:
    """The {field: value} of a new record, with `owner` and `team` where the model has them, they
    are not given, and the actor may only make records of their own or of their team.
    """
    actor = current_actor()
    lines = current_policy().lines(model, actor, "c")
    if actor.id is None or not lines or any(line.scope == ALL for line in lines):
        return values
    defaults = {"owner": actor.id, "team": min(actor.teams, default=None)}
    missing = {
        name: value
        for name, value in defaults.items()
        if name in model._meta.fields and values.get(name) is None and value is not None
    }
    return {**values, **missing}
