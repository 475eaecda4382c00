"""The addresses of logins and of “My account”."""

from collections.abc import Callable
from typing import Any

from flask import Flask

from core.web.account import (
    away,
    confirm,
    devices,
    entrance,
    factor,
    language,
    passkeys,
    profile,
    second,
    security,
    sessions,
    tokens,
)
from core.web.account.demanded import FACTOR, demand_factor
from core.web.account.half import SECOND
from core.web.fresh import CONFIRM, add_fresh

View = Callable[..., Any]
PUBLIC_PLACES = {
    *("login", "login_check", "pin_check", "setup", "setup_check", "language"),
    *("second", "second_check", "passkey_options", "passkey_login"),
}


def add_account(app: Flask) -> None:
    """Register these pages, and send whoever is not logged in to the first of them."""
    app.config["PUBLIC_ENDPOINTS"] |= PUBLIC_PLACES
    entrance.require_login(app)
    demand_factor(app, app.config["KARVON"])
    add_fresh(app)
    app.add_url_rule("/account/sessions", "own_sessions", sessions.sessions)
    app.add_url_rule("/account/tokens", "own_tokens", tokens.tokens)
    for address, name, show, check in PAGES:
        app.add_url_rule(address, name, show)
        app.add_url_rule(address, f"{name}_check", check, methods=["POST"])
    for address, name, do in DEEDS:
        app.add_url_rule(address, name, do, methods=["POST"])


# (address, name, what shows the page, what takes its form)
PAGES: tuple[tuple[str, str, View, View], ...] = (
    ("/login", "login", entrance.login, entrance.login_check),
    (SECOND, "second", second.second, second.second_check),
    ("/setup", "setup", entrance.setup, entrance.setup_check),
    (CONFIRM, "confirm", confirm.confirm, confirm.confirm_check),
    ("/account", "account", profile.profile, profile.profile_check),
    ("/account/email", "email", profile.email, profile.email_check),
    ("/account/tokens/new", "new_token", tokens.new_token, tokens.new_token_check),
    ("/account/devices/new", "new_device", devices.new_device, devices.new_device_check),
    ("/account/security", "security", security.security, security.security_check),
    (away.AWAY, "away", away.away, away.away_check),
    (FACTOR, "factor", factor.factor, factor.factor_check),
)
DEEDS: tuple[tuple[str, str, View], ...] = (
    ("/logout", "logout", entrance.logout),
    ("/language", "language", language.language),
    ("/login/pin", "pin_check", devices.pin_check),
    ("/login/passkey/options", "passkey_options", passkeys.passkey_options),
    ("/login/passkey", "passkey_login", passkeys.passkey_login),
    ("/account/confirm/passkey/options", "passkey_ask_again", passkeys.passkey_confirm_options),
    ("/account/confirm/passkey", "passkey_confirm", passkeys.passkey_confirm),
    ("/account/factor/begin", "factor_begin", factor.factor_begin),
    ("/account/factor/off", "factor_off", factor.factor_off),
    ("/account/factor/codes", "factor_codes", factor.factor_codes),
    ("/account/passkeys/options", "passkey_ask", passkeys.passkey_ask),
    ("/account/passkeys", "passkey_add", passkeys.passkey_add),
    ("/account/passkeys/<int:id>/remove", "passkey_remove", passkeys.passkey_remove),
    ("/account/devices/<int:id>/forget", "forget_device", devices.forget),
    ("/account/tokens/<int:id>/revoke", "revoke_token", tokens.revoke),
    ("/account/sessions/<int:id>/end", "end_session", sessions.end),
    ("/account/away/<int:id>/end", "end_away", away.end_away),
    ("/account/sessions/end", "end_sessions", sessions.end_others),
)
