"""What the tests of pages share: a customer with lines of every kind."""

import pytest


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
