"""Each import has a name of its own in the history, by which it is taken back."""

import pytest

from core.data.fields import now
from core.data.history import History
from core.exchange.uploads.jobs import KEPT, forget_uploads
from core.exchange.uploads.models import Upload
from tests.web.sending_files import checked


@pytest.fixture
def manager(as_role):
    return as_role("contacts.manager", "core.staff", login="dilnoza")


@pytest.fixture
def contacts(working):
    return working.model("contacts.contact")


def test_all_writes_of_an_import_carry_its_name_in_the_history(manager, contacts):
    url = checked(manager, "Name,Tel\nBahor,+998901234567\n", ["name", "telephones.1.number"])
    manager.post(f"{url}/run")
    rows = list(History.select().where(History.request == Upload.select().get().tag))
    assert {row.model for row in rows} == {
        *("contacts_contact", "contacts_telephone"),
        "core_upload",  # that there was an import
    }
    assert {row.actor_name for row in rows} == {"dilnoza"}
    assert {row.address for row in rows} == {"127.0.0.1"}


def test_an_import_is_undone_whose_number_a_forgotten_one_had(manager, contacts):
    for _ in range(2):  # SQLite gives the numbers of what is gone again
        url = checked(manager, "Name\nBahor\n", ["name"])
        manager.post(f"{url}/run")
        manager.post(f"{url}/undo")
        assert not contacts.select().exists()
        Upload.update(created_at=now() - 2 * KEPT).execute()
        assert forget_uploads() == 1
        contacts.create(name="Olmazor").delete_instance()
