"""What the tests of papers share: a customer with lines of every kind, and what a PDF says."""

import io

import pypdf
import pytest

from core.paper.limits import Limits
from core.paper.printer import Printer
from core.paper.wire import Paper


def reader_of(body):
    return pypdf.PdfReader(io.BytesIO(body))


def text_of(body):
    """All that a PDF says."""
    return "\n".join(page.extract_text() for page in reader_of(body).pages)


def paper(source, data=None, **more):
    """A paper of one template."""
    return Paper("t.html", {"t.html": source}, data or {}, created="2026-01-01T00:00:00Z", **more)


@pytest.fixture(scope="session")
def printer(tmp_path_factory):
    """A render server of its own, which lets no paper take more than a second of work."""
    made = Printer(tmp_path_factory.mktemp("paper") / "run", Limits(cpu=1, wall=10, megabytes=256))
    yield made
    made.stop()


@pytest.fixture
def contact(working):
    """A customer with a telephone, an e-mail address and a tag."""
    made = working.model("contacts.contact").create(name="Bahor Market", city="Buxoro")
    working.model("contacts.telephone").create(contact=made, number="+998901234501")
    working.model("contacts.email").create(contact=made, address="bahor@example.uz")
    tag = working.model("contacts.tag").create(name="Ulgurji")
    working.model("contacts.contact_tag").create(contact=made, tag=tag)
    return made
