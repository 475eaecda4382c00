"""The frame of every page: menu, language, profile. Rendered once per kind of reader."""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from flask import Flask, current_app, g, get_flashed_messages, render_template
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from core.access.decisions import can
from core.access.models import Organization
from core.access.permissions import auditor
from core.background.notices import MOST_UNREAD, unread
from core.data.actor import Actor, system
from core.i18n import LANGUAGE_NAMES, LANGUAGES, Text, _
from core.modules.registry import Registry
from core.modules.settings import addon_settings, own_settings
from core.modules.transitions import holds
from core.web.serving.static import AddonFiles

TONES = ("is-info", "is-warn", "is-ok", "is-teal", "is-plum", "is-bad")
_INITIAL = re.compile(r"(?<![\w'ʻʼ‘’-])[^\W_](?:(?<=[OoGg])[ʻ‘])?")
SHORT = {"uz": "Oʻz", "uz-Cyrl": "Ўз", "ru": "Ру", "en": "En"}


@dataclass
class Frames:
    """What of the frame was rendered before, for one app: it goes with the app."""

    menus: dict[tuple[Any, ...], tuple[Markup, ...]] = field(default_factory=dict)
    helps: dict[str, Markup] = field(default_factory=dict)
    organization: str = ""


@lru_cache(maxsize=4096)  # a list shows the same hundred again and again
def initials(name: str) -> str:
    """Two letters that stand for a name; oʻ and gʻ are one letter each."""
    return "".join(_INITIAL.findall(name)[:2]).upper() or "?"


def tone(id: int | None) -> str:
    return TONES[(id or 0) % len(TONES)]


def add_shell(app: Flask) -> None:
    """Give the templates of `app` what the frame needs."""
    app.extensions["frames"] = Frames()
    with system("the frame names the organization that all work for"):
        first = Organization.select(Organization.name).order_by(Organization.id).first()
    app.extensions["frames"].organization = first.name if first else ""

    @app.context_processor
    def frame() -> dict[str, Any]:
        return {"csrf_token": generate_csrf(), "shell": Shell()}


class Shell:
    """What `shell.html` shows around a page."""

    def __init__(self) -> None:
        self.actor: Actor | None = g.get("actor")
        code = self.actor.language if self.actor else current_app.config["KARVON"].locale.language
        self.language = {"code": code, "short": SHORT[code]}
        self.languages = [(code, LANGUAGE_NAMES[code]) for code in LANGUAGES]

    def __bool__(self) -> bool:
        return self.actor is not None and self.actor.id is not None

    @property
    def user(self) -> dict[str, str]:
        actor = g.actor
        return {"name": actor.name, "initials": initials(actor.name), "tone": tone(actor.id)}

    @property
    def unread(self) -> str:
        """How many notices wait for the reader, as the bell says it; empty: none."""
        number = unread(g.actor.id)
        return f"{MOST_UNREAD - 1}+" if number >= MOST_UNREAD else str(number or "")

    @property
    def messages(self) -> list[tuple[str, Any]]:
        """(level, text) of each, or of what can be undone {text, undo: {url, values}}."""
        flashed: Any = get_flashed_messages(with_categories=True)
        return list(flashed)

    @property
    def has_settings(self) -> bool:
        """Whether an addon lets the reader set something for themselves."""
        return bool(own_settings(current_app.extensions["registry"], g.get("actor")))

    @property
    def scripts(self) -> list[str]:
        """The addresses of what the screen of the page runs beside ours."""
        files: AddonFiles = current_app.extensions["addon_files"]
        return [files.url(name) for name in g.get("scripts", ())]

    @property
    def menu_html(self) -> Markup:
        return self._rendered()[0]

    @property
    def tabs_html(self) -> Markup:
        return self._rendered()[1]

    @property
    def help_html(self) -> Markup:
        helps: dict[str, Markup] = current_app.extensions["frames"].helps
        code = self.language["code"]
        if code not in helps:
            text = render_template("parts/shortcuts.html")
            helps[code] = Markup(text)  # noqa: S704 - our own template
        return helps[code]

    @property
    def search_html(self) -> Markup:
        return self._rendered()[2]

    def _rendered(self) -> tuple[Markup, ...]:
        frames: Frames = current_app.extensions["frames"]
        place = g.get("place", "")
        key = (g.actor.roles, g.actor.language, place)
        if key not in frames.menus:
            found = sections(current_app.extensions["registry"], g.actor)
            context = {
                "sections": [section for section in found if not section["is_core"]],
                "foot": foot(found, g.actor),
                "current": place,
                "organization": frames.organization,
                "searched": searched(g.actor),
            }
            frames.menus[key] = tuple(
                Markup(render_template(name, **context))  # noqa: S704 - our own template
                for name in ("menu.html", "tabs.html", "parts/search.html")
            )
        return frames.menus[key]


