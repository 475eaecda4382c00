"""Every screen there is, and how a person comes to see it: for the tests that look at all."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page


def _nothing(window: Page) -> None:
    """The page is looked at as it opens."""


def _open_filters(window: Page) -> None:
    window.click(".filters > summary")


def _ask_to_disable(window: Page) -> None:
    window.click("#switch-contacts")
    window.locator("#dialog[open]").wait_for()


def _open_help(window: Page) -> None:
    window.keyboard.press("?")
    window.locator("dialog[open]").wait_for()


@dataclass(frozen=True)
class Screen:
    """`login` is a word for who looks: an admin, an employee, or nobody."""

    address: str
    login: str = "admin"
    act: Callable[[Page], None] = _nothing

    def show(self, window: Page) -> None:
        window.goto(self.address)
        self.act(window)


SCREENS = {
    "login": Screen("/login", ""),
    "home": Screen("/"),
    "list": Screen("/contacts/contact/?city=Samarqand&sort=-name"),
    "list without hits": Screen("/contacts/contact/?search=qwertyz"),
    "list with filters open": Screen("/contacts/contact/?status=quiet", act=_open_filters),
    "list in groups": Screen("/contacts/contact/?group=status&in=quiet"),
    "board": Screen("/contacts/contact/?view=board"),
    "calendar": Screen("/contacts/contact/?view=calendar&month=2026-05"),
    "columns of a list": Screen("/contacts/contact/columns"),
    "details": Screen("/contacts/contact/1"),
    "form": Screen("/contacts/contact/1/edit"),
    "form of a new record": Screen("/contacts/contact/new"),
    "form of an employee": Screen("/core/user/1/edit"),
    "import": Screen("/contacts/contact/import"),
    "details of a tag": Screen("/contacts/tag/1"),
    "users": Screen("/core/user/"),
    "apps": Screen("/apps"),
    "webhooks": Screen("/webhooks"),
    "form of a webhook": Screen("/webhooks/new"),
    "dialog of disabling": Screen("/apps", act=_ask_to_disable),
    "help": Screen("/contacts/tag/", act=_open_help),
    "404": Screen("/nowhere"),
    "403": Screen("/apps", "employee"),
}
