"""The addresses of webhooks that come in: bounded, verified, each delivery taken in once."""

import hashlib
import json
import logging
from collections.abc import Callable

from flask import Blueprint, Flask, abort, request
from werkzeug.wrappers import Response

from core.access.throttle import count_attempt, is_throttled
from core.data.actor import system
from core.errors import NotAllowed
from core.exchange.webhooks.models import Received
from core.i18n import _
from core.modules.declared import Marked
from core.modules.incoming import WebhookMark, WebhookRequest
from core.modules.registry import Registry
from core.web.requests import client_network
from core.web.transactions import in_transaction

WRONG_TRIES = 30  # of one address in a quarter of an hour

Incoming = Marked[WebhookMark]
log = logging.getLogger("karvon.web")


def add_incoming(app: Flask, registry: Registry) -> Blueprint:
    served = Blueprint("incoming", __name__)
    for each in registry.marked_by(WebhookMark):
        name = each.name.replace(".", " ")
        served.add_url_rule(each.mark.address, name, _served(each), methods=["POST"])
    app.register_blueprint(served)
    return served


def _served(each: Incoming) -> Callable[[], Response]:
    def view() -> Response:
        key = f"hook {client_network()}"
        if is_throttled(key, WRONG_TRIES):
            abort(429)
        sent = _sent(each.mark.largest)
        if not _is_verified(each, sent):
            count_attempt(key)
            raise NotAllowed(_("This does not come from whom it should: check the signature."))
        return in_transaction(lambda: _taken(each, sent))

    return view


def _sent(largest: int) -> WebhookRequest:
    request.max_content_length = largest
    body = request.get_data(cache=False)
    headers = {name.lower(): value for name, value in request.headers.items()}
    return WebhookRequest(body, headers, request.args.to_dict())


def _is_verified(each: Incoming, sent: WebhookRequest) -> bool:
    try:
        with system(each.name):
            return each.mark.verify(sent) is True
    except Exception:  # what an addon does not understand is not from whom it should be
        log.exception("%s could not be verified", each.name)
        return False


def _taken(each: Incoming, sent: WebhookRequest) -> Response:
    with system(each.name):
        if not _is_first(each.mark, sent):
            return Response(status=204)
        body = each.function(sent)
    if body is None:
        return Response(status=204)
    return Response(json.dumps(body, ensure_ascii=False, default=str), mimetype="application/json")


def _is_first(mark: WebhookMark, sent: WebhookRequest) -> bool:
    """Whether this delivery was not taken in before; noted in the transaction of what it does."""
    id = sent.headers.get(mark.delivery, "") if mark.delivery else ""
    if not id:
        return True
    digest = hashlib.sha256(f"{mark.address} {id}".encode()).hexdigest()
    return bool(Received.insert(digest=digest).on_conflict_ignore().as_rowcount().execute())
