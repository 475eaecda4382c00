"""An instance that browsers reach by a name, and somebody with a password and no passkey yet."""

import pytest

from core.access.accounts import create_user
from core.access.models import User
from core.data.actor import system
from core.modules.registry import using
from core.testing.instances import Browser, browser_for
from core.testing.ports import HOST
from core.web.requests import LANGUAGE_COOKIE
from tests.web.passkeys.authenticator import ORIGIN, PASSWORD


@pytest.fixture
def instance(migrated_url, open_at):
    """An instance that browsers reach by a name, as passkeys want it."""
    return open_at(migrated_url, KARVON_SERVER__BASE_URL=ORIGIN)


@pytest.fixture
def user(registry):
    with using(registry), system("a test"):
        made = create_user("zafar", PASSWORD, name="Zafar", roles=("core.staff",))
        User.update(language="en").where(User.id == made.id).execute()
        return User.get_by_id(made.id)


@pytest.fixture
def zafar(app, user):
    return browser_for(app, user)


@pytest.fixture
def visitor(app):
    """Make `visitor()`: a browser in which nobody is logged in."""

    def make():
        client = app.test_client()
        client.set_cookie(LANGUAGE_COOKIE, "en", domain=HOST)
        return Browser(client)

    return make
