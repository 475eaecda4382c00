"""Files and scripts of an addon: kept by the browser, fitting together, gone with the addon."""

import re

import pytest

from core.modules import lifecycle
from core.testing.scratch import forget_extensions

SCRIPT = re.compile(r'<script src="(/static/warehouse@[0-9a-f]{12}/scan\.js)" type="module">')


def fetched(browser, address):
    """(status, how long it is kept, text) of a file."""
    with browser.get(address) as answer:
        return answer.status_code, answer.headers.get("Cache-Control", ""), answer.text


def test_a_script_is_on_the_pages_of_its_view_and_kept_for_a_year(with_warehouse, browser_of):
    keeper = browser_of(with_warehouse, "warehouse.manager", "contacts.manager")
    for address in ("/warehouse/item/", "/warehouse/item/new"):
        [script] = SCRIPT.findall(keeper.get(address).text)
    assert SCRIPT.findall(keeper.get("/warehouse/move/").text) == []
    assert SCRIPT.findall(keeper.get("/").text) == []
    status, kept, text = fetched(keeper, script)
    assert (status, "max-age=31536000" in kept) == (200, True)
    assert 'from "./keys.js"' in text
    assert "isScan" in fetched(keeper, script.replace("scan.js", "keys.js"))[2]


def test_without_its_version_a_file_is_asked_for_each_time(with_warehouse, browser_of):
    keeper = browser_of(with_warehouse, "warehouse.manager")
    for address in ("/static/warehouse/scan.js", "/static/warehouse@000000000000/scan.js"):
        status, kept, _text = fetched(keeper, address)
        assert (status, "31536000" in kept) == (200, False)
    for address in ("/static/warehouse/../models.py", "/static/warehouse/", "/static/warehouse"):
        assert fetched(keeper, address)[0] == 404


def test_a_disabled_addon_has_no_files(with_warehouse, browser_of):
    lifecycle.disable(with_warehouse.found(), "warehouse")
    assert fetched(browser_of(with_warehouse), "/static/warehouse/scan.js")[0] == 404


@pytest.fixture
def extended(with_warehouse, write_addon, addon_folder, open_at, migrated_url):
    """An instance in which another addon puts a script on the screen of items."""
    name = write_addon(
        "scripted",
        depends=("warehouse",),
        views="from addons.warehouse.models import Item\nfrom core.api import ViewExtension\n\n\n"
        'class Scripted(ViewExtension):\n    model = Item\n    scripts = ("{name}/more.js",)\n',
    )
    folder = addon_folder / name / "static" / name
    folder.mkdir(parents=True)
    (folder / "more.js").write_text("/* more */\n")
    path = f"{with_warehouse.settings.addons.path[0]},{addon_folder}"
    opened = open_at(migrated_url, KARVON_ADDONS__PATH=path)
    lifecycle.enable(opened.found(), name)
    yield opened, name
    forget_extensions()


def test_an_addon_brings_a_script_to_the_screen_of_another(extended, browser_of):
    opened, name = extended
    keeper = browser_of(opened, "warehouse.manager")
    page = keeper.get("/warehouse/item/").text
    [script] = re.findall(rf'src="(/static/{name}@\w+/more\.js)"', page)
    assert page.index("scan.js") < page.index("more.js")
    assert fetched(keeper, script)[2] == "/* more */\n"
