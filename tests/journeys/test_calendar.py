"""A calendar is turned month by month, read on a telephone, and records are put on other days."""

from datetime import date

import pytest
from playwright.sync_api import expect

from core.access.accounts import create_user
from core.config import ROOT
from core.data.actor import system
from core.data.database import close
from core.modules import lifecycle
from core.modules.registry import using
from core.testing.browser import DESKTOP, TELEPHONE, log_in
from core.testing.scratch import forget_extensions
from core.testing.servers import shell_in

MAY = "/contacts/contact/?view=calendar&month=2026-05"
WIDE = "document.documentElement.scrollWidth"
WAREHOUSE = str(ROOT / "tests" / "warehouse" / "addons")


@pytest.mark.parametrize("size", [DESKTOP, TELEPHONE], ids=["desktop", "telephone"])
def test_birthdays_are_read_month_by_month(page, axe, size):
    window = page("admin-uz")
    window.set_viewport_size(size)
    window.goto(MAY)
    expect(window.locator(".cal-bar h2")).to_have_text("May 2026")
    for scheme in ("light", "dark"):
        window.emulate_media(color_scheme=scheme)
        assert axe(window) == []
    assert window.evaluate(WIDE) == size["width"]
    window.locator(".cal-bar a").last.click()
    expect(window.locator(".cal-bar h2")).to_have_text("Iyun 2026")
    assert "month=2026-06" in window.url
    window.goto(MAY)
    window.locator("[data-day='2026-05-05'] .cal-n").click()
    expect(window.locator(".clist tbody tr")).to_have_count(1)


@pytest.fixture
def warehouse(migrated_sqlite, tmp_path, open_at):
    """A served warehouse in which one move is planned for 5 November, and the password there."""
    file = tmp_path / "karvon.db"
    file.write_bytes(migrated_sqlite.read_bytes())
    opened = open_at(f"sqlite:///{file}", KARVON_ADDONS__PATH=WAREHOUSE)
    lifecycle.enable(opened.found(), "warehouse")
    registry = opened.registry()
    with using(registry), system("a test plans"):
        create_user("boss", roles=("admin",), password="yetti-uzun-soz")
        item = registry.model("warehouse.item").create(name="Un", sku="un")
        day = date(2026, 11, 5)
        registry.model("warehouse.move").create(item=item, direction="in", quantity="1", day=day)
    close()
    forget_extensions()
    with shell_in(tmp_path, f"sqlite:///{file}") as shell:
        yield shell.serve(KARVON_ADDONS__PATH=WAREHOUSE)


def test_a_record_is_dragged_and_sent_to_another_day(page, warehouse, axe):
    window = page("", server=warehouse)
    log_in(window, "boss", "yetti-uzun-soz")
    window.goto("/warehouse/move/?view=calendar&month=2026-11")
    day = window.locator("[data-day='2026-11-05'] .cal-i")
    day.drag_to(window.locator("[data-day='2026-11-18']"))
    expect(window.locator("[data-day='2026-11-18'] .cal-i")).to_be_focused()
    expect(day).to_have_count(0)
    assert axe(window) == []
    window.locator("#cal-day").fill("2026-11-02")
    window.locator(".cal-move button").press("Enter")
    expect(window.locator("[data-day='2026-11-02'] .cal-i")).to_have_text("Un")
