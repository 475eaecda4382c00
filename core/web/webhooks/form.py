"""The form of a webhook: what was typed, what may be chosen, and the page that shows both."""

from collections.abc import Mapping
from typing import Any

from flask import g, render_template, request

from core.access.models import User
from core.data.actor import system
from core.data.rows import fetched
from core.exchange.webhooks.keeping import LONGEST_TITLE, Typed, offered
from core.exchange.webhooks.models import LONGEST_URL, Webhook
from core.i18n import _

MOST_EVENTS = 1000


def typed() -> Typed:
    """What the browser sent."""
    form = request.form
    user = form.get("user", "")
    return Typed(
        title=form.get("title", "").strip(),
        url=form.get("url", "").strip(),
        events=tuple(sorted(set(form.getlist("events")[:MOST_EVENTS]))),
        conditions=form.get("conditions", "").strip(),
        user=int(user) if user.isascii() and user.isdigit() and len(user) < 10 else 0,
    )


def filled(hook: Webhook | None) -> Typed:
    """The form as it begins: as the webhook stands, or empty for a new one."""
    if hook is None:
        return Typed("", "https://", (), "", int(g.actor.id or 0))
    names = tuple(hook.event_names)
    return Typed(str(hook.title), str(hook.url), names, str(hook.conditions), hook.user_id)


def form_page(values: Typed, faults: Mapping[str, str], hook: Webhook | None = None) -> str:
    titles = {model: view.title for model, view in g.views.items()}
    kinds = [
        {"title": kind.title, "events": [(n, t, n in values.events) for n, t in kind.events]}
        for kind in offered(titles)
    ]
    return render_template(
        "webhooks/form.html",
        webhook=hook,
        kinds=kinds,
        inputs=_inputs(values, faults),
        fault=faults.get("events", ""),
    )


def _inputs(values: Typed, faults: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    made: dict[str, dict[str, Any]] = {
        "title": {"label": _("Name"), "value": values.title, "longest": LONGEST_TITLE},
        "url": {"label": _("Address"), "value": values.url, "longest": LONGEST_URL, "pad": "url"},
        "user": {"label": _("With the rights of"), "kind": "choice", "options": _users(values)},
        "conditions": {"label": _("Filter"), "value": values.conditions, "kind": "area"},
    }
    common = {"kind": "text", "required": True, "doubt": ""}
    return {
        name: {
            **common,
            **{"name": name, "id": f"f-{name}", "error": faults.get(name, "")},
            **own,
            "required": name != "conditions",
        }
        for name, own in made.items()
    }


def _users(values: Typed) -> list[tuple[str, str, bool]]:
    with system("an administrator chooses whose rights a webhook has"):
        query = User.select(User.id, User.name).where(User.is_active).order_by(User.name)
        rows = fetched(query, (User.id, User.name))
    return [(str(id), name, id == values.user) for id, name in rows]
