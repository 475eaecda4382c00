"""Who follows a record: whoever made or owns it, commented it, or chose to; and what they hear."""

from collections.abc import Iterable, Sequence
from typing import Any

import peewee

from core.attached.models import Follower, attached_to
from core.background.notices import notify
from core.data import history
from core.data.actor import current_actor, system
from core.data.changes import root_model
from core.data.history import Change, births, key_of
from core.data.model import Model
from core.data.rows import among
from core.i18n import Text, _
from core.modules.registry import current_registry

MOST_TOLD = 50  # of one write: what changes more records than that is an import


def follow(user: int, record: Model, is_following: bool = True) -> None:
    """Let the user hear of the record from now on, or no more."""
    key = key_of(record)
    (
        Follower.insert(user=user, is_following=is_following, **key)
        .on_conflict(
            conflict_target=[Follower.model, Follower.record, Follower.user],
            update={Follower.is_following: is_following, Follower.birth: key["birth"]},
        )
        .execute()
    )


def followers_of(record: Model) -> set[int]:
    """The ids of the users who follow the record."""
    row = Follower
    rows = row.select(row.user, row.is_following).where(attached_to(row, record))
    return _followers(record, rows.tuples())


def _followers(record: Model, chosen: Iterable[tuple[int, bool]]) -> set[int]:
    decided = {user: bool(is_following) for user, is_following in chosen}
    by_themselves = {record.__data__.get("created_by"), record.__data__.get("owner")} - {None}
    wanted = {user for user, is_following in decided.items() if is_following}
    return wanted | (by_themselves - decided.keys())


def tell_followers(model: type[peewee.Model], changes: Sequence[Change]) -> None:
    """Tell the followers of records what a write of somebody else did to them. What the program
    does by itself, or to records by the hundred, is no news.
    """
    actor, root = current_actor(), root_model(model)
    wanted = {change.root for change in changes if change.action in DONE}
    if actor.id is None or actor.is_system or not 0 < len(wanted) <= MOST_TOLD:
        return
    if root not in _shown():
        return
    done = _deed(model, root, changes)
    with system("followers hear of what somebody did"):
        for record, followers in _followed(root, wanted):
            for user in sorted(followers - {actor.id}):
                notify(user, done % {"who": actor.name}, about=record, kind="core.changed")


DONE: dict[str, Text] = {
    history.CREATE: _("%(who)s created it"),
    history.UPDATE: _("%(who)s changed it"),
    history.ARCHIVE: _("%(who)s archived it"),
    history.RESTORE: _("%(who)s restored it"),
    history.DELETE: _("%(who)s changed it"),
}


def _deed(model: type[peewee.Model], root: Any, changes: Sequence[Change]) -> Any:
    """What is said of changes, which are all of one kind."""
    return DONE[changes[0].action if model is root else history.UPDATE]


def _shown() -> set[Any]:
    """The models that have a page where their records can be followed."""
    registry = current_registry()
    return registry.once("followed models", lambda: {view.model for view in registry.views})


def _followed(model: Any, ids: set[int]) -> list[tuple[Model, set[int]]]:
    records = list(model.select().where(among(model.id, ids)))
    table, row = model._meta.table_name, Follower
    made = births(table, ids)
    chosen: dict[int, list[tuple[int, bool]]] = {}
    rows = row.select(row.record, row.birth, row.user, row.is_following).where(
        row.model == table, row.record.in_(sorted(ids))
    )
    for record, birth, user, is_following in rows.tuples():
        if birth == made[record]:
            chosen.setdefault(record, []).append((user, is_following))
    return [(record, _followers(record, chosen.get(record.id, ()))) for record in records]
