"""axe finds nothing on any screen, in light and dark, on a desktop and on a telephone."""

import pytest

from core.testing.browser import DESKTOP, TELEPHONE
from tests.journeys.screens import SCREENS, Screen

LOGINS = {"admin": "admin-uz", "employee": "sardor", "": ""}


def _findings(window, axe):
    found = []
    for theme in ("light", "dark"):
        window.emulate_media(color_scheme=theme)
        for width, size in (("desktop", DESKTOP), ("telephone", TELEPHONE)):
            window.set_viewport_size(size)
            found += [f"{theme}, {width}: {each}" for each in axe(window)]
    return found


def test_axe_would_say_so_if_a_button_had_no_name_or_words_were_too_pale(page, axe):
    window = page("admin-uz")
    window.goto("/")
    window.evaluate(
        """document.querySelector("h1").insertAdjacentHTML("afterend",
          "<button class=pale></button><p class=pale>word</p>");
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(".pale { color: #ccc; background: #fff }");
        document.adoptedStyleSheets.push(sheet)"""
    )
    rules = {found.split(":")[0] for found in axe(window)}
    assert rules == {"button-name", "color-contrast"}


@pytest.mark.parametrize("screen", SCREENS.values(), ids=SCREENS)
def test_axe_finds_nothing_on_a_screen_light_or_dark_wide_or_narrow(page, axe, screen: Screen):
    window = page(LOGINS[screen.login])
    screen.show(window)
    assert _findings(window, axe) == []


def test_axe_finds_nothing_where_the_first_admin_is_made(page, axe, serve):
    window = page(server=serve())
    window.goto("/setup")
    assert _findings(window, axe) == []
