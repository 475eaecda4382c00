"""What the journeys share: the words of a language, and the contacts module as it was found."""

import shutil
from collections.abc import Iterator

import pytest

from core.config import ROOT
from core.i18n import LazyText, _, speaking, use_catalogues
from core.testing.browser import DESKTOP, log_in
from core.testing.servers import shell_in

WAREHOUSE = ROOT / "tests/warehouse/addons"


@pytest.fixture
def say():
    """Make `say("uz", "Log in")`: what a page says in a language."""
    use_catalogues([ROOT / "addons/contacts/i18n", WAREHOUSE / "warehouse/i18n"])

    def speak(language: str, text: str | LazyText, **values: object) -> str:
        with speaking(language, "Asia/Tashkent"):
            return str(_(text, **values) if isinstance(text, str) else text)

    return speak


@pytest.fixture
def own_server(serve, demo_file):
    """A copy of the demo company that a test may change."""
    return serve(demo_file)


@pytest.fixture
def window(page, own_server):
    """Make `window(size)`: a page in Uzbek on that server, logged in by the login page."""

    def open_one(size=DESKTOP, login="admin-uz", **options):
        opened = page(server=own_server, language="uz", viewport=size, **options)
        log_in(opened, login, page.password)
        return opened

    return open_one


@pytest.fixture
def contacts_stay_on(page) -> Iterator[None]:
    """Switch contacts on again, whatever became of the test."""
    yield
    window = page("admin-uz")
    window.goto("/apps")
    off = window.locator("form[action='/apps/contacts/enable'] .switch")
    if off.count():
        off.click()
        window.locator("#switch-contacts[aria-checked=true]").wait_for()


@pytest.fixture
def in_warehouse(page, demo_file, tmp_path):
    """Make `in_warehouse(viewport=…)`: a window of an admin who speaks Uzbek, on a server of the
    demo company with the warehouse enabled, which is this test's own.
    """
    with shell_in(tmp_path) as shell:
        shell.environ["KARVON_ADDONS__PATH"] = str(WAREHOUSE)
        shell.var.mkdir()
        shutil.copy(demo_file, shell.var / "karvon.db")
        shell.run("addon", "enable", "warehouse")
        server = shell.serve()

        def open_one(**options):
            window = page(server=server, **options)
            log_in(window, "admin-uz")
            return window

        yield open_one
