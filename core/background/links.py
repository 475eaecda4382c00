"""Invitations and ways back in: links that are mailed, or shown once where no mail is sent."""

from peewee import fn

from core.access.links import ADDRESS, INVITATION, RESET, new_link
from core.access.login import clean_login
from core.access.models import Credential, User
from core.background.jobs.declared import job
from core.background.mail.sending import ATTEMPTS, absolute, mail_at_once
from core.background.mail.server import post
from core.data.actor import system
from core.data.audit import note, note_regardless
from core.data.emails import normalise_email
from core.errors import UserError
from core.i18n import Text, _

MOST_USERS = 5  # who share one e-mail address and are all mailed

SUBJECTS: dict[str, Text] = {
    RESET: _("A new password for Karvon"),
    INVITATION: _("Your invitation to Karvon"),
}


def invite(user: User) -> str:
    """Let the user in by a link that is good for seven days and once: a page asks them for a new
    password. "" when the link is on its way to them, in their language; else, where they have no
    address or this instance sends no mails, the link itself, to be shown once to who invites.

    Call it within the transaction that made the user. An earlier invitation becomes void.
    Raises `UserError` for a user who is disabled.
    """
    if not user.is_active:
        raise UserError(_("%(login)s is disabled: nobody can log in so.", login=user.login))
    is_mailed = bool(post().is_open and user.email and normalise_email(user.email))
    note("invite", ("core_user", user.id), [("way", None, "mail" if is_mailed else "shown")])
    if is_mailed:
        with system("an invitation goes out whoever sent it"):
            mail_link.later(user=user.id, purpose=INVITATION)
        return ""
    return absolute(f"{ADDRESS}{new_link(user, INVITATION)}")


def ask_reset(name: str) -> None:
    """Mail a link for a new password to whoever has this login name or e-mail address. One job is
    queued whether there is somebody or not, so that the time says nothing either.
    """
    with system("nobody is logged in who forgot their password"):
        mail_resets.later(users=_forgetful(name))


def _forgetful(name: str) -> list[int]:
    """The ids of the active users with a password whom the name or address means."""
    address = name.strip().lower() if normalise_email(name) else "-"
    has_address = fn.LOWER(User.email) == address
    found = (
        User.select(User.id)
        .join(Credential, on=Credential.user == User.id)
        .where(User.is_active, (User.login == clean_login(name)) | has_address)
        .order_by(User.id)
        .limit(MOST_USERS)
    )
    return [id for (id,) in found.tuples()]


@job(title=_("Links for new passwords"))
def mail_resets(users: list[int]) -> None:
    """Queue a mail for each of them."""
    for user in users:
        note_regardless("ask_reset", ("core_user", user))
        mail_link.later(user=user, purpose=RESET)


@job(attempts=ATTEMPTS, title=_("A link on its way"))
def mail_link(user: int, purpose: str) -> None:
    """Make a link and mail it. The key is made here and not before, so that it stands nowhere but
    in the mail; a second try mails another one.
    """
    found = User.get_or_none(User.id == user, User.is_active)
    if found is not None and found.email and post().is_open:
        address = f"{ADDRESS}{new_link(found, purpose)}"
        mail_at_once(found, SUBJECTS[purpose], _text(found, purpose), address)


def _text(user: User, purpose: str) -> Text:
    if purpose == INVITATION:
        return _(
            "You can work in Karvon now. Your login name is %(login)s.\n"
            "Open the link and choose your password. It works once, for seven days.",
            login=user.login,
        )
    return _(
        "A new password was asked for, for the login name %(login)s.\n"
        "Open the link and choose it. It works once, for 30 minutes.\n"
        "If it was not you, do nothing: your password stays as it is.",
        login=user.login,
    )
