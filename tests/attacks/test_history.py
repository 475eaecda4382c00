"""The history of a record tells nobody what they may not see."""

import pytest

from core.data.actor import system
from tests.attacks.test_records import NEVER, READERS, masked, reached, titles


@pytest.fixture(scope="module")
def changed(world, site):
    """The site, after every contact was given a parent, an owner and lines one after another."""
    people = sorted(world.people.values())
    with system("a test changes its company"):
        ids = sorted(world.rows)
        for place, record in enumerate(world.contact.select().order_by(world.contact.id)):
            for step in (1, 7, 13):
                record.change({"parent": ids[(place + step) % len(ids)]})
                record.change({"owner": people[(place + step) % len(people)]})
            record.change({"parent": None, "owner": world.rows[record.id]["owner"]})
            world.telephone.create(contact=record, number="+998712441830").delete_instance()
    return site


@pytest.mark.attack(12)
def test_the_history_of_a_hidden_record_is_like_that_of_none(changed, world):
    with changed.unchanged():
        for view in changed.app.extensions["model_views"]:
            for kind in READERS:
                browser = changed.browser(kind)
                reach, every = reached(world, kind, view.model)
                never = browser.get(f"{view.list_url}{NEVER}/history")
                for id in every:
                    page = browser.get(f"{view.list_url}{id}/history")
                    if id in reach:
                        assert page.status_code == 200, (view.model, kind, id)
                    else:
                        assert page.status_code == never.status_code in (403, 404)
                        assert masked(page.text, id) == masked(never.text, NEVER, id)


@pytest.mark.attack(7)
@pytest.mark.attack(12)
def test_no_history_names_a_hidden_record(changed, world):
    list_url = "/contacts/contact/"
    told = 0
    for kind in READERS:
        browser = changed.browser(kind)
        hidden = [name for _, name in titles(world, kind) if name != f"Xodim-{kind}"]
        for id in sorted(reached(world, kind, world.contact)[0]):
            for path in (f"{list_url}{id}", f"{list_url}{id}/history"):
                text = browser.get(path).text
                told += text.count("→")
                assert [name for name in hidden if name in text] == [], (kind, path)
    assert told > 50
