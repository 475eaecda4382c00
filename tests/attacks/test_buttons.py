"""Buttons under attack: of another role, in the wrong state, of a foreign record, of nobody."""

from dataclasses import replace

import pytest

from core.access.lines import Role
from core.modules.buttons import ButtonMark
from core.modules.declared import Marked
from core.testing.instances import BASE_URL
from core.testing.sites import Site

KINDS = ("own", "team", "ruled", "all", "admin")
CHIEF = Role("attack.chief", "Chief")


def rename(contact):
    contact.name = "Pressed"
    contact.save()


def wake(contact):
    rename(contact)


def promote(contact):
    rename(contact)


@pytest.fixture(scope="module")
def office(world):
    """The site, where contacts have three buttons: for all, in one state, for one role."""
    marks = [
        Marked(ButtonMark(world.contact, "Rename"), rename),
        Marked(ButtonMark(world.contact, "Wake", ("quiet",), field="status"), wake),
        Marked(ButtonMark(world.contact, "Promote", role=CHIEF), promote),
    ]
    registry = replace(world.registry, marked=(*world.registry.marked, *marks))
    made = Site(registry, world.settings, world.people)
    for kind in KINDS:
        made.browser(kind)
        made.token(kind)
    return made


def pressed(office, kind, id, name):
    """The statuses of pressing it by the page and by the API."""
    page = office.browser(kind).post(f"/contacts/contact/{id}/buttons/{name}")
    headers = {"Authorization": f"Bearer {office.token(kind)}"}
    call = office.app.test_client().post(
        f"/api/v1/contacts/contact/{id}/{name}", headers=headers, base_url=BASE_URL
    )
    return page.status_code, call.status_code


@pytest.mark.attack(13)
@pytest.mark.parametrize("kind", KINDS)
def test_a_button_in_the_wrong_state_or_of_another_role_is_refused(world, office, kind):
    id = min(world.reach(kind))
    with office.unchanged():
        assert pressed(office, kind, id, "wake") == (403, 403)
        if kind != "admin":
            assert pressed(office, kind, id, "promote") == (403, 403)


@pytest.mark.attack(13)
@pytest.mark.parametrize("kind", KINDS)
def test_what_no_button_declares_is_not_there(world, office, kind):
    id = min(world.reach(kind))
    with office.unchanged():
        for name in ("archive", "delete_instance", "save", "__init__", "set_state", "telephone"):
            assert pressed(office, kind, id, name) == (404, 404)


@pytest.mark.attack(11)
@pytest.mark.attack(13)
@pytest.mark.parametrize("kind", ["own", "team", "ruled"])
def test_a_button_of_a_foreign_record_is_not_there(world, office, kind):
    with office.unchanged():
        for id in sorted(world.hidden(kind))[:5]:
            for name in ("rename", "wake", "promote"):
                assert pressed(office, kind, id, name) == (404, 404)
