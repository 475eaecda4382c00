"""The mailbox from which answers are fetched, over IMAP: its unseen mails, one after the other."""

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from core.background.mail.server import is_here, post
from core.errors import KarvonError
from core.i18n import _

SECONDS = 30  # for each answer of the server
AT_ONCE = 50  # mails of one visit
SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


class UnreadableInbox(KarvonError):
    """The server of the mailbox is away, or lets us in no more."""


@dataclass(frozen=True)
class Inbox:
    """An open mailbox."""

    server: imaplib.IMAP4

    def unseen(self) -> list[str]:
        """The numbers of the oldest unseen mails."""
        return self._asked("SEARCH", "UNSEEN").decode("ascii").split()[:AT_ONCE]

    def size(self, uid: str) -> int:
        found = SIZE.search(self._asked("FETCH", uid, "(RFC822.SIZE)"))
        return int(found[1]) if found else 0

    def read(self, uid: str) -> bytes:
        """The mail as it came; it stays unseen."""
        _said, parts = self.server.uid("FETCH", uid, "(BODY.PEEK[])")
        return next((bytes(part[1]) for part in parts if isinstance(part, tuple)), b"")

    def mark(self, uid: str, is_flagged: bool = False) -> None:
        """Let it not be fetched again; a flag says that a person should look at it."""
        self._asked("STORE", uid, "+FLAGS", r"(\Seen \Flagged)" if is_flagged else r"(\Seen)")

    def _asked(self, command: str, *words: str) -> bytes:
        said, data = self.server.uid(command, *words)
        if said != "OK":
            raise imaplib.IMAP4.error(f"{command}: {data!r}")
        return b" ".join(part for part in data if isinstance(part, bytes))


def has_inbox() -> bool:
    return bool(post().server.inbox)


@contextmanager
def opened_inbox() -> Iterator[Inbox]:
    """Log in to the server of `[mail] inbox` and open its folder. Raises `UnreadableInbox`,
    one sentence that names the server and never the password.
    """
    url = urlsplit(post().server.inbox)
    try:
        server = _connected(url.scheme, url.hostname or "", url.port)
        try:
            server.login(unquote(url.username or ""), unquote(url.password or ""))
            said, data = server.select(f'"{unquote(url.path.strip("/")) or "INBOX"}"')
            if said != "OK":
                raise imaplib.IMAP4.error(_text(data))
            yield Inbox(server)
        finally:
            with suppress(OSError, imaplib.IMAP4.error):
                server.logout()
            with suppress(OSError):  # it ended already, but where it did not answer to the end
                server.shutdown()
    except (OSError, imaplib.IMAP4.error) as error:
        why = _text(error.args) if isinstance(error, imaplib.IMAP4.error) else str(error)
        raise UnreadableInbox(
            _("The mailbox at %(host)s cannot be read: %(why)s", host=url.hostname, why=why)
        ) from error


def _connected(scheme: str, host: str, port: int | None) -> imaplib.IMAP4:
    context = ssl.create_default_context()
    if scheme == "imaps":
        return imaplib.IMAP4_SSL(host, port or 993, ssl_context=context, timeout=SECONDS)
    server = imaplib.IMAP4(host, port or 143, timeout=SECONDS)
    if not is_here(host):
        server.starttls(context)  # raises where the server cannot: it gets no password
    return server


def _text(said: object) -> str:
    """What a server said, in one line."""
    parts = said if isinstance(said, (list, tuple)) else [said]
    words = (
        part.decode("utf-8", "replace") if isinstance(part, bytes) else str(part) for part in parts
    )
    return " ".join(" ".join(words).split())[:200]
