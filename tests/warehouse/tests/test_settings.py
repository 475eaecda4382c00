"""The settings of the warehouse: who sets them, what is shown and kept, what the server decides."""

from fnmatch import fnmatchcase

import pytest

from core.access import sealing
from core.data.actor import system
from core.data.history import History
from core.errors import ConfigError, UserError
from core.modules import lifecycle
from core.modules.backups import KEYS, keys_in
from core.modules.registry import using
from core.modules.settings import Setting, addon_settings
from core.paper.documents import DocumentMark
from core.testing.scratch import forget_extensions
from tests.conftest import WAREHOUSE

PAGE = "/settings/warehouse"
MINE = "/my/settings"
FORM = {"of": "warehouse.WarehouseSettings", "ask_when_short": "1"}


def settings_of(registry):
    [declared] = addon_settings(registry, per_user=False)["warehouse"]
    return declared


@pytest.fixture
def admin(with_warehouse, browser_of):
    return browser_of(with_warehouse, "admin")


def test_what_an_administrator_sets_is_what_the_addon_reads(with_warehouse, admin):
    registry = with_warehouse.registry()
    declared = settings_of(registry)
    with using(registry), system("a test"):
        assert declared.get().ask_when_short is True
        assert declared.get().terminal_key == ""
    form = {**FORM, "terminal": "Gate 2", "terminal_key": "k-4711", "ask_when_short": "0"}
    assert admin.post(PAGE, form).status_code == 303
    with using(registry), system("a test"):
        found = declared.get()
        assert (found.terminal, found.terminal_key, found.ask_when_short) == (
            "Gate 2",
            "k-4711",
            False,
        )


def test_a_secret_is_sealed_and_shown_to_nobody(with_warehouse, admin):
    admin.post(PAGE, {**FORM, "terminal_key": "k-4711"})
    page = admin.get(PAGE).text
    assert "k-4711" not in page
    assert "never shown" in page
    row = Setting.get(Setting.name == "terminal_key")
    assert "k-4711" not in row.value
    declared = settings_of(with_warehouse.registry())
    admin.post(PAGE, {**FORM, "terminal_key": ""})
    assert declared.get().terminal_key == "k-4711"
    admin.post(PAGE, {**FORM, "terminal_key": "", "terminal_key-remove": "1"})
    assert declared.get().terminal_key == ""


def test_the_history_tells_of_a_change_without_the_secret(with_warehouse, admin):
    admin.post(PAGE, {**FORM, "terminal": "Gate 2", "terminal_key": "k-4711"})
    rows = History.select().where(History.model == "core_setting").order_by(History.id)
    told = {(r.actor, v.field): (v.old, v.new) for r in rows for v in r.values}
    assert told == {
        (admin.user.id, "warehouse.terminal"): ('""', '"Gate 2"'),
        (admin.user.id, "warehouse.terminal_key"): (None, '"•••"'),
    }


def test_nobody_else_sees_or_sets_anything(with_warehouse, browser_of):
    manager = browser_of(with_warehouse, "warehouse.manager")
    assert manager.get(PAGE).status_code == 403
    assert manager.get("/settings").status_code == 403
    assert manager.post(PAGE, {**FORM, "terminal": "Mine"}).status_code == 403
    assert Setting.select().count() == 0


def test_what_does_not_fit_is_said_and_nothing_is_kept(admin):
    answer = admin.post(PAGE, {**FORM, "terminal": "x" * 65, "terminal_key": "k-4711"})
    assert answer.status_code == 422
    assert "65 characters" in answer.text
    assert "k-4711" not in answer.text
    assert Setting.select().count() == 0
    assert admin.post(PAGE, {"of": "Other"}).status_code == 404
    assert admin.get("/settings/nothing").status_code == 404


def test_each_keeper_sets_something_for_themselves(with_warehouse, browser_of):
    one, other = (browser_of(with_warehouse, "warehouse.user") for _ in range(2))
    assert 'href="/my/settings"' in one.get("/").text
    form = {"of": "warehouse.KeeperSettings", "signature": "Dilnoza", "pin": "4711"}
    assert one.post(MINE, form).status_code == 303
    assert 'value="Dilnoza"' in one.get(MINE).text
    assert "4711" not in one.get(MINE).text
    assert "Dilnoza" not in other.get(MINE).text
    assert "never shown" not in other.get(MINE).text
    rows = {row.name: row for row in Setting.select()}
    assert {row.user_id for row in rows.values()} == {one.user.id}
    assert "4711" not in rows["pin"].value
    told = History.select().where(History.model == "core_setting")
    assert {row.actor for row in told} == {one.user.id}
    assert other.post(MINE, {**form, "signature": "x" * 65}).status_code == 422
    assert other.post(MINE, {"of": "warehouse.WarehouseSettings"}).status_code == 404


