"""What a webhook is sent: the records as the API shows them to its user, and who signed it."""

import hashlib
import hmac
import json
from datetime import UTC
from typing import Any

from core import clock
from core.access.actors import actors_of
from core.data.actor import acting_as
from core.errors import NotAllowed, UserError
from core.exchange.records import Records
from core.exchange.selection import Ask, Selection
from core.exchange.webhooks.models import PING, Delivery, Webhook
from core.i18n import _
from core.modules.registry import current_registry

SIGNATURE, DELIVERY, EVENT = "Karvon-Signature", "Karvon-Delivery", "Karvon-Event"


def payload(hook: Webhook, delivery: Delivery) -> str | None:
    """The body of a delivery as JSON, as its user may see it now; None for what they may not see,
    or what the conditions of the webhook leave out. Raises `UserError` when they cannot log in.
    """
    actor = actors_of([hook.user_id]).get(hook.user_id)
    if actor is None:
        raise UserError(_("The user whose rights the webhook has may not log in any more."))
    event = str(delivery.event)
    with acting_as(actor):
        found = {
            name: _object(model, id, hook.where)
            for name, (model, id) in json.loads(str(delivery.records)).items()
        }
    if not all(found.values()) or (not found and event != PING):
        return None
    body = {
        "delivery": delivery.key,
        "event": event.partition(" ")[2] or event,
        "model": event.partition(" ")[0] if " " in event else None,
        "occurred_at": delivery.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        **found,
    }
    return json.dumps(body, ensure_ascii=False)


def _object(model: str, id: int, where: tuple[Any, ...]) -> dict[str, Any] | None:
    """The whole object with its lines, as far as the current actor may see it."""
    known = current_registry().by_name.get(model)
    if known is None:
        return None
    ask = Ask(where=(["id", "=", id], *where), limit=1, archived=True)
    try:
        selection = Selection(known, ask)
    except (NotAllowed, UserError):  # a condition of what the user may not see fits nothing
        return None
    shape = Records(selection, (), with_lines=True)
    items = shape.items(selection.page(*shape.columns).rows)
    return items[0] if items else None


def headers(hook: Webhook, delivery: Delivery, body: bytes) -> dict[str, str]:
    """What goes with a body: what it is, and the proof that it is ours and of this moment."""
    moment = int(clock.utc_now().timestamp())
    return {
        "Content-Type": "application/json",
        "Idempotency-Key": str(delivery.key),
        DELIVERY: str(delivery.key),
        EVENT: str(delivery.event),
        SIGNATURE: f"t={moment},v1={signed(hook.open_secret(), moment, body)}",
    }


def signed(secret: str, moment: int, body: bytes) -> str:
    """The HMAC-SHA256 of the moment, a full stop and the body, in hexadecimal digits."""
    return hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
