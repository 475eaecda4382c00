"""What the tests of webhooks that go out share: users for whom another server is told."""

from typing import Any

import pytest

from core.access.accounts import create_user
from core.access.models import User
from core.exchange.webhooks import keeping
from core.exchange.webhooks.models import Webhook
from core.modules.registry import Registry
from core.testing.http import OtherServer

ALL = tuple(f"contacts.contact {word}" for word in ("created", "updated", "archived"))


class Hooks:
    """Makes webhooks to the other server; each has the rights of a user of its own."""

    def __init__(self, url: str, owner: str = "aziz") -> None:
        self.url = url
        self.owner = create_user(owner, roles=("admin",)).id

    def make(self, *events: str, roles: tuple[str, ...] = ("admin",), conditions: str = "") -> Any:
        user = create_user(f"robot{User.select().count()}", roles=roles)
        sent = keeping.Typed("Bot", f"{self.url}/in?a=1", events or ALL, conditions, user.id)
        assert sent.faults() == {}
        hook, said = keeping.make(sent, self.owner)
        return Told(hook, said)


class Told:
    """A webhook, and the secret that was told when it was made."""

    def __init__(self, hook: Webhook, said: str) -> None:
        self.id, self.user_id, self.hook, self.said = hook.id, hook.user_id, hook, said


@pytest.fixture
def hooks(working: Registry, http: OtherServer) -> Hooks:
    return Hooks(http.url)


@pytest.fixture
def hooks_of() -> type[Hooks]:
    """Make `hooks_of(url, owner)`, in an instance of the test's own."""
    return Hooks
