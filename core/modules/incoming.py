"""Webhooks that come in: addresses at which other programs tell an addon what happened there."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from core.errors import ManifestError, UserError
from core.i18n import _
from core.modules.declared import Mark, Marked, marking
from core.modules.registry import Registry
from core.modules.served import PART

F = TypeVar("F", bound=Callable[..., Any])
LARGEST = 2**20
MOST = 16 * 2**20
PREFIX = "/hooks/"


@dataclass(frozen=True)
class WebhookRequest:
    """What another program sent: its bytes as they came, which a signature is about. The names of
    headers are in lower case.
    """

    body: bytes
    headers: Mapping[str, str]
    query: Mapping[str, str]

    def json(self) -> Any:
        """What the body holds as JSON. Raises `UserError` when it holds none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise UserError(_("The body is no JSON.")) from error


@dataclass(frozen=True)
class WebhookMark(Mark):
    """That a function takes in what is sent to an address."""

    address: str
    verify: Callable[[WebhookRequest], bool]
    delivery: str
    largest: int

    def check(self, marked: Marked[Any]) -> None:
        addon = marked.name.split(".")[0]
        parts = self.address.removeprefix(PREFIX).split("/")
        is_own = self.address.startswith(PREFIX) and parts[0] == addon
        if not is_own or not all(map(PART.fullmatch, parts)) or "<" in self.address:
            raise ManifestError(
                f"The webhook {marked.name} stands at {self.address}:"
                f" write {PREFIX}{addon}/ and small words."
            )
        if not callable(self.verify):
            raise ManifestError(f"The webhook {marked.name} must say verify=, who may call it.")
        if not 0 < self.largest <= MOST:
            raise ManifestError(f"The webhook {marked.name} takes at most {MOST} bytes.")


def webhook(
    address: str,
    verify: Callable[[WebhookRequest], bool],
    delivery: str = "",
    largest: int = LARGEST,
) -> Callable[[F], F]:
    """Mark a function that takes in what another program posts to `/hooks/<addon>/…`.

    `verify(request)` says whether it comes from whom it should, best by a signature over the body
    and a time; what it says no to is 403 and counted. The function gets the `WebhookRequest`, as
    the system and in one transaction, and answers what is sent back as JSON, or None. `delivery`
    names the header by which the sender tells a repetition: of each it is called once.
    """
    return marking(WebhookMark(address, verify, delivery.lower(), largest))


def webhooks_said(registry: Registry, addon: str) -> list[str]:
    """A line for each address of an addon at which others may call."""
    return [
        f"{each.mark.address}: other programs, as {each.mark.verify.__name__} verifies"
        for each in registry.marked_by(WebhookMark)
        if each.name.split(".")[0] == addon
    ]
