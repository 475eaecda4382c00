"""What the tests of pages share: people who log in, and a customer with lines of every kind."""

import pytest

from core.access.accounts import create_token
from core.access.login import set_password
from core.data.actor import system
from core.modules.registry import using
from core.testing.instances import BASE_URL, browser_for
from tests.web.entering import PASSWORD


@pytest.fixture
def admin(as_role):
    """A browser of an administrator."""
    return as_role("admin", login="boss")


@pytest.fixture
def inside(app):
    """The test itself acts as the system."""
    with using(app.extensions["registry"]), system("a test"):
        yield


@pytest.fixture
def zafar(as_role):
    """A browser of an employee with a password, whose session was opened just now."""
    browser = as_role("core.staff", login="zafar")
    app = browser.client.application
    with using(app.extensions["registry"]), system("a test"):
        set_password(browser.user.id, PASSWORD)
    return browser_for(app, browser.user)


@pytest.fixture
def contact(working):
    """A customer with two telephones, an e-mail address and a tag."""
    made = working.model("contacts.contact").create(name="Bahor Market", city="Buxoro")
    for number in ("+998901234501", "+998901234502"):
        working.model("contacts.telephone").create(contact=made, number=number)
    working.model("contacts.email").create(contact=made, address="bahor@example.uz")
    tag = working.model("contacts.tag").create(name="Ulgurji")
    working.model("contacts.contact_tag").create(contact=made, tag=tag)
    return made


@pytest.fixture
def program(app, registry, as_role):
    """Make `program("contacts.manager")`: what sends requests with a token of a new user."""

    def make(*roles):
        user = as_role(*roles).user
        with using(registry), system("a test makes a token"):
            token = create_token(user)

        def send(method, path, json=None, **headers):
            return app.test_client().open(
                path,
                method=method,
                json=json,
                base_url=BASE_URL,
                headers={"Authorization": f"Bearer {token}", **headers},
            )

        send.user, send.token = user, token
        return send

    return make
