"""Make and end users, their roles and tokens: what the verbs and the first visit do."""

import hmac
import re
from datetime import datetime

from peewee import IntegrityError

from core.access.devices import forget_devices_of
from core.access.factors.half import close_half_logins_of
from core.access.lines import ADMIN
from core.access.links import close_links_of
from core.access.login import clean_login, hash_new_password, keep_password
from core.access.models import Credential, SetupCode, Token, User, UserRole
from core.access.policy import current_policy
from core.access.secrets import digest, new_key
from core.access.sessions import close_sessions_of
from core.data.actor import EVERYTHING, system
from core.data.audit import note
from core.data.database import transaction
from core.errors import UserError
from core.i18n import _

LONGEST_LOGIN = 64
LOGIN = re.compile(r"[\w.@-]{1,64}")


def create_user(
    login: str, password: str | None = None, name: str = "", roles: tuple[str, ...] = ()
) -> User:
    """A new employee with `roles`. Without a password only a token lets them in."""
    login = _new_login(login)
    check_roles(roles)
    words = (login, name)
    password_hash = hash_new_password(password, words) if password is not None else None
    return _create_user(login, name or login, roles, password_hash)


def _new_login(login: str) -> str:
    clean = clean_login(login)
    if not LOGIN.fullmatch(clean) or len(login.strip()) > LONGEST_LOGIN:
        raise UserError(
            _("A login name is made of letters, digits and the signs . _ - @, at most 64.")
        )
    return clean


def _create_user(login: str, name: str, roles: tuple[str, ...], password_hash: str | None) -> User:
    with transaction():
        try:
            user: User = User.create(login=login, name=name)
        except IntegrityError as error:
            raise UserError(
                _("There is a user %(login)s already: take another name.", login=login)
            ) from error
        for role in roles:
            UserRole.create(user=user, role=role)
        if password_hash is not None:
            keep_password(user.id, password_hash)
    return user


def check_roles(names: tuple[str, ...]) -> None:
    known = {*current_policy().roles, ADMIN}
    if unknown := sorted(set(names) - known):
        raise UserError(
            _(
                "There is no role %(unknown)s; the roles are %(known)s.",
                unknown=", ".join(unknown),
                known=", ".join(sorted(known)),
            )
        )


def user_called(login: str) -> User:
    user = User.get_or_none(User.login == clean_login(login))
    if user is None:
        raise UserError(
            _(
                "There is no user %(login)s: `user list` names those there are.",
                login=clean_login(login),
            )
        )
    found: User = user
    return found


def roles_by_user() -> dict[int, list[str]]:
    """{id of a user: the names of the roles given to them}, for those who hold any."""
    held: dict[int, list[str]] = {}
    for user, role in (
        UserRole.select(UserRole.user, UserRole.role).order_by(UserRole.role).tuples()
    ):
        held.setdefault(user, []).append(role)
    return held


def require_active(user: User) -> None:
    """Raise `UserError` for a user whom a password or a token would not let in."""
    if not user.is_active:
        raise UserError(_("%(login)s is disabled: nobody can log in so.", login=user.login))


def disable_user(user: User) -> None:
    """Nobody gets in as this user any more, and whoever is in is out with the next request.
    `UserError` for the last admin: nobody could switch anything any more.
    """
    roles = UserRole.select(UserRole.user).where(UserRole.role == ADMIN)
    admins = User.select(User.id).where(User.id.in_(roles) & User.is_active)
    if [id for (id,) in admins.tuples()] == [user.id]:
        raise UserError(_("%(login)s is the last admin: make another first.", login=user.login))
    with transaction():
        user.is_active = False
        user.save()
        close_sessions_of(user.id)
        forget_devices_of(user.id)
        close_links_of(user.id)
        close_half_logins_of(user.id)


def create_token(
    user: User,
    title: str = "",
    roles: tuple[str, ...] = (),
    expires_at: datetime | None = None,
    actions: str = EVERYTHING,
) -> str:
    """A key to the API in the user's name, narrowed to `roles` if any are given and to `actions`;
    shown once.
    """
    check_roles(roles)
    require_active(user)
    key = f"kv_{new_key()}"
    values = {"title": title, "roles": ",".join(roles) or None, "actions": actions}
    with transaction():
        Token.create(digest=digest(key), user=user, expires_at=expires_at, **values)
        told = [(name, None, value) for name, value in values.items() if value]
        note("create_token", (User._meta.table_name, user.id), told)
    return key


def nobody_yet() -> bool:
    """Whether no user exists who could log in."""
    return not Credential.select().exists()


def new_setup_code() -> str:
    """A one-time code for making the first admin; the one before is void."""
    code = new_key(9)
    with transaction():
        SetupCode.delete().execute()
        SetupCode.create(digest=digest(code))
    return code


def create_first_admin(code: str, login: str, password: str) -> User:
    """The admin of a new instance, by the code from the console, which is then spent."""
    login = _new_login(login)
    password_hash = hash_new_password(password, (login,))
    with transaction(), system("nobody can log in before the first admin"):
        row = SetupCode.select().first()
        if row is None or not nobody_yet() or not hmac.compare_digest(row.digest, digest(code)):
            raise UserError(_("This code is not valid: take the one that the console shows."))
        # Of two who hold the code at once only one deletes it.
        if not SetupCode.delete().where(SetupCode.digest == row.digest).execute():
            raise UserError(_("This code is not valid: take the one that the console shows."))
        return _create_user(login, login, (ADMIN,), password_hash)
