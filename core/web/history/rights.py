"""What changed in somebody's rights: the rows of the history that bear on one user."""

from typing import Any

from peewee import Expression, ModelSelect

from core.access.models import (
    Cover,
    CustomRole,
    CustomRoleLine,
    CustomRolePart,
    Team,
    TeamMember,
    User,
    UserRole,
)
from core.data import history
from core.data.actor import system
from core.data.history import History, HistoryValue, stored_text
from core.data.model import Model

# What belongs to a user and is no change of a right.
COMINGS = (
    *("log_in", "fail_log_in", "log_out", "end_session", "ask_reset", "export", "import"),
    *("undo_import", "erase", "hand_out", "remember_device", "forget_device", "use_recovery_code"),
)


def about_rights(user: int) -> Expression:
    """The condition for rows about the rights of the user with this id: the user's own record with
    roles, factors and tokens, the teams they belonged to or led, when they stood in or were stood
    in for, and the composed roles that they hold. A few queries of ids that indexes answer.
    """
    own = (History.root_model == _table(User)) & (History.root_record == user)
    with system("whoever watches over access sees all that bears on it"):
        parts = [
            own & History.action.not_in(COMINGS),
            _lines(Team, TeamMember, _records(TeamMember, user, "user")),
            _leading(user),
            _whole(Cover, _records(Cover, user, "user", "substitute")),
            *_composed(user),
        ]
    found = parts[0]
    for part in parts[1:]:
        found = found | part
    return found


def _table(model: type[Model]) -> str:
    return str(model._meta.table_name)


def _records(model: type[Model], user: int, *fields: str) -> dict[int, int]:
    """{id: id of its record} of the rows that name the user now, or did once."""
    named = [model._meta.fields[name] == user for name in fields]
    condition = named[0] if len(named) == 1 else named[0] | named[1]
    parent = getattr(model._meta, "part_of", None)
    root = model._meta.fields[parent] if parent else model.id
    now = dict(model.select(model.id, root).where(condition).tuples())
    once = _told(model, user, *fields).where(History.model == _table(model))
    return {**dict(once.tuples()), **now}


def _told(model: type[Model], user: int, *fields: str) -> ModelSelect:
    """The rows of the history in which one of the fields held the user before or after."""
    text = stored_text(model._meta.primary_key, user)
    value = HistoryValue
    return (
        History.select(History.record, History.root_record)
        .join(value)
        .where(value.field.in_(fields), (value.old == text) | (value.new == text))
        .where(History.root_model == _root(model))
    )


def _root(model: type[Model]) -> str:
    parent = getattr(model._meta, "part_of", None)
    return _table(model._meta.fields[parent].rel_model if parent else model)


def _lines(root: type[Model], model: type[Model], records: dict[int, int]) -> Any:
    return (
        (History.root_model == _table(root))
        & History.root_record.in_(sorted(set(records.values())))
        & (History.model == _table(model))
        & History.record.in_(sorted(records))
    )


def _whole(model: type[Model], records: dict[int, int]) -> Any:
    return (History.root_model == _table(model)) & History.root_record.in_(sorted(records))


def _leading(user: int) -> Any:
    """Where the user came to lead a team, or ceased to; a creation keeps no values, so that of a
    team which they lead, and were never told to have come to.
    """
    told = dict(_told(Team, user, "leader").where(History.model == _table(Team)).tuples())
    changes = _told(Team, user, "leader").where(History.model == _table(Team)).select(History.id)
    led = {id for (id,) in Team.select(Team.id).where(Team.leader == user).tuples()}
    made = (
        (History.root_model == _table(Team))
        & History.root_record.in_(sorted(led - told.keys()))
        & (History.model == _table(Team))
        & (History.action == history.CREATE)
    )
    return History.id.in_([id for (id,) in changes.tuples()]) | made


def _composed(user: int) -> list[Any]:
    """What became of the composed roles that the user holds now."""
    held = [
        role.partition(".")[2]
        for (role,) in UserRole.select(UserRole.role).where(UserRole.user == user).tuples()
        if role.startswith("custom.")
    ]
    if not held:
        return []
    ids = [
        id for (id,) in CustomRole.select(CustomRole.id).where(CustomRole.code.in_(held)).tuples()
    ]
    parts = (CustomRole, CustomRolePart, CustomRoleLine)
    tables = [_table(model) for model in parts]
    return [
        (History.root_model == _table(CustomRole))
        & History.root_record.in_(ids)
        & History.model.in_(tables)
    ]
