"""The pages of webhooks that go out, for administrators: list, form, deliveries, buttons."""

from collections.abc import Callable
from typing import Any

from flask import Flask, abort, flash, g, redirect, render_template, request
from werkzeug.wrappers import Response

from core.data.actor import system
from core.exchange.webhooks import keeping
from core.exchange.webhooks.delivering import ping, send_again
from core.exchange.webhooks.models import (
    ARRIVED,
    FAILED,
    WAITING,
    Delivery,
    Webhook,
    new_key,
)
from core.formats import format_datetime
from core.i18n import _
from core.web.admins import require_admin, row_of
from core.web.transactions import in_transaction
from core.web.webhooks.form import filled, form_page, typed

SHOWN = 50
STATES = {
    WAITING: (_("Waits"), "is-info"),
    ARRIVED: (_("Arrived"), "is-ok"),
    FAILED: (_("Failed"), "is-bad"),
}


def add_webhooks(app: Flask) -> None:
    app.add_url_rule("/webhooks", view_func=webhooks)
    app.add_url_rule("/webhooks/new", "new_webhook", new)
    app.add_url_rule("/webhooks/new", "make_webhook", make, methods=["POST"])
    app.add_url_rule("/webhooks/<int:id>", view_func=webhook)
    app.add_url_rule("/webhooks/<int:id>/edit", "edit_webhook", edit)
    app.add_url_rule("/webhooks/<int:id>/edit", "change_webhook", change, methods=["POST"])
    app.add_url_rule("/webhooks/<int:id>/secret", "renew_webhook", renew, methods=["POST"])
    app.add_url_rule("/webhooks/<int:id>/remove", "ask_remove_webhook", ask_remove)
    for word in DEEDS:
        app.add_url_rule(
            f"/webhooks/<int:id>/{word}", f"{word}_webhook", done(word), methods=["POST"]
        )
    address = "/webhooks/deliveries/<int:id>/again"
    app.add_url_rule(address, "send_delivery_again", again, methods=["POST"])


def webhooks() -> str:
    """Every webhook by its name, with how it fares."""
    _require_admin()
    rows = [_shown(hook) for hook in Webhook.select().order_by(Webhook.title, Webhook.id)]
    return render_template("webhooks/list.html", webhooks=rows)


def webhook(id: int) -> str:
    """One webhook, and what it was sent lately; `before` leads to what is older."""
    hook = _reached(id)
    before = request.args.get("before", type=int)
    query = Delivery.select().where(Delivery.webhook == hook.id).order_by(Delivery.id.desc())
    if before is not None and 0 < before < 2**62:
        query = query.where(Delivery.id < before)
    found = list(query.limit(SHOWN + 1))
    earlier = f"/webhooks/{id}?before={found[SHOWN - 1].id}" if len(found) > SHOWN else ""
    return render_template(
        "webhooks/details.html",
        webhook=_shown(hook),
        deliveries=[_delivery(each) for each in found[:SHOWN]],
        earlier=earlier,
    )


def new() -> str:
    _require_admin()
    return form_page(filled(None), {})


def make() -> Any:
    _require_admin()
    sent = typed()
    if faults := sent.faults():
        return form_page(sent, faults), 422
    made: list[Any] = []

    def work() -> Response:
        made[:] = keeping.make(sent, int(g.actor.id or 0))
        return Response(status=201)

    in_transaction(work)
    return _secret_page(*made), 201


def edit(id: int) -> str:
    hook = _reached(id)
    return form_page(filled(hook), {}, hook)


def change(id: int) -> Any:
    hook, sent = _reached(id), typed()
    if faults := sent.faults():
        return form_page(sent, faults, hook), 422

    def work() -> Response:
        keeping.change(hook, sent)
        flash(str(_("The webhook was saved: %(title)s", title=sent.title)), "ok")
        return redirect(f"/webhooks/{id}", 303)

    return in_transaction(work)


def renew(id: int) -> str:
    """Show another secret; the one before opens nothing any more."""
    hook = _reached(id)
    made: list[str] = []

    def work() -> Response:
        made[:] = [keeping.renew_secret(hook)]
        return Response(status=200)

    in_transaction(work)
    return _secret_page(hook, made[0])


def ask_remove(id: int) -> str:
    return render_template("webhooks/remove.html", webhook=_shown(_reached(id)))


def _ping(hook: Webhook) -> Any:
    ping(hook, new_key())
    return _("A ping is on its way: look below whether it arrives.")


def _pause(hook: Webhook) -> Any:
    keeping.pause(hook)
    return _("The webhook is paused: nothing is sent, and nothing is kept to be sent.")


def _go_on(hook: Webhook) -> Any:
    keeping.go_on(hook)
    return _("The webhook goes on.")


def _remove(hook: Webhook) -> Any:
    keeping.remove(hook)
    return _("The webhook was removed: %(title)s", title=hook.title)


DEEDS: dict[str, Callable[[Webhook], Any]] = {
    "ping": _ping,
    "pause": _pause,
    "resume": _go_on,
    "remove": _remove,
}


def done(word: str) -> Callable[[int], Response]:
    """The view of a button: does it in one transaction and says so."""

    def view(id: int) -> Response:
        def work() -> Response:
            flash(str(DEEDS[word](_reached(id))), "ok")
            return redirect("/webhooks" if word == "remove" else f"/webhooks/{id}", 303)

        return in_transaction(work)

    return view


def again(id: int) -> Response:
    def work() -> Response:
        _require_admin()
        found = Delivery.get_or_none(Delivery.id == id) if id < 2**62 else None
        if found is None:
            abort(404)
        send_again(found)
        flash(str(_("The delivery goes out once more, under the same number.")), "ok")
        return redirect(f"/webhooks/{found.webhook_id}", 303)

    return in_transaction(work)


def _require_admin() -> None:
    require_admin("webhooks", _("Only an administrator may see and set webhooks."))


def _reached(id: int) -> Webhook:
    _require_admin()
    return row_of(Webhook, id)


def _secret_page(hook: Webhook, secret: str) -> str:
    return render_template("webhooks/secret.html", webhook=_shown(hook), secret=secret)


def _shown(hook: Webhook) -> dict[str, Any]:
    with system("administrators see whose rights a webhook has"):
        user = hook.user.name
    state, tone = (_("Paused"), "is-warn") if hook.paused_at else (_("On"), "is-ok")
    if hook.failures and not hook.paused_at:
        state, tone = _("Does not answer"), "is-bad"
    return {
        "id": hook.id,
        "title": hook.title,
        "url": hook.url,
        "user": user,
        "events": hook.event_names,
        "conditions": hook.conditions,
        "state": state,
        "tone": tone,
        "is_paused": hook.paused_at is not None,
        "reason": hook.reason,
        "made": format_datetime(hook.created_at),
    }


def _delivery(row: Any) -> dict[str, Any]:
    state, tone = STATES[row.state]
    return {
        "id": row.id,
        "event": row.event,
        "at": format_datetime(row.at),
        "key": row.key,
        "state": state,
        "tone": tone,
        "is_open": row.state == WAITING,
        "attempts": row.attempts,
        "status": row.status,
        "error": row.error,
        "next": format_datetime(row.due_at) if row.state == WAITING and row.attempts else "",
    }
