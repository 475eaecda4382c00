"""Groups, boards and calendars tell nothing of records that are out of reach."""

import re
from datetime import date

import pytest

from core.data.actor import system

LIST = "/contacts/contact/"
REACHING = ("own", "team", "ruled", "all")


def numbers(page):
    return [int(number) for number in re.findall(r'<span class="n num">(\d+)', page.text)]


@pytest.mark.attack(8)
@pytest.mark.parametrize("kind", REACHING)
@pytest.mark.parametrize("name", ["city", "status", "is_customer", "parent"])
def test_groups_count_only_what_is_within_reach(world, site, kind, name):
    with world.acting("admin"):
        live = world.contact.select(world.contact.id).where(world.contact.archived_at.is_null())
        there = {id for (id,) in live.tuples()}
    page = site.browser(kind).get(f"{LIST}?group={name}")
    assert page.status_code == 200
    assert sum(numbers(page)) == len(there & world.reach(kind))


@pytest.mark.attack(8)
@pytest.mark.parametrize("kind", REACHING)
def test_no_group_is_called_by_a_foreign_name(world, site, kind):
    page = site.browser(kind).get(f"{LIST}?group=parent")
    with world.acting("admin"):
        names = dict(world.contact.select(world.contact.id, world.contact.name).tuples())
    assert not [names[id] for id in world.hidden(kind) if names[id] in page.text]
    for id in sorted(world.hidden(kind))[:3]:
        opened = site.browser(kind).get(f"{LIST}?group=parent&in={id}")
        assert names[id] not in opened.text


@pytest.mark.attack(8)
@pytest.mark.parametrize("kind", REACHING)
def test_a_board_shows_and_counts_only_what_is_within_reach(world, site, kind):
    page = site.browser(kind).get(f"{LIST}?view=board")
    assert page.status_code == 200
    with world.acting("admin"):
        rows = world.contact.select(world.contact.id, world.contact.archived_at).tuples()
        there = {id for id, archived in rows if archived is None}
    shown = {int(id) for id in re.findall(r'data-card="(\d+)"', page.text)}
    assert shown <= there & world.reach(kind)
    assert sum(numbers(page)) == len(there & world.reach(kind))


@pytest.mark.attack(4)
@pytest.mark.parametrize("kind", ["own", "team", "ruled", "roleless"])
def test_a_foreign_card_is_not_moved(world, site, kind):
    browser = site.browser(kind)
    with site.unchanged():
        for id in (*sorted(world.hidden(kind))[:3], 999_999, 10**12):
            form = {"to": "closed", "version": "1", "back": "?view=board"}
            answer = browser.post(f"{LIST}{id}/move", form)
            assert answer.status_code == (403 if kind == "roleless" else 404)


@pytest.fixture(scope="module")
def born(world):
    """Everybody has a birthday in the same month."""
    with system("a test fills the calendar"):
        for id in world.rows:
            day = date(1990, 5, 1 + id % 28)
            world.contact.update(birthday=day).where(world.contact.id == id).execute()
    return world


@pytest.mark.attack(8)
@pytest.mark.parametrize("kind", REACHING)
def test_a_calendar_shows_and_counts_only_what_is_within_reach(born, site, kind):
    browser = site.browser(kind)
    page = browser.get(f"{LIST}?view=calendar&month=2026-05")
    assert page.status_code == 200
    with born.acting("admin"):
        rows = born.contact.select(born.contact.id, born.contact.archived_at).tuples()
        there = {id for id, archived in rows if archived is None}
    shown = {int(id) for id in re.findall(r'id="card-(\d+)"', page.text)}
    more = [int(number) for number in re.findall(r'aria-hidden="true">\+(\d+)', page.text)]
    assert shown <= there & born.reach(kind)
    assert len(shown) + sum(more) == len(there & born.reach(kind))
    day = browser.get(f"{LIST}?day=2026-05-02").text
    listed = {int(id) for id in re.findall(r'id="r(\d+)"', day)}
    assert listed == {id for id in there & born.reach(kind) if 1 + id % 28 == 2}
