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
from core.data.prepared import Parameter, Prepared, parameter
from core.data.rows import among, among_given, as_given
from core.i18n import Text, _
from core.modules.registry import current_registry

THEIRS = ("created_by", "owner")  # the fields that say whose a record is
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
    return _followers([record.__data__.get(name) for name in THEIRS], rows.tuples())


def _followers(theirs: Iterable[int | None], chosen: Iterable[tuple[int, bool]]) -> set[int]:
    """`theirs` is whose record it is, `chosen` what users decided."""
    decided = {user: bool(is_following) for user, is_following in chosen}
    by_themselves = {user for user in theirs if user is not None}
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
        for record, followers in _followed(root, wanted, actor.id):
            for user in sorted(followers):
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


def _followed(model: Any, ids: set[int], but: int) -> list[tuple[Model, set[int]]]:
    """The records of these that somebody else than the user `but` follows, and who does."""
    given = as_given(sorted(ids))
    chosen = _chosen(model._meta.table_name, given)
    heard: dict[int, set[int]] = {}
    for id, *theirs in _theirs(model)(given):
        if followers := _followers(theirs, chosen.get(id, ())) - {but}:
            heard[id] = followers
    records = model.select().where(among(model.id, heard)) if heard else ()
    return [(record, heard[record.id]) for record in records]


def _chosen(table: str, given: Any) -> dict[int, list[tuple[int, bool]]]:
    """{record: what users decided about it} of those records about which some did."""
    rows = _decisions(table, given)
    made = births(table, {record for record, *_rest in rows})
    found: dict[int, list[tuple[int, bool]]] = {}
    for record, birth, user, is_following in rows:
        if birth == made[record]:
            found.setdefault(record, []).append((user, is_following))
    return found


_decisions = Prepared(
    lambda: Follower.select(
        Follower.record, Follower.birth, Follower.user, Follower.is_following
    ).where(Follower.model == parameter(), among_given(Follower.record, Parameter()))
)


def _theirs(model: Any) -> Prepared:
    """(id, *whose it is) of records of the model."""
    fields = [model._meta.fields[name] for name in THEIRS if name in model._meta.fields]
    return current_registry().once(
        ("whose they are", model),
        lambda: Prepared(
            lambda: model.select(model.id, *fields).where(among_given(model.id, Parameter()))
        ),
    )
