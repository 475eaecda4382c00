"""What the tests of pages share: a customer with lines of every kind."""

import pytest

from core.access.accounts import create_token
from core.data.actor import system
from core.modules.registry import using
from core.testing.instances import BASE_URL


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