def sections(registry: Registry, actor: Actor) -> list[dict[str, Any]]:
    """The sections of the side menu with the places that the actor may enter, each with a key
    of its own: the first letter of its name that no other took.
    """
    views = sorted(current_app.extensions["model_views"], key=lambda view: view.position)
    found: list[dict[str, Any]] = []
    taken = {"h"}
    for menu in registry.ordered_menus:
        places = [
            {"key": view.place, "title": view.title, "url": view.list_url}
            for view in views
            if type(view).menu is menu and can(actor, "r", view.model)
        ]
        if places:
            # A section with one place is that place.
            key = places[0]["key"] if len(places) == 1 else menu.name
            section = {"key": key, "title": menu.title, "icon": menu.icon, "url": places[0]["url"]}
            room, _dot, name = menu.name.rpartition(".")
            letter = next((letter for letter in name if letter not in taken), "")
            taken.add(letter)
            found.append(
                {
                    **section,
                    "places": places if len(places) > 1 else [],
                    "shortcut": f"g {letter}" if letter else "",
                    "is_core": room == "core",
                }
            )
    return found


def searched(actor: Actor) -> Any:
    """The view whose list answers the search in the top bar: the first of the menu that says
    what to type; None when the actor may enter none.
    """
    order = current_app.extensions["registry"].ordered_menus
    views = [
        view
        for view in current_app.extensions["model_views"]
        if view.placeholder and type(view).menu in order and can(actor, "r", view.model)
    ]
    return min(views, key=lambda view: (order.index(type(view).menu), view.position), default=None)


def foot(found: list[dict[str, Any]], actor: Actor) -> list[dict[str, Any]]:
    """The places below the sections: the modules, and the sections of the core, of which the last
    holds what keeps the instance.
    """
    own = [section for section in found if section["is_core"]]
    if own and (kept := upkeep(actor)):
        own[-1] = {**own[-1], "places": [*(own[-1]["places"] or [own[-1]]), *kept]}
    apps = {"key": "apps", "title": _("Apps"), "url": "/apps", "icon": "apps"}
    return [apps, *own] if actor.is_admin else own


def upkeep(actor: Actor) -> list[dict[str, Any]]:
    """The places of who watches over access, and of who runs the instance."""
    watched = [_place("access", _("Access")), _place("history", _("History"))]
    if not actor.is_admin:
        return watched if holds(actor, auditor) else []
    has_settings = addon_settings(current_app.extensions["registry"], per_user=False)
    return [
        _place("roles", _("Roles")),
        *watched,
        _place("retention", _("Retention")),
        _place("exports", _("Exports")),
        _place("webhooks", _("Webhooks")),
        _place("jobs", _("Jobs")),
        *([_place("settings", _("Settings of apps"))] if has_settings else []),
    ]


def _place(key: str, title: Text) -> dict[str, Any]:
    return {"key": key, "title": title, "url": f"/{key}"}
