"""A list as a board: lanes and cards, and what becomes of a card that is moved."""

import re

import pytest

from core.access.actors import actor_of, by_id
from core.data.actor import acting_as, system
from core.modules.registry import using
from tests.web.sending import way_back

LIST = "/contacts/contact/"
BOARD = f"{LIST}?view=board"
MANAGER = "contacts.manager"


@pytest.fixture
def contacts(working):
    model = working.model("contacts.contact")
    return [
        model.create(name=f"Mijoz {n}", city="Buxoro", status=("lead", "regular")[n % 2])
        for n in range(5)
    ]


def lanes(page):
    """{title: (count, names of the cards)} of the lanes of a board."""
    found = {}
    for lane in re.findall(r'<section class="lane".*?</section>', page.text, re.S):
        title = re.search(r"<h2[^>]*>(.*?)</h2>", lane, re.S)[1]
        count = re.search(r'class="n num">(\d+)<', lane)[1]
        names = re.findall(r'class="bcard-t"[^>]*>(.*?)</a>', lane)
        found[re.sub("<[^>]+>", "", title)] = (int(count), names)
    return found


def moved(browser, record, to, version=None, **more):
    form = {"to": to, "version": str(version or record.version), "back": "?view=board", **more}
    return browser.post(f"{LIST}{record.id}/move", form)


def status_of(record):
    with system("a test looks"):
        return type(record).get_by_id(record.id).status


def test_a_board_has_a_lane_for_each_state_and_a_card_for_each_record(contacts, as_role):
    page = as_role(MANAGER).get(BOARD)
    found = lanes(page)
    assert list(found) == ["Lead", "Active", "Regular buyer", "Quiet", "Closed"]
    assert found["Lead"] == (3, ["Mijoz 0", "Mijoz 2", "Mijoz 4"])
    assert found["Active"] == (0, [])
    assert 'aria-current="true"' in page.text
    assert lanes(as_role(MANAGER).get(f"{BOARD}&search=Mijoz+3"))["Regular buyer"][0] == 1


def test_a_card_is_moved_to_another_lane(contacts, as_role):
    browser = as_role(MANAGER)
    answer = moved(browser, contacts[0], "quiet")
    assert (answer.status_code, answer.location) == (303, BOARD)
    assert status_of(contacts[0]) == "quiet"
    assert lanes(browser.get(BOARD))["Quiet"] == (1, ["Mijoz 0"])


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_a_move_is_taken_back_from_the_message_that_tells_of_it(contacts, as_role, headers):
    browser = as_role(MANAGER)
    moved(browser, contacts[0], "quiet")
    page = browser.get(BOARD, headers=headers)
    assert "Moved: Mijoz 0" in page.text
    assert page.text.count('id="toasts"') == 1
    url, form = way_back(page)
    assert browser.post(url, form).location == BOARD
    assert status_of(contacts[0]) == "lead"
    assert 'id="toasts"' in browser.get(BOARD, headers=headers).text
    assert ('id="toasts"' in browser.get(BOARD, headers=headers).text) is not bool(headers)


def test_a_card_that_somebody_changed_meanwhile_stays(contacts, as_role):
    with system("somebody is faster"):
        contacts[0].change({"city": "Toshkent"})
    answer = moved(as_role(MANAGER), contacts[0], "quiet", version=1)
    assert answer.status_code == 409
    assert status_of(contacts[0]) == "lead"


@pytest.mark.parametrize("to", ["", "nowhere", "~", "\0", "lead' OR 1=1"])
def test_no_card_goes_where_no_lane_is(contacts, as_role, to):
    answer = moved(as_role(MANAGER), contacts[1], to)
    assert answer.status_code == 400
    assert status_of(contacts[1]) == "regular"


@pytest.mark.attack(4)
def test_a_card_is_moved_only_by_who_may_change_its_record(contacts, as_role):
    own = as_role("contacts.own")
    with acting_as(actor_of(by_id(own.user.id)[0], "en")):
        mine = type(contacts[0]).create(name="Meniki", owner=own.user, status="lead")
    assert moved(own, contacts[0], "quiet").status_code == 404
    assert moved(as_role("core.staff"), contacts[0], "quiet").status_code in (403, 404)
    assert moved(own, mine, "quiet").status_code == 303
    assert (status_of(contacts[0]), status_of(mine)) == ("lead", "quiet")
    assert own.post("/contacts/tag/1/move", {"to": "x", "version": "1"}).status_code == 404


def test_a_lane_shows_some_cards_and_the_others_by_and_by(contacts, as_role):
    model = type(contacts[0])
    with system("a test fills a lane"):
        model.create_many({"name": f"Mijoz {n:02}", "status": "closed"} for n in range(45))
    browser = as_role(MANAGER)
    page = browser.get(BOARD)
    seen = []
    for wanted in (20, 20, 5):
        count, names = lanes(page)["Closed"]
        assert (count, len(names)) == (45, wanted)
        seen += names
        if more := re.search(r'class="btn btn-sm lane-more" href="([^"]+)"', page.text):
            page = browser.get(more[1].replace("&amp;", "&"))
    assert len(set(seen)) == 45


def test_a_board_asks_as_little_however_many_cards_it_has(contacts, as_role, query_count):
    with system("a test fills a lane"):
        type(contacts[0]).create_many(
            {"name": f"Mijoz {n:02}", "status": "closed"} for n in range(45)
        )
    browser = as_role(MANAGER)
    browser.get(BOARD)
    with query_count:
        browser.get(BOARD)
    assert len(query_count) <= 16


def test_a_list_without_a_board_has_no_such_view(contacts, as_role):
    browser = as_role(MANAGER)
    assert browser.get("/contacts/tag/?view=board").status_code == 404
    assert browser.get(f"{LIST}?view=nothing").status_code == 404
    assert 'class="btn-group ways"' not in browser.get("/contacts/tag/").text


@pytest.fixture
def shelf(with_warehouse):
    """An item of which two are there, and a planned move of five that go out."""
    registry = with_warehouse.registry()
    with using(registry), system("a test fills the shelf"):
        item = registry.model("warehouse.item").create(name="Un", sku="un")
        move = registry.model("warehouse.move")
        move.create(item=item, direction="in", quantity="2", state="done")
        return move.create(item=item, direction="out", quantity="5")


def test_a_state_that_transitions_lead_moves_only_by_them(with_warehouse, shelf, browser_of):
    browser = browser_of(with_warehouse, "warehouse.manager")
    url = f"/warehouse/move/{shelf.id}/move"
    form = {"to": "done", "version": "1", "back": "?view=board"}
    asked = browser.post(url, form)
    assert asked.status_code == 422
    assert "Only 2.000 of Un are left" in asked.text
    question = re.search(r'name="confirmed" value="([^"]+)"', asked.text)[1]
    answer = browser.post(url, {**form, "confirmed": question})
    assert (answer.status_code, answer.location) == (303, "/warehouse/move/?view=board")
    back = browser.post(url, {"to": "planned", "version": "2"})
    assert back.status_code == 400
    assert "Nothing leads from" in back.text
    page = browser.get("/warehouse/move/?view=board")
    assert {title: count for title, (count, _names) in lanes(page).items()} == {
        "Planned": 0,
        "Done": 2,
    }
    assert 'class="bcard-move"' not in page.text