def test_a_waybill_is_signed_as_its_keeper_signs(with_warehouse, browser_of, acting):
    registry = with_warehouse.registry()
    keeper = browser_of(with_warehouse, "warehouse.user")
    keeper.post(MINE, {"of": "warehouse.KeeperSettings", "signature": "D. Karimova"})
    [waybill] = registry.marked_by(DocumentMark)
    with using(registry):
        with system("a test"):
            item = registry.model("warehouse.item").create(name="Box", sku="B-1")
            moves = registry.model("warehouse.move")
            move = moves.create(item=item, direction="out", quantity=1)
        with acting(keeper.user):
            assert waybill.function(move)["signed"] == "D. Karimova"


def test_who_does_not_work_here_has_no_settings_and_nobody_where_there_are_none(
    with_warehouse, browser_of
):
    outsider = browser_of(with_warehouse)
    assert outsider.get(MINE).status_code == 403
    assert 'href="/my/settings"' not in outsider.get("/").text
    lifecycle.disable(with_warehouse.found(), "warehouse")
    admin = browser_of(with_warehouse, "admin")
    assert 'href="/my/settings"' not in admin.get("/").text
    assert admin.get(MINE).status_code == 403


def test_the_page_is_found_from_the_menu(admin):
    assert 'href="/settings"' in admin.get("/core/user/").text
    assert f'href="{PAGE}"' in admin.get("/settings").text


def test_the_environment_decides_before_the_page(migrated_url, open_at, browser_of):
    path = str(WAREHOUSE)
    lifecycle.enable(open_at(migrated_url, KARVON_ADDONS__PATH=path).found(), "warehouse")
    given = {
        "KARVON_WAREHOUSE__ASK_WHEN_SHORT": "no",
        "KARVON_WAREHOUSE__TERMINAL_KEY": "from outside",
    }
    opened = open_at(migrated_url, KARVON_ADDONS__PATH=path, **given)
    admin = browser_of(opened, "admin")
    admin.post(PAGE, {**FORM, "terminal_key": "typed"})
    found = settings_of(opened.registry()).get()
    assert (found.ask_when_short, found.terminal_key) == (False, "from outside")
    assert "from outside" not in admin.get(PAGE).text
    for name, text in (("ASK_WHEN_SHORT", "perhaps"), ("TERMINL", "1")):
        wrong = {f"KARVON_WAREHOUSE__{name}": text}
        with pytest.raises(ConfigError, match=f"KARVON_WAREHOUSE__{name}"):
            open_at(migrated_url, KARVON_ADDONS__PATH=path, **wrong).registry()
    with pytest.raises(ConfigError, match="no such addon"):
        open_at(migrated_url, KARVON_NOBODY__TOKEN="1").registry()
    forget_extensions()


def test_a_secret_does_not_open_elsewhere_or_with_another_key(tmp_path):
    sealing.use_keys(tmp_path)
    sealed = sealing.seal("k-4711", "shop.token")
    assert sealing.unseal(sealed, "shop.token") == "k-4711"
    assert sealing.seal("k-4711", "shop.token") != sealed
    with pytest.raises(UserError, match=r"shop\.other"):
        sealing.unseal(sealed, "shop.other")
    (tmp_path / sealing.FILE).write_bytes(b"0" * 32)
    with pytest.raises(UserError, match="key of the backup"):
        sealing.unseal(sealed, "shop.token")
    assert (tmp_path / sealing.FILE).stat().st_mode & 0o077 == 0


def test_the_key_is_among_what_a_backup_takes(tmp_path):
    sealing.use_keys(tmp_path)
    sealing.seal("k-4711", "shop.token")
    assert [file.name for file in keys_in(tmp_path)] == [sealing.FILE]
    assert any(fnmatchcase(sealing.FILE, pattern) for pattern in KEYS)


def test_an_administrator_meets_an_empty_page_where_no_addon_has_settings(
    with_warehouse, browser_of
):
    for name in ("warehouse", "studio"):
        lifecycle.disable(with_warehouse.found(), name)
    admin = browser_of(with_warehouse, "admin")
    assert "No app that is on has anything to set." in admin.get("/settings").text
    assert 'href="/settings"' not in admin.get("/").text
    assert browser_of(with_warehouse, "contacts.manager").get("/settings").status_code == 403
