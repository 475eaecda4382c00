"""Mails: one job each, queued with what they tell of, composed and sent when that is kept."""

import secrets
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape

from core.access.models import User
from core.background.jobs.declared import job
from core.background.mail.models import Letter, digest_of
from core.background.mail.server import hand_over, post
from core.config import ROOT
from core.data.actor import PUBLIC, acting_as, system
from core.data.emails import normalise_email
from core.data.fields import now
from core.data.history import key_of
from core.data.model import Model
from core.errors import UserError
from core.i18n import Text, _, current_language, default_language, speaking

ATTEMPTS = 9  # about five hours, with the growing whiles between
LONGEST_SUBJECT = 200


@dataclass(frozen=True)
class Recipient:
    """Whom a mail goes to, and the language that they read."""

    address: str
    name: str
    language: str


def send_mail(
    to: User | str,
    subject: Text,
    text: Text,
    url: str = "",
    footer: Text = "",
    about: Model | None = None,
) -> str | None:
    """Send a mail to a user, in their language, or to an address. `url` is a path of this instance,
    or an address, that the mail leads to; `footer` says why it comes. What a user answers to a mail
    `about` a record becomes a comment on it; what others answer is handed to the addon that they
    write to (`mail_received`), with the record.

    One job is queued within the transaction that is open: what is undone sends nothing. Answers the
    Message-ID; None when this instance sends no mails or the user has no address. Raises
    `UserError` for an address that cannot be one.
    """
    recipient = _recipient(to)
    if recipient is None or not post().is_open:
        return None
    letter = _written(recipient, subject, text, url, footer)
    # Whoever asked may be gone when the server answers at last; the mail is still owed.
    with acting_as(PUBLIC), system("mails are sent apart from requests"):
        send.later(letter=letter)
        if about is not None:
            reader = None if isinstance(to, str) else to.id
            Letter.create(digest=digest_of(letter["id"]), reader=reader, **key_of(about))
    return letter["id"]


def mail_at_once(to: User, subject: Text, text: Text, url: str, footer: Text = "") -> bool:
    """Hand a mail to the server now, for jobs: what must not stand in the book of jobs, such as a
    key in `url`, is mailed so. False when the user has no address or this instance sends no mails;
    raises what the server makes `hand_over` raise.
    """
    recipient = _recipient(to)
    if recipient is None or not post().is_open:
        return False
    hand_over(_composed(_written(recipient, subject, text, url, footer)))
    return True


def _written(
    recipient: Recipient, subject: Text, text: Text, url: str, footer: Text
) -> dict[str, str]:
    """The mail in the language of its reader, as `_composed` takes it."""
    with speaking(recipient.language):
        said = {"subject": str(subject), "text": str(text), "footer": str(footer)}
    return {
        **{"to": recipient.address, "name": recipient.name, "language": recipient.language},
        **{"url": absolute(url), "id": f"<{secrets.token_urlsafe(18)}@{post().host}>", **said},
    }


def _recipient(to: User | str) -> Recipient | None:
    if isinstance(to, str):
        return Recipient(_checked(to), "", current_language())
    with system("addresses of users are hidden from most who may tell them something"):
        user = User.get_or_none(User.id == to.id, User.is_active)
    if user is None or not user.email:
        return None
    return Recipient(_checked(user.email), str(user.name), user.language or default_language())


def _checked(written: str) -> str:
    address = normalise_email(written)
    if not address:
        raise UserError(_("%(address)s is no e-mail address: correct it.", address=written))
    return address


def absolute(url: str) -> str:
    """A path of this instance as the address that a mail or a person may carry away."""
    return f"{post().base_url}{url}" if url.startswith("/") else url


@job(attempts=ATTEMPTS, title=_("A mail on its way"))
def send(letter: dict[str, str]) -> None:
    """Compose one mail and hand it to the server; a second try carries the same Message-ID."""
    hand_over(_composed(letter))


def _composed(letter: dict[str, str]) -> EmailMessage:
    mail = EmailMessage()
    user, _at, domain = letter["to"].rpartition("@")
    mail["From"] = Address("Karvon", addr_spec=post().sender)
    mail["To"] = Address(one_line(letter["name"]), user, domain)
    mail["Subject"] = one_line(letter["subject"])[:LONGEST_SUBJECT]
    mail["Message-ID"] = letter["id"]
    mail["Date"] = format_datetime(now())
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(_rendered("mail/letter.txt", letter))
    mail.add_alternative(_rendered("mail/letter.html", letter), subtype="html")
    mail["Content-Language"] = letter["language"]
    return mail


def one_line(text: str) -> str:
    """The text as a header may hold it: nothing in it begins another line."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _rendered(template: str, shown: dict[str, Any]) -> str:
    return _templates().get_template(template).render(shown)


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=select_autoescape(["html"]),
        trim_blocks=True,
        lstrip_blocks=True,
    )
