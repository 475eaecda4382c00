"""Let somebody in by name and password, slowly for whoever guesses."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.access.actors import by_login
from core.access.devices import forget_devices_of
from core.access.factors.half import close_half_logins_of
from core.access.links import close_links_of
from core.access.models import Credential, Organization, Session, User
from core.access.secrets import check_new_password, hash_password, password_fits
from core.access.sessions import close_sessions_of
from core.access.throttle import count_attempt, forget_attempts, network_of, take_back
from core.data.actor import system
from core.data.audit import note, note_regardless
from core.data.database import transaction
from core.data.fields import now

USERS = User._meta.table_name
PER_ADDRESS = 20  # wrong passwords from one address within the window, whoever they are for
PER_PAIR = 5  # for one login name from one address: the real user elsewhere still gets in
LONGEST_TYPED = 1_000  # signs of a login name that are looked at
PER_LOGIN = 50  # for one login name from everywhere


@dataclass(frozen=True)
class Outcome:
    """`user_id` when the password fits; `throttled` when nothing was tried at all."""

    user_id: int | None = None
    throttled: bool = False


def try_login(login: str, password: str, address: str) -> Outcome:
    """Check name and password. Unknown and known names answer alike and take alike."""
    login = clean_login(login)
    network = network_of(address)
    pair = f"login pair {network} {login}"
    limits = {f"login address {network}": PER_ADDRESS, pair: PER_PAIR}
    if not _is_known(login, address):
        limits[f"login name {login}"] = PER_LOGIN
    # Counted before the password is looked at, so that many guesses at once gain nothing; the
    # address first, so that one which is over its limit adds no rows for names.
    for key, limit in limits.items():
        count = count_attempt(key)
        if count > limit:
            if count == limit + 1:  # the first beyond: guesses must not fill the history either
                _tell_of_guesses(login, limit)
            return Outcome(throttled=True)
    rows = by_login(login)
    if not password_fits(password, rows[0][1] if rows else None):
        return Outcome()
    for key in limits:
        take_back(key)
    forget_attempts(pair)
    return Outcome(user_id=rows[0][0])


def _tell_of_guesses(login: str, tries: int) -> None:
    """The name is told only where it is one: people type passwords there, too."""
    with system("the history tells of guesses"):
        user = User.get_or_none(User.login == login)
        about = (USERS, user.id if user is not None else 0)
        note_regardless("fail_log_in", about, [("tries", None, tries)])


def tell_of_login(user_id: int, agent: str) -> None:
    """Tell the history that the user logged in, with which browser."""
    with system("whoever comes in is told of"):
        name = User.select(User.name).where(User.id == user_id).scalar()
        by = (user_id, name or "")
        note_regardless("log_in", (USERS, user_id), [("agent", None, agent)], by=by)


def prove(user_id: int, password: str, address: str) -> Outcome:
    """Check the password of a user who is logged in, under the same limits as a login."""
    with system("a user proves once more who they are"):
        login = User.select(User.login).where(User.id == user_id).scalar()
    return try_login(login, password, address)


def _is_known(login: str, address: str) -> bool:
    """Whether the user is logged in from this address already: guesses from elsewhere must not
    keep the real one out.
    """
    with system("the throttle asks where a user is logged in"):
        own = Session.select().join(User).where(User.login == login, Session.address == address)
        return bool(own.exists())


def clean_login(login: str) -> str:
    """A login name as it is stored: names differ neither by case nor by spaces around them."""
    begin = login[:LONGEST_TYPED]
    return "".join(sign for sign in begin if sign.isprintable()).strip().casefold()[:64]


def set_password(user_id: int, password: str) -> None:
    """Give a user a new password and end every session. Raises `UserError` on a weak one."""
    password_hash = hash_new_password(password, words_of(user_id))
    with transaction():
        keep_password(user_id, password_hash)
        note("set_password", (USERS, user_id))


def hash_new_password(password: str, words: Iterable[str] = ()) -> str:
    """What is kept of a new password; `UserError` on a weak one, `words` being those that its owner
    would think of first. Slow: not inside a transaction.
    """
    check_new_password(password, words)
    return hash_password(password)


def words_of(user_id: int) -> list[str]:
    """What whoever knows the user would try: names, address, company."""
    with system("a new password must not be made of what is known of its owner"):
        user = User.get_or_none(User.id == user_id)
        known = [user.login, user.name, user.email] if user is not None else []
        companies = Organization.select(Organization.name).order_by(Organization.id).limit(10)
        known += [name for (name,) in companies.tuples()]
    return [str(word) for word in known if word]


def keep_password(user_id: int, password_hash: str, but: int | None = None) -> None:
    """Let the user log in by the password that was hashed; end every session `but` one, forget
    every device that opens without a password, and make every link void.
    """
    values = {"password_hash": password_hash, "changed_at": now()}
    with transaction():
        if not Credential.update(**values).where(Credential.user == user_id).execute():
            Credential.create(user=user_id, **values)
        close_sessions_of(user_id, but)
        forget_devices_of(user_id)
        close_links_of(user_id)
        close_half_logins_of(user_id)
