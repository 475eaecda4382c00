"""Whoever keeps an item hears that it runs low, by the ways that they chose."""

import logging
from decimal import Decimal

from core.access.models import User
from core.background import choices
from core.background.notices import Notice
from core.data.actor import system
from core.modules.registry import using


def test_the_keeper_of_an_item_hears_once_that_it_runs_low(
    with_warehouse, browser_of, run_jobs, caplog
):
    keeper = browser_of(with_warehouse, "warehouse.manager", language="uz")
    values = {"name": "Quti", "sku": "B-1", "unit": "piece", "reorder_level": "10"}
    keeper.post("/warehouse/item/new", values)
    with using(with_warehouse.registry()) as registry, system("a test"):
        wanted = {("warehouse.low", "app"), ("warehouse.low", "warehouse.gate")}
        choices.choose(keeper.user.id, wanted)
        item = registry.model("warehouse.item").get(sku="B-1")
        moves = registry.model("warehouse.move")
        with caplog.at_level(logging.INFO, "warehouse.gate"):
            for _day in range(2):
                moves.create(item=item, direction="in", quantity=Decimal(2), state="done")
            assert run_jobs() == 1
        assert [notice.kind for notice in Notice.select()] == ["warehouse.low"]
        name = User.get_by_id(keeper.user.id).name
    assert caplog.messages == [f"{name}: Kam qoldi Quti"]
    assert "Kam qoldi" in keeper.get("/notices").text
    assert "Darvozadagi ekranda" in keeper.get("/notices/choices").text
