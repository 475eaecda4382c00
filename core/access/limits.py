"""Fields that are for some roles only, whatever the lines of access grant on their records."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.data.actor import Actor
from core.data.model import Model


@dataclass(frozen=True, eq=False)
class FieldLimit:
    """One field of a model for some roles only: for others it is hidden. An empty set is no limit;
    who may not read a field may not fill it in either.
    """

    model: type[Model]
    field: str
    readers: frozenset[str] = frozenset()
    writers: frozenset[str] = frozenset()

    def hides(self, roles: frozenset[str], action: str) -> bool:
        """Whether somebody with these roles does without the field in this action."""
        wanted = [self.readers] if action in "rxd" else [self.readers, self.writers]
        return any(some and not some & roles for some in wanted)


def limited(
    limits: Iterable[FieldLimit], model: type[Model], actor: Actor, action: str
) -> frozenset[str]:
    """The fields of a model that are for other roles than the actor's."""
    if actor.is_admin or actor.is_system:
        return frozenset()
    return frozenset(
        limit.field for limit in limits if limit.model is model and limit.hides(actor.roles, action)
    )
