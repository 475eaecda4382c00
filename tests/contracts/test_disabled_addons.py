"""Whichever addon is off, every other page answers, and what it extended is whole without it."""

import pytest

from core.access.accounts import create_user
from core.cli.main import main
from core.data.actor import system
from core.data.database import close
from core.modules import lifecycle
from core.modules.discovery import discover
from core.modules.registry import using
from core.testing.instances import BASE_URL
from core.testing.scratch import forget_extensions
from core.testing.sites import Site
from tests.conftest import WAREHOUSE

ADDONS = sorted(discover([WAREHOUSE]).manifests)
CONTACTS = "/contacts/contact"


@pytest.fixture
def whole(open_at, migrated_url):
    """An instance in which every addon is enabled, the tutorial's too, and has a record."""
    opened = open_at(migrated_url, KARVON_ADDONS__PATH=str(WAREHOUSE))
    for name in ADDONS:
        lifecycle.enable(opened.found(), name)
    with using(opened.registry()) as registry, system("a test"):
        assert registry.broken == {}
        contact = registry.model("contacts.contact").create(name="Bahor", warehouse_hours="9-18")
        registry.model("warehouse.item").create(name="Box", sku="B-1")
    yield opened, contact.id
    forget_extensions()


@pytest.mark.parametrize("name", ADDONS)
def test_every_other_page_answers_while_an_addon_is_off(whole, as_site, name):
    opened, _id = whole
    with_all = set(as_site(opened).pages())
    gone = lifecycle.disable(opened.found(), name, with_dependents=True)
    assert name in gone
    site = as_site(opened)
    pages = site.pages()
    assert set(pages) <= with_all
    assert [page for page in pages if page.split("/")[1] in gone] == []
    browser = site.browser("boss")
    for page in pages:
        with browser.get(page) as answer:
            assert answer.status_code < 500, page


@pytest.fixture
def as_site():
    """Make `as_site(instance)`: the site of its app as it is now, with an administrator."""
    people = {}

    def make(opened):
        registry = opened.registry()
        if not people:
            with using(registry), system("a test"):
                people["boss"] = create_user("boss", roles=("admin",)).id
        return Site(registry, opened.settings, people)

    return make


@pytest.fixture
def without(whole, browser_of):
    """(a manager of contacts, the id of a contact, the instance) with the warehouse disabled."""
    opened, id = whole
    lifecycle.disable(opened.found(), "warehouse")
    return browser_of(opened, "contacts.manager"), id, opened


def test_its_list_form_and_history_go_on_without_the_column(without):
    manager, id, _opened = without
    assert "Takes goods at" not in manager.get(f"{CONTACTS}/").text
    assert "Takes goods at" not in manager.get(f"{CONTACTS}/{id}").text
    form = {"name": "Bahor MChJ", "version": "1", "warehouse_hours": "never"}
    assert manager.post(f"{CONTACTS}/{id}/edit", form).status_code == 303
    page = manager.get(f"{CONTACTS}/{id}").text
    assert "Bahor MChJ" in page
    assert "9-18" not in page
    made = manager.post(f"{CONTACTS}/new", {"name": "Navroʻz"})
    assert made.status_code == 303


def test_the_api_and_exports_go_on_without_the_column(without, as_site):
    _manager, id, opened = without
    site = as_site(opened)
    client = site.app.test_client()

    def send(body):
        headers = {"Authorization": f"Bearer {site.token('boss')}"}
        address = f"/api/v1{CONTACTS}"
        return client.post(address, json=body, headers=headers, base_url=BASE_URL)

    found = site.call("boss", f"contacts/contact/{id}")
    assert found.json["name"] == "Bahor"
    assert "warehouse_hours" not in found.text
    assert send({"name": "Lola"}).status_code == 201
    refused = send({"name": "A", "warehouse_hours": "1"})
    assert refused.status_code == 400
    assert "warehouse_hours" in refused.text
    with site.browser("boss").get(f"{CONTACTS}/export.csv") as export:
        assert "Bahor" in export.text
        assert "Takes goods at" not in export.text


def test_an_import_by_the_verb_goes_on_and_refuses_the_column(
    without, migrated_url, tmp_path, monkeypatch, capsys
):
    close()
    monkeypatch.setenv("KARVON_DATABASE__URL", migrated_url)
    monkeypatch.setenv("KARVON_PATHS__VAR", str(tmp_path))
    monkeypatch.setenv("KARVON_ADDONS__PATH", str(WAREHOUSE))
    file = tmp_path / "c.csv"
    file.write_text("reference,name\n1,Gulnora\n")
    assert main(["import", "contacts.contact", str(file)]) == 0
    assert "1 created" in capsys.readouterr().out
    file.write_text("reference,name,warehouse_hours\n2,Dilshod,9-18\n")
    assert main(["import", "contacts.contact", str(file)]) == 1
    assert "warehouse_hours" in capsys.readouterr().err


def test_what_was_in_the_column_is_there_again_with_its_addon(without, browser_of):
    manager, id, opened = without
    manager.post(f"{CONTACTS}/{id}/edit", {"name": "Bahor MChJ", "version": "1"})
    lifecycle.enable(opened.found(), "warehouse")
    page = browser_of(opened, "contacts.manager").get(f"{CONTACTS}/{id}").text
    assert "Bahor MChJ" in page
    assert "9-18" in page
