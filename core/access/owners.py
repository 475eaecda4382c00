"""To whom a new record belongs when nobody said it: to whoever makes it and sees only their own."""

from typing import Any

from core.access.lines import ALL
from core.access.policy import current_policy
from core.data.actor import current_actor
from core.data.model import Model


def with_owner(model: type[Model], values: dict[str, Any]) -> dict[str, Any]:
    """The {field: value} of a new record, with `owner` and `team` where the model has them, they
    are not given, and the actor may only make records of their own or of their team.
    """
    actor = current_actor()
    grants = current_policy().grants(model, actor, "c")
    if actor.id is None or not grants or any(grant.line.scope == ALL for grant in grants):
        return values
    defaults = {"owner": actor.id, "team": min(actor.teams, default=None)}
    missing = {
        name: value
        for name, value in defaults.items()
        if name in model._meta.fields and values.get(name) is None and value is not None
    }
    return {**values, **missing}
