"""Exports hold what their reader may take out, and nothing else."""

import csv
import io
import re
from dataclasses import replace

import pypdf
import pytest

from core.access.lines import Access, Role
from core.access.models import UserRole
from core.data.actor import system
from core.testing.sites import Site

LIST = "/contacts/contact/"


@pytest.fixture(scope="module")
def taking(world):
    """A site on which those of "own" may export their own records, without the city."""
    role = next(role for role in world.registry.roles if role.name == "contacts.own")
    assert isinstance(role, Role)
    line = Access(world.contact, role, "x", scope="own", except_fields=("city",))
    registry = replace(world.registry, access=(*world.registry.access, line))
    with system("a test asks"):
        assert UserRole.select().where(UserRole.user == world.people["own"]).exists()
    return Site(registry, world.settings, world.people)


@pytest.mark.attack(6)
def test_only_permitted_rows_and_fields_are_taken_out(world, taking):
    answer = taking.browser("own").get(f"{LIST}export.csv?archived=1")
    header, *lines = csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline=""))
    with world.acting("own"):
        live = world.contact.select().where(world.contact.archived_at.is_null())
        wanted = {contact.name for contact in live if contact.id in world.reach("own")}
    assert {line[0] for line in lines} == wanted
    assert "Buxoro" not in answer.text
    assert "Toshkent" not in answer.text
    assert len(header) == len(lines[0])


@pytest.mark.attack(6)
def test_cards_and_calendars_hold_only_permitted_rows_and_fields(world, taking):
    own = taking.browser("own")
    cards = own.get(f"{LIST}export.vcf?archived=1").text
    with world.acting("own"):
        live = world.contact.select().where(world.contact.archived_at.is_null())
        wanted = {contact.name for contact in live if contact.id in world.reach("own")}
    assert set(re.findall(r"^FN:(.*?)\r?$", cards, re.MULTILINE)) == wanted
    assert "Toshkent" not in cards
    assert "Buxoro" not in cards
    assert own.get(f"{LIST}export.ics").status_code == 200


@pytest.mark.attack(9)
def test_a_list_on_paper_holds_only_permitted_rows_and_fields(world, taking):
    answer = taking.browser("own").get(f"{LIST}print.pdf")
    pages = pypdf.PdfReader(io.BytesIO(answer.data)).pages
    text = "\n".join(page.extract_text() for page in pages)
    with world.acting("own"):
        live = world.contact.select().where(world.contact.archived_at.is_null())
        names = {contact.name: contact.id in world.reach("own") for contact in live}
    with system("a test asks"):
        names = {contact.name: False for contact in world.contact.select()} | names
    printed = {name for name in names if re.search(rf"\b{re.escape(name)}\b", text)}
    assert printed == {name for name, is_open in names.items() if is_open}
    assert "Buxoro" not in text
    assert "Toshkent" not in text


@pytest.mark.attack(6)
def test_nobody_takes_out_what_no_line_grants(world, site):
    with site.unchanged():
        for kind in ("own", "team", "ruled", "roleless"):
            for format in ("csv", "xlsx", "vcf", "ics"):
                assert site.browser(kind).get(f"{LIST}export.{format}").status_code == 403
            assert site.browser(kind).get(f"{LIST}print.pdf").status_code == 403
