"""The fixture that takes in what is mailed: a real mail server on this machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from core.background.mail.server import use_mail
from core.config import Mail
from core.testing.instances import BASE_URL
from core.testing.ports import HOST, free_port

SENDER = "karvon@example.uz"


class Outbox:
    """The mails that came, oldest first. `answers` are said to the next ones instead of a yes."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answers: list[str] = []

    async def handle_DATA(  # noqa: N802 - aiosmtpd calls it so
        self, _server: Any, _session: Any, envelope: Any
    ) -> str:
        if self.answers:
            return self.answers.pop(0)
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"

    def __len__(self) -> int:
        return len(self.mails)

    def text(self, kind: str = "plain") -> str:
        """What the last mail says; `kind` "html" is the page in it."""
        body = self.mails[-1].get_body((kind,))
        return str(body.get_content()).replace("\r\n", "\n") if body is not None else ""


@contextmanager
def mail_server() -> Iterator[tuple[Outbox, str]]:
    """A mail server, and its address for `[mail] url`."""
    box = Outbox()
    port = free_port()
    controller = Controller(box, hostname=HOST, port=port, enable_SMTPUTF8=True)
    controller.start()
    try:
        yield box, f"smtp://{HOST}:{port}"
    finally:
        controller.stop()


@pytest.fixture
def outbox() -> Iterator[Outbox]:
    """A mail server for the instance that was opened before: name this fixture after it."""
    with mail_server() as (box, url):
        use_mail(Mail(url, SENDER), BASE_URL)
        yield box
        use_mail(Mail(), BASE_URL)
