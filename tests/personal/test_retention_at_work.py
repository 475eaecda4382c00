"""While a rule of retention works: others work too, somebody pauses it, an addon fails."""

import pytest

from core.access.accounts import create_user
from core.access.models import User
from core.data.actor import system
from core.modules import lifecycle
from core.modules.registry import using
from core.personal import rules
from core.personal.erasing import erase
from core.personal.models import RetentionRule
from core.personal.nightly import apply_rules

CONTACTS = "contacts.contact"


BUSY = {
    "hooks": """
from addons.contacts.models import Contact
from core.api import answer, erased
from core.personal.models import RetentionRule

@answer(erased)
def work(record):
    if record.note == "break":
        raise ValueError("a fault of the addon")
    others = Contact.select().where(Contact.name == record.note)
    for other in others:
        other.change({"city": "Xiva"})
    if record.note == "pause":
        RetentionRule.update(is_on=False).execute()
"""
}


@pytest.fixture
def busy(open_at, write_addon, addon_folder, migrated_url):
    """An addon that works on one person, or pauses the rule, when another one is erased."""
    name = write_addon("busy", depends=("contacts",), **BUSY)
    opened = open_at(migrated_url, KARVON_ADDONS__PATH=str(addon_folder))
    lifecycle.enable(opened.found(), name)
    with using(opened.registry()), system("a test"):
        yield opened.registry().model(CONTACTS)


def test_one_whom_somebody_worked_on_since_the_run_began_is_left_alone(busy, clock):
    busy.create(name="Eski Odam", kind="person", note="Boshqa Odam")
    other = busy.create(name="Boshqa Odam", kind="person")
    clock.forward(days=730)
    rules.confirm(rules.make(CONTACTS, "updated_at", "365", "days", "erase"))
    assert apply_rules() == 1
    assert busy.get_by_id(other.id).name == "Boshqa Odam"


def test_a_rule_that_is_paused_stops_where_it_is(busy, clock):
    busy.create(name="Eski Odam", kind="person", note="pause")
    other = busy.create(name="Boshqa Odam", kind="person")
    clock.forward(days=730)
    rules.confirm(rules.make(CONTACTS, "updated_at", "365", "days", "erase"))
    assert apply_rules() == 1
    assert busy.get_by_id(other.id).name == "Boshqa Odam"
    assert RetentionRule.get().done == 1


def test_one_at_whom_an_addon_fails_does_not_keep_the_others(busy, clock, caplog):
    broken = busy.create(name="Eski Odam", kind="person", note="break")
    busy.create(name="Boshqa Odam", kind="person")
    clock.forward(days=730)
    rules.confirm(rules.make(CONTACTS, "updated_at", "365", "days", "erase"))
    assert apply_rules() == 1
    assert (RetentionRule.get().done, RetentionRule.get().left) == (1, 1)
    assert busy.get_by_id(broken.id).name == "Eski Odam"
    assert f"contacts.contact {broken.id}" in caplog.text
    assert "Eski Odam" not in caplog.text


def test_a_word_that_somebody_has_already_is_no_obstacle(working):
    erased = create_user("vali", name="Vali Aliyev")
    taken = create_user(f"erased-{erased.id}", name="Boshqa")
    erase(User.get_by_id(erased.id), "asked for it")
    assert User.get_by_id(erased.id).login == f"erased-{erased.id}-2"
    assert User.get_by_id(taken.id).login == f"erased-{erased.id}"
    erase(User.get_by_id(erased.id), "asked for it again")
    assert User.get_by_id(erased.id).login == f"erased-{erased.id}-2"
