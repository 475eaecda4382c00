"""Remembered devices: a login by PIN, a browser that is to be remembered, one that is forgotten."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, current_app, flash, g, redirect, request
from werkzeug.wrappers import Response

from core.access.agents import said_agent
from core.access.devices import (
    LONGEST_PIN,
    SHORTEST_PIN,
    devices_of,
    forget_device,
    remember_device,
    try_pin,
)
from core.access.models import Device
from core.access.sessions import tie_session
from core.errors import UserError
from core.formats import format_date
from core.i18n import _, current_zone, ngettext
from core.web.account.entrance import let_in, login_page
from core.web.account.reopening import pin_page, this_device
from core.web.account.sections import page
from core.web.fresh import require_fresh
from core.web.requests import DEVICE_COOKIE, LARGEST_ID, drop_key, keep_key, local_page
from core.web.transactions import in_transaction


def pin_check() -> Response | tuple[str, int]:
    """Open a session by the PIN of this browser; for `require_fresh` it is not enough."""
    wanted = request.form.get("next", "")
    device = this_device()
    key = request.cookies.get(DEVICE_COOKIE, "") if device else ""
    opening = try_pin(key, request.form.get("pin", ""))
    if opening.device is not None:
        opened = opening.device
        return let_in(opened.user_id, local_page(wanted), device=opened.id, is_confirmed=False)
    if device is not None and opening.left:
        said = ngettext(
            "The PIN is not right: %(count)s try is left.",
            "The PIN is not right: %(count)s tries are left.",
            opening.left,
            count=opening.left,
        )
        return pin_page(device, wanted, said), 401
    gone = login_page(wanted, error=_("This device is not remembered any more: type the password."))
    response = current_app.make_response((gone, 401))
    drop_key(response, DEVICE_COOKIE)
    return response


def new_device() -> str:
    _require_remembering()
    return _form(local_page(request.args.get("next", "/account/sessions")), "")


def new_device_check() -> Response | tuple[str, int]:
    """Remember this browser for its user, under the PIN that was typed twice."""
    _require_remembering()
    form, settings = request.form, current_app.config["KARVON"]
    wanted = local_page(form.get("next", ""))
    days = settings.sessions.remember_days
    try:
        if form.get("pin") != form.get("again"):
            raise UserError(_("The two PINs are not the same: type them again."))
        id, key = remember_device(
            g.actor.id,
            form.get("pin", ""),
            said_agent(request.headers.get("User-Agent", "")),
            timedelta(days=days),
            instead=request.cookies.get(DEVICE_COOKIE, ""),
        )
    except UserError as error:
        return _form(wanted, str(error)), 422
    tie_session(g.login.id, id)
    flash(str(_("This device is remembered.")), "ok")
    response = redirect(wanted, 303)
    keep_key(response, DEVICE_COOKIE, key, days, settings)
    return response


def _require_remembering() -> None:
    if not current_app.config["KARVON"].sessions.remember_days:
        abort(404)
    require_fresh()


def _form(wanted: str, error: str) -> str:
    days = current_app.config["KARVON"].sessions.remember_days
    sizes = {"shortest": SHORTEST_PIN, "longest": LONGEST_PIN}
    return page("sessions", "device.html", next=wanted, error=error, days=days, **sizes)


def shown_devices() -> list[dict[str, Any]]:
    """The devices of the user as the page of logins shows them, this one first."""
    here = this_device()
    found = devices_of(g.actor.id) if current_app.config["KARVON"].sessions.remember_days else []
    found.sort(key=lambda device: here is None or device.id != here.id)
    return [shown_device(device, here is not None and device.id == here.id) for device in found]


def shown_device(device: Device, is_here: bool = False) -> dict[str, Any]:
    return {
        "id": device.id,
        "title": device.title or _("Unknown browser"),
        "seen": _day(device.seen_at),
        "until": _day(device.expires_at),
        "is_here": is_here,
    }


def _day(moment: datetime) -> str:
    return format_date(moment.astimezone(ZoneInfo(current_zone())).date())


def forget(id: int) -> Response:
    here = this_device()
    response = in_transaction(lambda: _forget(id))
    if here is not None and here.id == id:
        drop_key(response, DEVICE_COOKIE)
    return response


def _forget(id: int) -> Response:
    if id >= LARGEST_ID or not forget_device(g.actor.id, id, but=g.login.id):
        abort(404)
    flash(str(_("The device is forgotten, and what was open on it has ended.")), "ok")
    return redirect("/account/sessions", 303)
