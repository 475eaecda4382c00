"""What the tests of the history share: records that are changed."""

import pytest


@pytest.fixture
def contact(working):
    """The customers."""
    return working.model("contacts.contact")
