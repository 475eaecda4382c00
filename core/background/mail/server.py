"""The server that takes our mails: which one it is, and how a mail is handed over to it."""

import ipaddress
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from core.config import Mail
from core.errors import KarvonError, UserError
from core.i18n import _

SECONDS = 30  # for each answer of the server
PERMANENT = 500  # answers from here on stay the same however often one asks
BAD_LOGIN = 535


@dataclass(frozen=True)
class Post:
    """How this instance sends mails, and the address to which their links lead."""

    server: Mail
    base_url: str

    @property
    def is_open(self) -> bool:
        return bool(self.server.url)

    @property
    def host(self) -> str:
        """The name by which this instance is known."""
        return urlsplit(self.base_url).hostname or "localhost"

    @property
    def sender(self) -> str:
        return self.server.sender or f"karvon@{self.host}"


_used = {"post": Post(Mail(), "http://localhost")}


def use_mail(server: Mail, base_url: str) -> None:
    """Let this process send its mails through the server."""
    _used["post"] = Post(server, base_url)


def post() -> Post:
    return _used["post"]


def hand_over(mail: EmailMessage) -> None:
    """Give a mail to the server. Raises `UserError` when it is refused for good, `KarvonError` when
    a later try may help.
    """
    _talk(lambda server: server.send_message(mail))


def greet() -> None:
    """Log in to the server and say nothing more; raises as `hand_over` does."""
    _talk(lambda server: server.noop())


def _talk(work: Callable[[smtplib.SMTP], object]) -> None:
    host = urlsplit(post().server.url).hostname or ""
    try:
        with _connected() as server:
            work(server)
    except smtplib.SMTPRecipientsRefused as error:
        [(code, reason)] = error.recipients.values()
        _refuse(host, code, reason)
    except smtplib.SMTPResponseException as error:
        _refuse(host, error.smtp_code, error.smtp_error)
    except (OSError, smtplib.SMTPException) as error:
        raise KarvonError(
            _("The mail server %(host)s could not be reached: %(why)s", host=host, why=error)
        ) from error


def _refuse(host: str, code: int, reason: bytes | str) -> None:
    said = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else reason
    text = _("The mail server %(host)s refused: %(code)s %(why)s", host=host, code=code, why=said)
    # A login that is refused is put right in config.ini, and the mail is still wanted.
    is_final = code >= PERMANENT and code != BAD_LOGIN
    raise (UserError if is_final else KarvonError)(text)


@contextmanager
def _connected() -> Iterator[smtplib.SMTP]:
    """The server, encrypted unless it is this machine or has no encryption to offer and knows us
    without a password.
    """
    url = urlsplit(post().server.url)
    host = url.hostname or ""
    context = ssl.create_default_context()
    if url.scheme == "smtps":
        opened: smtplib.SMTP = smtplib.SMTP_SSL(
            host, url.port or 465, timeout=SECONDS, context=context
        )
    else:
        opened = smtplib.SMTP(host, url.port or 25, timeout=SECONDS)
    with opened as server:
        server.ehlo()
        is_safe = url.scheme == "smtps" or is_here(host)
        if not is_safe and server.has_extn("starttls"):
            server.starttls(context=context)
            is_safe = True
        if url.username:
            if not is_safe:
                raise UserError(
                    _("The mail server %(host)s does not encrypt: it gets no password.", host=host)
                )
            server.login(unquote(url.username), unquote(url.password or ""))
        yield server


def is_here(host: str) -> bool:
    """Whether the host is this machine, to which nobody listens on the way."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
