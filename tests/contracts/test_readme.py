"""The README says what is true: its addon works as it stands there."""

import re

import pytest

from core.config import ROOT
from core.data.actor import system
from core.modules import lifecycle
from core.modules.registry import using

README = (ROOT / "README.md").read_text(encoding="utf-8")
FILES = re.findall(r"`addons/shelf/([\w./]+)`\n\n```\w+\n(.*?)```", README, re.DOTALL)


@pytest.fixture
def shelf(addon_folder, open_at, migrated_url):
    """The instance with the README's addon in a folder of its own."""
    for name, text in FILES:
        file = addon_folder / "shelf" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    (addon_folder / "shelf" / "__init__.py").write_text("")
    return open_at(migrated_url, KARVON_ADDONS__PATH=str(addon_folder))


def test_the_addon_at_a_glance_keeps_shelves(shelf, browser_of):
    assert len(FILES) == 5
    lifecycle.enable(shelf.found(), "shelf")
    with using(shelf.registry()) as registry, system("a test"):
        made = registry.model("shelf.shelf").create(name="Yuqori tokcha", boxes=12)
    browser = browser_of(shelf, "shelf.user")
    assert "Yuqori tokcha" in browser.get("/shelf/shelf/?search=юкори").text
    assert browser.get(f"/shelf/shelf/{made.id}").status_code == 200
    assert browser_of(shelf, "contacts.manager").get("/shelf/shelf/").status_code == 403
