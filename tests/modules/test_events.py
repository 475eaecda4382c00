"""Listeners and answers of addons: who is told, when, and what takes all of it back."""

import pytest

from core.data.actor import system
from core.data.database import after_commit, transaction
from core.errors import UserError
from core.modules import lifecycle
from core.modules.registry import using

HEARD = """
from addons.contacts.models import Contact
from core.api import created, on, updated, archived
from core.errors import UserError

heard = []

@on(created(Contact))
def came(record):
    heard.append(("created", record.name))

@on(updated(Contact))
def moved(record, changes):
    if record.city == "Atlantis":
        raise UserError("There is no such city.")
    heard.append(("updated", record.name, changes))

@on(archived(Contact))
def went(record):
    heard.append(("archived", record.name))
"""


@pytest.fixture
def listening(instance, open_at, write_addon, addon_folder, migrated_url):
    """An instance with an addon that listens to contacts, and what it heard."""
    name = write_addon("ears", depends=("contacts",), hooks=HEARD)
    opened = open_at(migrated_url, KARVON_ADDONS__PATH=str(addon_folder))
    lifecycle.enable(opened.found(), name)
    with using(opened.registry()) as registry, system("a test"):
        assert registry.broken == {}
        marked = next(m for m in registry.marked if m.name == f"{name}.came")
        yield registry.model("contacts.contact"), marked.function.__globals__["heard"]


def test_a_listener_is_told_of_records_with_their_changes(listening):
    contact, heard = listening
    record = contact.create(name="Bahor", city="Buxoro")
    record.city = "Xiva"
    record.save()
    contact.update(city="Termiz").where(contact.id == record.id).execute()
    record = contact.get_by_id(record.id)
    record.archive()
    assert heard == [
        ("created", "Bahor"),
        ("updated", "Bahor", {"city": ("Buxoro", "Xiva")}),
        ("updated", "Bahor", {"city": ("Xiva", "Termiz")}),
        ("archived", "Bahor"),
    ]


def test_a_listener_that_refuses_takes_the_write_back(listening):
    contact, _heard = listening
    record = contact.create(name="Bahor", city="Buxoro")
    record.city = "Atlantis"
    with pytest.raises(UserError, match="no such city"):
        record.save()
    assert contact.get_by_id(record.id).city == "Buxoro"


def test_a_listener_that_wants_what_the_event_has_not_quarantines_its_addon(
    instance, open_at, write_addon, addon_folder, migrated_url
):
    wrong = HEARD.replace("def came(record)", "def came(record, city)")
    name = write_addon("ears", depends=("contacts",), hooks=wrong)
    opened = open_at(migrated_url, KARVON_ADDONS__PATH=str(addon_folder))
    with pytest.raises(UserError, match="listens for city, but the event has record"):
        lifecycle.enable(opened.found(), name)


def test_what_waits_for_the_commit_is_done_once_it_is_kept_and_never_otherwise(both_databases):
    done = []
    after_commit(lambda: done.append("at once"))
    with transaction():
        after_commit(lambda: done.append("kept"))
        with transaction():
            after_commit(lambda: done.append("kept inside"))
        assert done == ["at once"]
    assert done == ["at once", "kept", "kept inside"]
    with transaction() as undone:
        after_commit(lambda: done.append("lost"))
        undone.rollback()
    with transaction():
        pass
    assert done == ["at once", "kept", "kept inside"]
