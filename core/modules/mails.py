"""Mails that come in for an addon: who writes to support@ reaches the function marked for it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from core.data.model import Model
from core.errors import ManifestError
from core.modules.declared import Mark, Marked, marking
from core.modules.registry import Registry

F = TypeVar("F", bound=Callable[..., Any])
WORD = re.compile(r"[a-z][a-z0-9_-]*")


@dataclass(frozen=True)
class IncomingMail:
    """A mail as an addon gets it. Anybody can write any `sender`. `text` is without what is quoted
    and signed; `about` is the record that the mail before in this thread was about, or led to.
    """

    sender: str
    name: str
    subject: str
    text: str
    about: Model | None = None


@dataclass(frozen=True)
class MailMark(Mark):
    """That a function takes in the mails to an address."""

    to: str

    def check(self, marked: Marked[Any]) -> None:
        if not WORD.fullmatch(self.to):
            raise ManifestError(f"{marked.name} takes in mails to “{self.to}”: write a small word.")


def mail_received(to: str) -> Callable[[F], F]:
    """Mark a function that takes in mails to `to@` the host of `[mail] sender`, or to its address
    with `+to` before the @. It gets an `IncomingMail`, as the system and in one transaction, each
    once, and answers the record that the thread is about from now on, or None.
    """
    return marking(MailMark(to))


def mails_said(registry: Registry, addon: str) -> list[str]:
    """A line for each address to which others may write to an addon."""
    return [
        f"{each.mark.to}@: whoever writes a mail"
        for each in registry.marked_by(MailMark)
        if each.name.split(".")[0] == addon
    ]
