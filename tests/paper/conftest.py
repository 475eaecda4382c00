"""What the tests of papers share: a customer with lines of every kind."""

import pytest


@pytest.fixture
def contact(working):
    """A customer with a telephone, an e-mail address and a tag."""
    made = working.model("contacts.contact").create(name="Bahor Market", city="Buxoro")
    working.model("contacts.telephone").create(contact=made, number="+998901234501")
    working.model("contacts.email").create(contact=made, address="bahor@example.uz")
    tag = working.model("contacts.tag").create(name="Ulgurji")
    working.model("contacts.contact_tag").create(contact=made, tag=tag)
    return made
