"""The remembered device of a browser: whose it is, and the page that asks for its PIN."""

from flask import current_app, render_template, request

from core.access.devices import LONGEST_PIN, Remembered, device_of
from core.web.account.place import this_place
from core.web.requests import DEVICE_COOKIE


def this_device() -> Remembered | None:
    """The device as which this browser is remembered; None where it is none, or none are."""
    key = request.cookies.get(DEVICE_COOKIE, "")
    days = current_app.config["KARVON"].sessions.remember_days
    return device_of(key) if key and days else None


def pin_page(device: Remembered, next_page: str, error: object = "") -> str:
    shown = {"next": next_page, "error": error, "passkeys": this_place().is_possible}
    return render_template("login_pin.html", user=device.name, longest=LONGEST_PIN, **shown)
