"""What the warehouse serves beside its screens: a tile, pages, an address for its terminal."""

import pytest
from click.testing import CliRunner

from core.access.accounts import create_token
from core.access.models import Attempt
from core.cli.main import verbs
from core.data.actor import system
from core.modules import lifecycle
from core.modules.loader import load
from core.modules.registry import using
from core.testing.instances import BASE_URL
from core.web import pages
from core.web.app import KERNEL
from tests.conftest import WAREHOUSE

RECEIVE = "/api/v1/warehouse/receive"


@pytest.fixture
def box(with_warehouse):
    """A box of which ten should lie there and none does."""
    with using(with_warehouse.registry()) as registry, system("a test"):
        yield registry.model("warehouse.item").create(name="Box", sku="B-1", reorder_level=10)


@pytest.fixture
def terminal(with_warehouse, browser_of):
    """Make `terminal("warehouse.user")`: what calls the API with a token of a new user."""

    def make(*roles):
        browser = browser_of(with_warehouse, *roles)
        with using(with_warehouse.registry()), system("a test makes a token"):
            token = create_token(browser.user)

        def send(method, path, json=None, **headers):
            headers = {"Authorization": f"Bearer {token}", **headers}
            return browser.client.open(
                path, method=method, json=json, base_url=BASE_URL, headers=headers
            )

        return send

    return make


def test_home_has_a_tile_of_what_runs_low(with_warehouse, box, browser_of):
    home = browser_of(with_warehouse, "warehouse.user").get("/").text
    assert 'href="/warehouse/board"' in home
    assert "Running low" in home
    assert "Running low" not in browser_of(with_warehouse, "contacts.manager").get("/").text


def test_a_keeper_plans_on_the_board_what_lacks(with_warehouse, box, browser_of):
    keeper = browser_of(with_warehouse, "warehouse.user")
    assert "Box" in keeper.get("/warehouse/board").text
    answer = keeper.post("/warehouse/board", {"item": box.id})
    assert (answer.status_code, answer.location) == (303, "/warehouse/board")
    [move] = box.moves
    assert (move.quantity, move.state, move.created_by_id) == (10, "planned", keeper.user.id)


def test_the_board_is_for_keepers_and_takes_no_form_of_others(with_warehouse, box, browser_of):
    clerk = browser_of(with_warehouse, "contacts.manager")
    assert clerk.get("/warehouse/board").status_code == 403
    assert clerk.post("/warehouse/board", {"item": box.id}).status_code == 403
    keeper = browser_of(with_warehouse, "warehouse.user")
    forged = keeper.client.post("/warehouse/board", data={"item": box.id}, base_url=BASE_URL)
    assert forged.status_code == 400
    visitor = with_warehouse.build().test_client()
    assert visitor.get("/warehouse/board", base_url=BASE_URL).location.startswith("/login")
    assert list(box.moves) == []


def test_a_visitor_reads_the_public_page_and_not_without_end(with_warehouse):
    visitor = with_warehouse.build().test_client()
    page = visitor.get("/warehouse/visit", base_url=BASE_URL)
    assert page.status_code == 200
    assert "9:00–18:00" in page.text
    with system("a test"):
        Attempt.update(count=pages.PUBLIC_TRIES).execute()
    assert visitor.get("/warehouse/visit", base_url=BASE_URL).status_code == 429


def test_the_terminal_receives_what_came(terminal, box):
    send = terminal("warehouse.user")
    answer = send("POST", RECEIVE, {"sku": "B-1", "quantity": "2.5"})
    assert answer.status_code == 200
    assert answer.json == {"item": "Box", "on_hand": "2.500"}
    again = {"Idempotency-Key": "label-7"}
    for _time in range(2):
        assert send("POST", RECEIVE, {"sku": "B-1", "quantity": 1}, **again).json["on_hand"] == (
            "3.500"
        )
    assert len(list(box.moves)) == 2


def test_what_is_wrong_with_a_call_is_said_in_a_problem_document(terminal, box):
    send = terminal("warehouse.user")
    for body in ({"sku": "B-1"}, {"sku": 7, "quantity": "many", "other": 1}, [1]):
        answer = send("POST", RECEIVE, body)
        assert answer.status_code in (400, 422)
        assert answer.mimetype == "application/problem+json"
    wrong = send("POST", RECEIVE, {"sku": 7, "quantity": "NaN", "other": 1}).json
    assert {each["pointer"] for each in wrong["errors"]} == {"#/sku", "#/quantity", "#/other"}
    assert send("POST", RECEIVE, {"sku": "none", "quantity": 1}).status_code == 404
    assert send("GET", RECEIVE).status_code == 404
    assert terminal("contacts.manager")("POST", RECEIVE, {}).status_code == 403
    assert list(box.moves) == []


def test_a_call_needs_a_token(with_warehouse, box, browser_of):
    keeper = browser_of(with_warehouse, "warehouse.user")
    body = {"sku": "B-1", "quantity": 1}
    assert keeper.client.post(RECEIVE, json=body, base_url=BASE_URL).status_code == 401


