"""The page that purges: shows what goes, and wants the name typed."""

from core.modules import lifecycle


def test_an_admin_purges_what_is_off_by_typing_its_name(with_warehouse, browser_of):
    admin = browser_of(with_warehouse, "admin")
    assert "enabled: disable it first" in admin.get("/apps/warehouse/purge").text
    lifecycle.disable(with_warehouse.found(), "warehouse")
    admin = browser_of(with_warehouse, "admin")
    assert 'href="/apps/warehouse/purge"' in admin.get("/apps").text
    page = admin.get("/apps/warehouse/purge").text
    assert "warehouse_item" in page
    assert "contacts_contact.warehouse_hours" in page
    for typed in ("", "Warehouse", "contacts"):
        refused = admin.post("/apps/warehouse/purge", {"name": typed})
        assert refused.status_code >= 400
        assert lifecycle.installed()["warehouse"] == "disabled"
    assert admin.post("/apps/warehouse/purge", {"name": " warehouse "}).status_code == 303
    assert "warehouse" not in lifecycle.installed()
    [archive] = (with_warehouse.settings.paths.var / "backups").iterdir()
    assert "purge-of-warehouse" in archive.name
    after = browser_of(with_warehouse, "admin")
    assert 'action="/apps/warehouse/enable"' in after.get("/apps").text
    assert after.get("/contacts/contact/").status_code == 200
    assert after.get("/apps/nothing/purge").status_code == 404


def test_nobody_else_purges(with_warehouse, browser_of):
    lifecycle.disable(with_warehouse.found(), "warehouse")
    visitor = browser_of(with_warehouse, "contacts.manager")
    assert visitor.get("/apps/warehouse/purge").status_code == 403
    assert visitor.post("/apps/warehouse/purge", {"name": "warehouse"}).status_code == 403
    assert lifecycle.installed()["warehouse"] == "disabled"
