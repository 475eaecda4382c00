"""Every screen there is, and how a person comes to see it: for the tests that look at all."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page


def _nothing(window: Page) -> None:
    """The page is looked at as it opens."""


def _open_filters(window: Page) -> None:
    window.click(".filters > summary")


def _choose_rows(window: Page) -> None:
    window.locator(".at-choice > input").first.check()


def _open_deeds(window: Page) -> None:
    window.click(".more > summary")


def _save_nothing(window: Page) -> None:
    window.click("[data-save]")
    window.locator("#errors").wait_for()


def _type_an_unknown_company(window: Page) -> None:
    window.locator("#f-parent ~ .ts-wrapper .ts-control").click()
    window.keyboard.type("Hali yoʻq firma")
    window.locator(".ts-dropdown .create").wait_for()


def _ask_to_disable(window: Page) -> None:
    window.click("#switch-contacts")
    window.locator("#dialog[open]").wait_for()


def _open_help(window: Page) -> None:
    window.keyboard.press("?")
    window.locator("dialog[open]").wait_for()


def _ask_to_erase(window: Page) -> None:
    window.fill("#reason", "Oʻzi soʻradi")
    window.click("main form [type=submit]")
    window.locator("#erase-number").wait_for()


def _make_a_rule(window: Page) -> None:
    window.fill("#r-number", "12")
    window.click("main form [type=submit]")
    window.locator("main [role=status]").wait_for()


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
    "forgotten password": Screen("/forgot", ""),
    "link that is good no more": Screen("/link/none", ""),
    "home": Screen("/"),
    "list": Screen("/contacts/contact/?city=Samarqand&sort=-name"),
    "list without hits": Screen("/contacts/contact/?search=qwertyz"),
    "list with filters open": Screen("/contacts/contact/?status=quiet", act=_open_filters),
    "list in groups": Screen("/contacts/contact/?group=status&in=quiet"),
    "board": Screen("/contacts/contact/?view=board"),
    "calendar": Screen("/contacts/contact/?view=calendar&month=2026-05"),
    "columns of a list": Screen("/contacts/contact/columns"),
    "list with chosen rows": Screen("/contacts/contact/", act=_choose_rows),
    "saved filters": Screen("/contacts/contact/saved"),
    "details": Screen("/contacts/contact/1"),
    "deeds of a record": Screen("/contacts/contact/1", act=_open_deeds),
    "details of an employee": Screen("/core/user/1"),
    "form": Screen("/contacts/contact/1/edit"),
    "form of a new record": Screen("/contacts/contact/new"),
    "form with errors": Screen("/contacts/contact/new", act=_save_nothing),
    "form that offers a new record": Screen("/contacts/contact/new", act=_type_an_unknown_company),
    "form of a copy": Screen("/contacts/contact/new?like=1"),
    "form of an employee": Screen("/core/user/1/edit"),
    "import": Screen("/contacts/contact/import"),
    "details of a tag": Screen("/contacts/tag/1"),
    "personal data": Screen("/contacts/contact/1/personal"),
    "what erasing would do": Screen("/contacts/contact/1/personal/erase"),
    "erasing asked again": Screen("/contacts/contact/1/personal/erase", act=_ask_to_erase),
    "retention": Screen("/retention"),
    "form of a rule of retention": Screen("/retention/new?model=contacts.contact"),
    "rule of retention": Screen("/retention/new?model=contacts.contact", act=_make_a_rule),
    "users": Screen("/core/user/"),
    "form of a new user": Screen("/core/user/new"),
    "access of a user": Screen("/core/user/5/tabs/access"),
    "employee leaves": Screen("/users/5/leave"),
    "somebody is away": Screen("/users/5/away"),
    "team": Screen("/core/team/1"),
    "form of a team": Screen("/core/team/1/edit"),
    "roles": Screen("/roles"),
    "role": Screen("/roles/contacts.manager"),
    "form of a role": Screen("/roles/new?like=contacts.own"),
    "notices": Screen("/notices"),
    "how notices come": Screen("/notices/choices"),
    "jobs": Screen("/jobs"),
    "exports": Screen("/exports"),
    "history": Screen("/history?what=core_user"),
    "history with filters open": Screen("/history?action=create", act=_open_filters),
    "history of rights": Screen("/history?about=rights&user=1"),
    "history without hits": Screen("/history?action=purge"),
    "settings of apps": Screen("/settings"),
    "settings of an app": Screen("/settings/studio"),
    "fields of the studio": Screen("/studio/custom_field/"),
    "form of a rule": Screen("/studio/rule/new"),
    "why access": Screen("/access"),
    "why access is denied": Screen(
        "/access?user=8&model=contacts.contact&action=d&record=3&field=note"
    ),
    "who has access": Screen("/access/who?model=contacts.contact&record=3"),
    "my account": Screen("/account"),
    "my password": Screen("/account/security", "employee"),
    "my logins and devices": Screen("/account/sessions"),
    "a device to be remembered": Screen("/account/devices/new"),
    "I am away": Screen("/account/away", "employee"),
    "my tokens": Screen("/account/tokens"),
    "form of a token": Screen("/account/tokens/new"),
    "is it you": Screen("/account/confirm"),
    "apps": Screen("/apps"),
    "demo records": Screen("/apps/demo"),
    "webhooks": Screen("/webhooks"),
    "form of a webhook": Screen("/webhooks/new"),
    "dialog of disabling": Screen("/apps", act=_ask_to_disable),
    "help": Screen("/contacts/tag/", act=_open_help),
    "404": Screen("/nowhere"),
    "403": Screen("/apps", "employee"),
}
