"""The warehouse of the tutorial: its stock, its events, and the contacts that it extends."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from core.background.jobs.models import Job
from core.data.actor import system
from core.errors import UserError
from core.modules import lifecycle
from core.modules.buttons import press
from core.modules.registry import using


@pytest.fixture
def stocked(with_warehouse):
    """The registry, with one box of which 12 came in."""
    with using(with_warehouse.registry()) as registry, system("a test"):
        assert registry.broken == {}
        item = registry.model("warehouse.item").create(name="Box", sku="B-1", reorder_level=10)
        moves = registry.model("warehouse.move")
        moves.create(item=item, direction="in", quantity=Decimal(12), state="done")
        yield registry, item


def test_what_is_done_counts_and_what_is_planned_does_not(stocked):
    registry, item = stocked
    move = registry.model("warehouse.move")
    move.create(item=item, direction="out", quantity=Decimal("2.5"), state="done")
    move.create(item=item, direction="out", quantity=Decimal(5), state="planned")
    column = registry.columns_of(registry.model("warehouse.item"))["stock"]
    assert column.values([item]) == {item.id: "9.5"}


def test_an_item_of_which_some_is_left_stays(stocked):
    _registry, item = stocked
    with pytest.raises(UserError, match="some of Box left"):
        item.archive()
    assert type(item).get_by_id(item.id).archived_at is None


def test_whoever_counts_writes_down_when(stocked, clock):
    _registry, item = stocked
    clock.set(datetime(2030, 5, 1, 9, tzinfo=UTC))
    press(item, "counted")
    clock.forward(days=2)
    assert type(item).get_by_id(item.id).counted_at == datetime(2030, 5, 1, 9, tzinfo=UTC)
    press(item, "counted")
    assert type(item).get_by_id(item.id).counted_at == datetime(2030, 5, 3, 9, tzinfo=UTC)


def test_an_item_whose_shelf_is_empty_goes(stocked):
    registry, item = stocked
    registry.model("warehouse.move").create(
        item=item, direction="out", quantity=Decimal(12), state="done"
    )
    item.archive()
    assert type(item).get_by_id(item.id).archived_at is not None


def test_the_plans_of_an_archived_contact_are_dropped(stocked):
    registry, item = stocked
    contact = registry.model("contacts.contact").create(name="Bahor", warehouse_hours="9-18")
    move = registry.model("warehouse.move").create(
        item=item, direction="out", quantity=Decimal(1), contact=contact
    )
    contact.archive()
    assert type(move).get_by_id(move.id).contact is None


def test_the_screens_of_the_warehouse_answer(with_warehouse, browser_of):
    keeper = browser_of(with_warehouse, "warehouse.manager", "contacts.manager")
    page = keeper.post("/warehouse/item/new", {"name": "Box", "sku": "B-1", "unit": "piece"})
    assert page.status_code == 303
    assert "B-1" in keeper.get("/warehouse/item/").text
    assert keeper.get(page.location).status_code == 200
    assert keeper.get("/warehouse/move/").status_code == 200


def test_a_move_of_more_than_there_is_is_asked_of_who_decides(with_warehouse, stocked, browser_of):
    registry, item = stocked
    move = registry.model("warehouse.move").create(item=item, direction="out", quantity=20)
    address = f"/warehouse/move/{move.id}/buttons/book"
    assert browser_of(with_warehouse, "warehouse.user").post(address).status_code == 400
    manager = browser_of(with_warehouse, "warehouse.manager")
    assert manager.post(address).status_code == 422
    assert manager.post(address, {"confirmed": "Only 12.000 of Box are left."}).status_code == 303
    assert type(move).get_by_id(move.id).state == "done"


def test_the_screens_of_contacts_show_when_they_take_goods(with_warehouse, browser_of):
    clerk = browser_of(with_warehouse, "contacts.manager")
    hours = {"name": "Bahor", "address": "Navoiy 1", "warehouse_hours": "9-18"}
    made = clerk.post("/contacts/contact/new", hours)
    assert made.status_code == 303
    assert "9-18" in clerk.get(made.location).text
    form = clerk.get(f"{made.location}/edit").text
    assert form.index('name="address"') < form.index('name="warehouse_hours"')
    assert form.index('name="warehouse_hours"') < form.index('name="city"')
    assert "9-18" in clerk.get("/contacts/contact/").text
    assert "Bahor" in clerk.get("/contacts/contact/?warehouse_hours=9-18").text
    assert "Bahor" not in clerk.get("/contacts/contact/?warehouse_hours=night").text


def test_a_contact_has_a_tab_of_what_came_and_went(with_warehouse, stocked, browser_of):
    registry, item = stocked
    contact = registry.model("contacts.contact").create(name="Bahor")
    values = {"item": item, "direction": "out", "quantity": 3, "contact": contact}
    registry.model("warehouse.move").create(**values)
    address = f"/contacts/contact/{contact.id}"
    keeper = browser_of(with_warehouse, "warehouse.user", "contacts.manager")
    assert f'href="{address}/tabs/goods"' in keeper.get(address).text
    assert "3 × Box" in keeper.get(f"{address}/tabs/goods").text
    clerk = browser_of(with_warehouse, "contacts.manager")
    assert "3 × Box" not in clerk.get(f"{address}/tabs/goods").text
    stranger = browser_of(with_warehouse, "contacts.own")
    assert stranger.get(f"{address}/tabs/goods").status_code == 404
    assert keeper.get(f"{address}/tabs/other").status_code == 404


def test_contacts_stay_whole_when_the_warehouse_is_disabled(with_warehouse, browser_of):
    lifecycle.disable(with_warehouse.found(), "warehouse")
    clerk = browser_of(with_warehouse, "contacts.manager")
    made = clerk.post("/contacts/contact/new", {"name": "Bahor"})
    assert made.status_code == 303
    assert "Takes goods" not in clerk.get(f"{made.location}/edit").text
    assert clerk.get("/warehouse/item/").status_code == 404


def test_the_levels_are_checked_outside_requests(stocked, run_jobs):
    registry, _item = stocked
    registry.model("warehouse.item").create(name="Tape", sku="T-1", reorder_level=1)
    check_levels = next(m.function for m in registry.marked if m.name.endswith("check_levels"))
    id = check_levels.later()
    assert run_jobs() == 1
    assert Job.get_by_id(id).result == "1"


def test_the_packing_is_there_from_the_beginning(stocked):
    registry, _item = stocked
    items = registry.model("warehouse.item")
    assert {"BOX", "PALLET"} <= {item.sku for item in items.select()}


def test_a_driver_sees_what_is_planned_and_nothing_else(stocked, with_warehouse, browser_of):
    registry, item = stocked
    planned = registry.model("warehouse.move").create(
        item=item, direction="out", quantity=Decimal(5), state="planned"
    )
    driver = browser_of(with_warehouse, "warehouse.driver")
    page = driver.get("/warehouse/move/").text
    assert f'href="/warehouse/move/{planned.id}"' in page
    assert f'href="/warehouse/move/{planned.id - 1}"' not in page
    assert driver.get(f"/warehouse/move/{planned.id - 1}").status_code == 404
    both = browser_of(with_warehouse, "warehouse.driver", "warehouse.user")
    assert both.get(f"/warehouse/move/{planned.id - 1}").status_code == 200


def test_whoever_counts_says_so_by_a_button(stocked, with_warehouse, browser_of):
    _registry, item = stocked
    keeper = browser_of(with_warehouse, "warehouse.manager")
    assert keeper.post(f"/warehouse/item/{item.id}/buttons/counted").status_code == 303
    found = type(item).get_by_id(item.id)
    assert found.counted_at.tzinfo is not None
