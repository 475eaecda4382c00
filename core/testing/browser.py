"""Fixtures that drive a real Chromium, and watch what its pages complain about."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    StorageState,
    sync_playwright,
)

from core.config import ROOT
from core.testing.demo import PASSWORD
from core.testing.servers import Served

FLAGS = (
    "--no-sandbox",  # Chromium's own does not run as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
AXE_RUN = """axe.run(document, {resultTypes: ["violations"]}).then((found) =>
  found.violations.flatMap((rule) => rule.nodes.map((node) =>
    `${rule.id}: ${node.html.slice(0, 150)} (${node.failureSummary.replace(/\\s+/g, " ")})`
  )))"""
DESKTOP = {"width": 1366, "height": 850}
TELEPHONE = {"width": 360, "height": 740}
PATIENCE = 10_000  # milliseconds that a page may take on a machine that does other things too


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The one browser of the run; without the program the run ends with the command for it."""
    program = shutil.which("chromium")
    if program is None:
        pytest.exit("The browser tests need Chromium; as root run: apt install chromium", 3)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


class Watch:
    """Everything a page does that no page of ours may do."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.url = url
        self.troubles: list[str] = []
        context.on("console", self._said)
        context.on("weberror", lambda error: self.troubles.append(f"broke: {error.error}"))
        context.on("request", self._asked)
        context.on("response", self._got)

    def _said(self, message: ConsoleMessage) -> None:
        # What failed to load is judged by its answer: a page may well be a 404.
        if message.type in ("error", "warning") and "Failed to load" not in message.text:
            self.troubles.append(f"said: {message.text}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((f"{self.url}/", "data:")):
            self.troubles.append(f"asked another host: {request.url}")

    def _got(self, response: Response) -> None:
        # A form that is sent by a script is refused by 422, with what is to be mended.
        is_page = response.request.resource_type == "document" or response.status == 422
        if response.status >= 500 or (response.status >= 400 and not is_page):
            self.troubles.append(f"got {response.status} for {response.url}")


class Visits:
    """Opens pages as one person or another; each person logs in once a run."""

    password = PASSWORD

    def __init__(self, browser: Browser, server: Served) -> None:
        self.browser = browser
        self.server = server
        self.kept: dict[str, StorageState] = {}
        self.open: list[tuple[BrowserContext, Watch]] = []

    def __call__(
        self,
        login: str = "",
        language: str = "uz",
        server: Served | None = None,
        **options: Any,
    ) -> Page:
        """A new window of `login`, or of nobody; `options` go to the browser's context."""
        if login and login not in self.kept:
            self.kept[login] = self._log_in(login)
        if login:
            options["storage_state"] = self.kept[login]
        return self._open(language, (server or self.server).url, options).new_page()

    def telephone(self, login: str = "", language: str = "uz", **options: Any) -> Page:
        """The same on a telephone of 360 px, touched and not pointed at."""
        return self(login, language, viewport=TELEPHONE, has_touch=True, is_mobile=True, **options)

    def _open(self, language: str, url: str, options: dict[str, Any]) -> BrowserContext:
        context = self.browser.new_context(
            **{"base_url": url, "locale": language, "viewport": DESKTOP, **options},
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE)
        self.open.append((context, Watch(context, url)))
        return context

    def _log_in(self, login: str) -> StorageState:
        context = self._open("uz", self.server.url, {})
        log_in(context.new_page(), login)
        return context.storage_state()

    def close(self) -> None:
        """Close all windows; fails when a page did what none may do."""
        troubles = []
        for context, watch in self.open:
            context.close()
            troubles += watch.troubles
        self.open.clear()
        assert not troubles, "\n".join(troubles)


def log_in(page: Page, login: str, password: str = PASSWORD) -> None:
    """Log in by the page, as everybody does."""
    page.goto("/login")
    page.fill("#name", login)
    page.fill("#password", password)
    page.click("main form[action='/login'] button[type=submit]")
    page.wait_for_load_state()


@pytest.fixture(scope="session")
def visits(chromium: Browser, live_server: Served) -> Visits:
    return Visits(chromium, live_server)


@pytest.fixture
def page(visits: Visits) -> Iterator[Visits]:
    """Make `page("dilnoza")`: a window of hers on the demo company. At the end no page may have
    complained, broken the policy, or asked another host for anything.
    """
    yield visits
    visits.close()


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], list[str]]:
    """Make `axe(page)`: what axe finds wrong with a page, a line for each element."""
    if not AXE.exists():
        pytest.exit("axe-core is missing: run python3 run.py test, which brings it", 3)
    source = AXE.read_text(encoding="utf-8")

    def run(page: Page) -> list[str]:
        # By the debugger, because the policy lets no page load a script of others.
        debugger = page.context.new_cdp_session(page)
        known = debugger.send("Runtime.evaluate", {"expression": "typeof axe"})
        if known["result"]["value"] == "undefined":
            debugger.send("Runtime.evaluate", {"expression": source})
        answer = debugger.send(
            "Runtime.evaluate",
            {"expression": AXE_RUN, "awaitPromise": True, "returnByValue": True},
        )
        debugger.detach()
        assert "value" in answer["result"], answer
        return list(answer["result"]["value"])

    return run