def test_the_document_describes_the_call_to_who_may_make_it(terminal):
    document = terminal("warehouse.user")("GET", "/api/v1/openapi.json").json
    call = document["paths"]["/warehouse/receive"]["post"]
    schema = call["requestBody"]["content"]["application/json"]["schema"]
    assert schema["required"] == ["sku", "quantity"]
    others = terminal("contacts.manager")("GET", "/api/v1/openapi.json").json
    assert "/warehouse/receive" not in others["paths"]


def test_the_check_of_an_addon_lists_its_pages_and_who_may_enter():
    said = CliRunner().invoke(verbs, ["addon", "check", str(WAREHOUSE / "warehouse")]).output
    assert "Page /warehouse/board: warehouse.user" in said
    assert "Page /warehouse/visit: everybody, without a login" in said


HOOKS = """
from decimal import Decimal
from core.api import PUBLIC, _, endpoint, page, staff, tile

{code}
def one({takes}):
    return None
"""


@pytest.mark.parametrize(
    ("code", "takes", "said"),
    [
        ('@page("/{name}/one", "One", "one.html")', "", "must say access="),
        ('@page("/other/one", "One", "one.html", PUBLIC)', "", "stands at /other/one"),
        ('@page("/{name}", "One", "one.html", PUBLIC)', "", "small words"),
        ('@page("/{name}/one", "One", "one.html", staff, ("PUT",))', "", "no other method"),
        ('@endpoint("one")', "", "must say role="),
        ('@endpoint("One", role=staff)', "", "name of its own"),
        ('@endpoint("one", role=staff)', "value", "say what value is"),
        ('@tile("One", staff, size="huge")', "", "size s or m"),
    ],
)
def test_what_is_declared_badly_is_set_aside(
    instance, write_addon, addon_folder, open_at, migrated_url, code, takes, said
):
    name = write_addon("served", hooks=HOOKS.replace("{code}", code).replace("{takes}", takes))
    found = open_at(migrated_url, KARVON_ADDONS__PATH=str(addon_folder)).found()
    assert said in load(found, [name], [name], KERNEL).broken[name]


BREAKS = """
from core.api import staff, tile

@tile("One", staff)
def one():
    return 1 / 0
"""


def test_a_tile_that_breaks_is_left_out(
    instance, write_addon, addon_folder, open_at, migrated_url, browser_of
):
    name = write_addon("broken", hooks=BREAKS)
    opened = open_at(migrated_url, KARVON_ADDONS__PATH=str(addon_folder))
    lifecycle.enable(opened.found(), name)
    assert browser_of(opened, "core.staff").get("/").status_code == 200


def test_a_category_is_read_and_written_in_all_languages(terminal):
    send = terminal("warehouse.manager")
    made = send("POST", "/api/v1/warehouse/category", {"name": {"uz": "Oziq", "ru": "Еда"}})
    assert made.status_code == 201
    assert made.json["name"] == {"text": "Oziq", "uz": "Oziq", "ru": "Еда"}
    address = f"/api/v1/warehouse/category/{made.json['id']}"
    whole = {**made.json["name"], "en": "Food"}
    changed = send("PATCH", address, {"version": 1, "name": whole})
    assert changed.json["name"] == {"text": "Food", "uz": "Oziq", "ru": "Еда", "en": "Food"}
    assert send("PATCH", address, {"version": 2, "name": "Meal"}).json["name"]["text"] == "Meal"
    for wrong in ({"fr": "Repas"}, {"uz": 7}, {}, [], 7, "", {"uz": "x" * 256}):
        assert send("POST", "/api/v1/warehouse/category", {"name": wrong}).status_code == 422
    item = {"name": "Rice", "sku": "R-1", "category": made.json["id"]}
    answer = send("POST", "/api/v1/warehouse/item", item)
    assert answer.json["category"] == {"id": made.json["id"], "name": "Meal"}


def test_a_customer_with_a_login_sees_what_is_planned_with_them_and_nothing_else(
    with_warehouse, browser_of, portal
):
    with using(with_warehouse.registry()) as registry, system("a test"):
        item = registry.model("warehouse.item").create(name="Box", sku="B-1")
        contacts = [registry.model("contacts.contact").create(name=name) for name in ("A", "B")]
        for contact, quantity in zip(contacts, (7, 8), strict=True):
            values = {"item": item, "direction": "in", "quantity": quantity, "contact": contact}
            registry.model("warehouse.move").create(**values)
    customer = portal(with_warehouse, contacts[0].id)
    page = customer.get("/warehouse/mine")
    assert page.status_code == 200
    assert "7.000" in page.text
    assert "8.000" not in page.text
    assert customer.get("/warehouse/board").status_code == 403
    assert customer.get("/contacts/contact/").status_code == 403
    assert browser_of(with_warehouse, "warehouse.user").get("/warehouse/mine").status_code == 403
