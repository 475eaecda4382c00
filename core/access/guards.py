"""What no way of writing may do to users, their roles and stand-ins: every write is looked at."""

import json
from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from typing import Any

import peewee

from core.access.accounts import LOGIN
from core.access.devices import forget_devices_of
from core.access.factors.half import close_half_logins_of
from core.access.lines import ADMIN
from core.access.links import close_links_of
from core.access.login import clean_login
from core.access.models import Cover, User, UserRole
from core.access.policy import current_policy
from core.access.sessions import close_sessions_of
from core.data import history
from core.data.actor import current_actor, system
from core.data.database import db
from core.data.history import Change
from core.errors import NotAllowed, UserError
from core.i18n import _

# What of a user decides who gets in, and as what: for administrators alone.
SENSITIVE = {"login", "email", "kind", "contact_id", "is_active"}
LONGEST_COVER = timedelta(days=92)
TRUE, FALSE = "true", "false"


class Proof:
    """Asks whoever changes rights to prove who they are; the web hangs its own way in here."""

    ask: Callable[[], None]

    def __init__(self) -> None:
        self.ask = lambda: None


proof = Proof()


def guard(model: type[peewee.Model], changes: Sequence[Change]) -> None:
    """Raise `UserError` or `NotAllowed` for what must not be; the write is taken back then."""
    if model is User:
        _guard_users(changes)
    elif model is UserRole:
        _guard_roles(changes)
    elif model is Cover:
        _guard_covers(changes)


def require_admin() -> None:
    """Go on only as an administrator who proved who they are, or as the system."""
    actor = current_actor()
    if actor.is_system:
        return
    if not actor.is_admin:
        raise NotAllowed(_("Only an administrator may change users and their roles."))
    proof.ask()


def _guard_users(changes: Sequence[Change]) -> None:
    if any(_is_sensitive(change) for change in changes):
        require_admin()
    if any(change.action == history.ARCHIVE for change in changes):
        _require_disabled([c.record for c in changes if c.action == history.ARCHIVE])
    # Not only does a link stop to fit: an address that is given back must not let it in again.
    for id in [c.record for c in changes if c.action == history.UPDATE and _touches(c, "email")]:
        close_links_of(id)
    if named := [c.record for c in changes if c.action == history.CREATE or _new(c, "login")]:
        _check_logins(named)
    out = [c.record for c in changes if c.action == history.DELETE or _new(c, "is_active") == FALSE]
    for id in out:
        close_sessions_of(id)
        close_half_logins_of(id)
        forget_devices_of(id)
        close_links_of(id)
    if out:
        with system("who was an admin is asked"):
            roles = UserRole.select(UserRole.user).where(UserRole.role == ADMIN)
            admins = [id for (id,) in roles.where(UserRole.user.in_(out)).tuples()]
        if admins:
            _require_an_admin(admins)


def _is_sensitive(change: Change) -> bool:
    if change.action != history.UPDATE:
        return True
    return any(name in SENSITIVE for name, _old, _new in change.values)


def _touches(change: Change, field: str) -> bool:
    return any(name == field for name, _old, _new in change.values)


def _new(change: Change, field: str) -> str | None:
    """What a field holds now, where the change touched it."""
    return next((new for name, _old, new in change.values if name == field), None)


def _require_disabled(ids: Collection[int]) -> None:
    with system("whoever is archived must not get in any more"):
        if User.select().where(User.id.in_(ids), User.is_active).exists():
            raise UserError(_("Disable this user first: they could still log in."))


def _check_logins(ids: Collection[int]) -> None:
    if current_actor().is_system:
        return
    with system("login names are looked at"):
        logins = [login for (login,) in User.select(User.login).where(User.id.in_(ids)).tuples()]
    for login in logins:
        if not LOGIN.fullmatch(login) or clean_login(login) != login:
            raise UserError(
                _("A login name is made of at most 64 small letters, digits and signs . _ - @.")
            )


def _require_an_admin(touched: Collection[int]) -> None:
    """Of those who were `touched` one was perhaps the last admin: nobody could give rights then."""
    with system("somebody must go on managing users"):
        roles = UserRole.select(UserRole.user, UserRole.ends_at).where(UserRole.role == ADMIN)
        if db.obj.for_update:  # of two admins who take each other's rights one comes second
            roles = roles.for_update()
        lasting = [user for user, ends in roles.tuples() if ends is None]
        if User.select().where(User.id.in_(lasting), User.is_active).exists():
            return
        logins = [u.login for u in User.select().where(User.id.in_(touched)).order_by(User.id)]
    raise UserError(
        _("%(login)s is the last admin: make another first.", login=", ".join(logins) or ADMIN)
    )


def _guard_roles(changes: Sequence[Change]) -> None:
    require_admin()
    given = [c.record for c in changes if c.action == history.CREATE or _new(c, "role")]
    if given and not current_actor().is_system:
        _require_known(given)
    if lost := _lost_admins(changes):
        _require_an_admin(lost)


def _lost_admins(changes: Sequence[Change]) -> list[int]:
    """The users who lost the role of an admin, or will at some time."""
    was = json.dumps(ADMIN)
    lost = [c.root for c in changes if ("role", was) in [value[:2] for value in c.values]]
    ending = [c.record for c in changes if c.action == history.ARCHIVE or _new(c, "ends_at")]
    if ending:
        with system("who is an admin for a while is asked"):
            ended = UserRole.select(UserRole.user).where(UserRole.role == ADMIN)
            lost += [id for (id,) in ended.where(UserRole.id.in_(ending)).tuples()]
    return lost


def _require_known(ids: Collection[int]) -> None:
    known = {*current_policy().roles, ADMIN}
    with system("roles are looked at"):
        names = {
            name for (name,) in UserRole.select(UserRole.role).where(UserRole.id.in_(ids)).tuples()
        }
    if unknown := sorted(names - known):
        raise UserError(
            _("There is no role %(name)s: choose one of the list.", name=", ".join(unknown))
        )


def _guard_covers(changes: Sequence[Change]) -> None:
    """Whoever stands in holds the roles of another: that is proved as any change of rights, but for
    its end.
    """
    actor = current_actor()
    if not actor.is_system and any(c.action != history.ARCHIVE for c in changes):
        proof.ask()
    with system("stand-ins are looked at"):
        covers = list(Cover.select().where(Cover.id.in_([change.record for change in changes])))
    if not (actor.is_system or actor.is_admin):
        _require_own(covers, actor.id, changes)
    for cover in covers:
        if cover.archived_at is None:
            _check_cover(cover)


def _require_own(covers: list[Cover], user: int | None, changes: Sequence[Change]) -> None:
    """Whoever stands in reaches what the absent reach, but must not stay in their place by it."""
    is_moved = any(c.action == history.UPDATE and _touches(c, "user") for c in changes)
    if is_moved or any(cover.user_id != user for cover in covers):
        raise NotAllowed(_("Only who is away, or an administrator, says who stands in."))


def _check_cover(cover: Any) -> None:
    if cover.ends_on < cover.starts_on:
        raise UserError(_("The last day is before the first: choose a later one."))
    if cover.ends_on - cover.starts_on >= LONGEST_COVER:
        raise UserError(_("Somebody stands in for 92 days at most: choose an earlier last day."))
    if cover.user_id == cover.substitute_id:
        raise UserError(_("Nobody stands in for themselves: choose a colleague."))
    with system("stand-ins are looked at"):
        substitute = cover.substitute
    if not substitute.is_active or substitute.kind != "staff":
        raise UserError(_("Choose an employee who can log in to stand in."))
