"""An employee leaves: what they hold goes to others, and every way in ends, in one step.

Whatever record names a user by a foreign key called `owner`, or by one that its `Meta.handed_over`
names, of any addon, goes to who takes over; the history tells of each. What is more than
`AT_ONCE` records of one kind follows by a job, in batches.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from peewee import ForeignKeyField

from core.access.accounts import disable_user
from core.access.factors.models import OneTimeLink
from core.access.links import close_links_of
from core.access.models import Cover, Device, Session, Team, TeamMember, Token, User, UserRole
from core.access.tokens import revoke_token, tokens_of
from core.background.jobs.declared import job
from core.background.jobs.models import QUEUED, RUNNING, Job
from core.background.jobs.queue import cancel
from core.background.jobs.running import progress
from core.data.actor import system
from core.data.audit import note
from core.data.changes import BOOKKEEPING
from core.data.database import transaction
from core.data.model import Model
from core.errors import NotAllowed, UserError
from core.exchange.saved_filters import SavedFilter
from core.exchange.webhooks.keeping import pause
from core.exchange.webhooks.models import Webhook
from core.i18n import Text, _
from core.modules.events import Hook
from core.modules.registry import current_registry, full_name

# Called with the user: (what works in their name and stops when they leave, how many), or None.
employee_leaves = Hook("core.employee_leaves")

AT_ONCE = 500
BATCH = 200


@dataclass(frozen=True)
class Held:
    """Records of one kind that a user holds: `key` is `addon.model.field`."""

    model: type[Model]
    field: str
    count: int

    @property
    def key(self) -> str:
        return f"{full_name(self.model)}.{self.field}"

    @property
    def is_many(self) -> bool:
        return self.count > AT_ONCE


@dataclass
class Belongings:
    """What stands in the name of a user. `stays` names records that go on naming them, `stopping`
    what of addons works in their name.
    """

    held: list[Held] = field(default_factory=list)
    stays: list[Held] = field(default_factory=list)
    led: list[str] = field(default_factory=list)
    teams: list[str] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)
    stopping: list[tuple[Text, int]] = field(default_factory=list)
    filters: int = 0
    webhooks: int = 0
    jobs: int = 0
    covers: int = 0
    sessions: int = 0
    devices: int = 0
    tokens: int = 0
    links: int = 0


OURS = (UserRole, TeamMember, Team, Cover)  # what is ended and not handed over


def handed_over(model: type[Model]) -> tuple[str, ...]:
    """The fields of a model by which somebody holds a record."""
    declared = tuple(getattr(model._meta, "handed_over", ()))
    return tuple(name for name in _users_in(model) if name == "owner" or name in declared)


def _users_in(model: type[Model]) -> Iterator[str]:
    """The fields of a model that name a user, but for who made and changed it."""
    for name, column in current_registry().fields(model).items():
        is_user = isinstance(column, ForeignKeyField) and column.rel_model is User
        if is_user and name not in BOOKKEEPING and model not in OURS:
            yield name


def belongings_of(user: User) -> Belongings:
    """All that is in the name of the user, of every addon that is on. Must run as the system."""
    found = Belongings()
    for model in current_registry().models:
        for name in _users_in(model):
            if count := model.select().where(model._meta.fields[name] == user.id).count():
                kept = found.held if name in handed_over(model) else found.stays
                kept.append(Held(model, name, count))
    found.led = [str(team) for team in Team.select().where(Team.leader == user.id)]
    members = TeamMember.select(Team.name).join(Team).where(TeamMember.user == user.id)
    found.teams = [name for (name,) in members.order_by(Team.name).tuples()]
    held = UserRole.select(UserRole.role).where(UserRole.user == user.id).order_by(UserRole.role)
    found.roles = [name for (name,) in held.tuples()]
    found.stopping = employee_leaves(user)
    found.filters = _shared(user).count()
    found.webhooks = _webhooks(user).count()
    found.jobs = len(_open_jobs(user))
    found.covers = _covers(user).count()
    for name, book in (("sessions", Session), ("devices", Device), ("tokens", Token)):
        setattr(found, name, book.select().where(book.user == user.id).count())
    found.links = OneTimeLink.select().where(OneTimeLink.user == user.id).count()
    return found


def _shared(user: User) -> Any:
    mine = SavedFilter.owner == user.id
    return SavedFilter.select().where(mine, SavedFilter.shared_with != "")


def _webhooks(user: User) -> Any:
    return Webhook.select().where(Webhook.user == user.id, Webhook.paused_at.is_null())


def _open_jobs(user: User) -> list[int]:
    waiting = Job.state.in_((QUEUED, RUNNING))
    return [id for (id,) in Job.select(Job.id).where(Job.user == user.id, waiting).tuples()]


def _covers(user: User) -> Any:
    theirs = (Cover.user == user.id) | (Cover.substitute == user.id)
    return Cover.select().where(theirs, Cover.archived_at.is_null())


def likely_taker(user: User) -> int | None:
    """Who leads a team of the user, if it is somebody else."""
    query = (
        Team.select(Team.leader)
        .join(TeamMember, on=TeamMember.team == Team.id)
        .join(User, on=Team.leader == User.id)
        .where(TeamMember.user == user.id, Team.leader != user.id, User.is_active)
        .order_by(Team.id)
    )
    return next((id for (id,) in query.tuples()), None)


def depart(user: User, taker: int | None, others: Mapping[str, int], by: int | None) -> Belongings:
    """Hand over what the user holds to `taker`, or to whom `others` name by `Held.key`; end every
    way in; disable them. All or nothing, but for what a job hands over later. Answers what there
    was. Must run as the system, and only for an administrator.
    """
    if user.id == by:
        raise UserError(_("Ask another administrator to do this: nobody lets themselves go."))
    with transaction():
        found = belongings_of(user)
        takers = {held.key: others.get(held.key, taker) for held in found.held}
        _check_takers(
            user, {*takers.values(), taker} if found.led or found.filters else {*takers.values()}
        )
        for held in found.held:
            _hand_over(held, user.id, takers[held.key])
        _end(user, taker)
        told = [(held.key, held.count, takers[held.key]) for held in found.held]
        note("hand_over", ("core_user", user.id), told)
    return found


def _check_takers(user: User, takers: set[int | None]) -> None:
    fit = User.select(User.id).where(User.id.in_([t for t in takers if t]), User.is_active)
    known = {id for (id,) in fit.where(User.kind == "staff", User.id != user.id).tuples()}
    if takers - known:
        raise UserError(_("Choose an employee who can log in to take over: nothing was changed."))


def _hand_over(held: Held, leaver: int, taker: int | None) -> None:
    if held.is_many:
        name = full_name(held.model)
        hand_over.later(model=name, field=held.field, leaver=leaver, taker=taker)
        return
    while _hand_over_some(held.model, held.field, leaver, taker):
        pass


def _hand_over_some(model: type[Model], name: str, leaver: int, taker: int | None) -> int:
    column = model._meta.fields[name]
    query = model.select(model.id).where(column == leaver).order_by(model.id).limit(BATCH)
    ids = [id for (id,) in query.tuples()]
    if not ids:
        return 0
    return int(model.update({column: taker}).where(model.id.in_(ids), column == leaver).execute())


@job(attempts=5, atomic=False, title=_("Records are handed over"))
def hand_over(model: str, field: str, leaver: int, taker: int) -> str:
    """Hand over the records in batches; a run that was killed goes on where it stopped."""
    with system("an admin let an employee go, whose records go to another"):
        if not User.select().where(User.id == taker, User.is_active).exists():
            raise NotAllowed(_("Who was to take over cannot log in any more: choose another."))
        kind, done = current_registry().model(model), 0
        total = kind.select().where(kind._meta.fields[field] == leaver).count()
        while True:
            with transaction():
                moved = _hand_over_some(kind, field, leaver, taker)
            if not moved:
                return str(_("Records handed over: %(count)s", count=done))
            done += moved
            progress(done, max(total, done))


def _end(user: User, taker: int | None) -> None:
    """Take everything that lets the user in, or lets something work in their name."""
    for team in Team.select().where(Team.leader == user.id):
        team.change({"leader": taker})
    TeamMember.delete().where(TeamMember.user == user.id).execute()
    UserRole.delete().where(UserRole.user == user.id).execute()
    for cover in _covers(user):
        cover.archive()
    mine = [found.id for found in _shared(user)]
    SavedFilter.update(owner=taker).where(SavedFilter.id.in_(mine)).execute()
    for hook in _webhooks(user):
        pause(hook)
    for id in _open_jobs(user):
        cancel(id)
    for token in tokens_of(user.id):
        revoke_token(user.id, token.id)
    close_links_of(user.id)
    fresh = User.get_by_id(user.id)
    if fresh.is_active:
        disable_user(fresh)
