"""The sections of “My account”: their tabs, and who has which."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import g, render_template

from core.access.permissions import staff
from core.data.actor import Actor
from core.i18n import Text, _
from core.web.account.cards import factor_card, passkey_card


@dataclass(frozen=True)
class Section:
    """One tab. `is_for` says who has it."""

    name: str
    title: Text
    url: str
    is_for: Callable[[Actor], bool] = lambda actor: True


def is_staff(actor: Actor) -> bool:
    return actor.is_admin or staff.name in actor.roles


SECTIONS = (
    Section("profile", _("Profile"), "/account"),
    Section("security", _("Security"), "/account/security"),
    Section("sessions", _("Logins and devices"), "/account/sessions"),
    Section("away", _("I am away"), "/account/away", is_staff),
    Section("tokens", _("Tokens"), "/account/tokens", is_staff),
)


@dataclass(frozen=True)
class Card:
    """A card of the section “Security”: its template, and what that is given."""

    template: str
    context: Callable[[int], dict[str, Any]] = lambda user_id: {}


# What stands under the password.
SECURITY_CARDS = (
    Card("account/factor_card.html", factor_card),
    Card("account/passkeys_card.html", passkey_card),
)


def page(section: str, template: str, **context: Any) -> str:
    """A page of “My account” with its tabs."""
    sections = [each for each in SECTIONS if each.is_for(g.actor)]
    return render_template(f"account/{template}", sections=sections, section=section, **context)
