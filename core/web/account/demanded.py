"""Some roles must have a second factor: who holds one and has none is led to enrol first."""

import logging

from flask import Flask, g, request
from werkzeug.wrappers import Response

from core.access.factors.second import owes_factor
from core.access.lines import ADMIN
from core.access.policy import current_policy
from core.config import Settings
from core.web.fresh import lead_to
from core.web.requests import is_api

log = logging.getLogger("karvon.web")

FACTOR = "/account/factor"
# What somebody may do who must enrol: that, prove who they are, leave, and speak their language.
OPEN = {
    *("factor", "factor_check", "factor_begin", "passkey_ask", "passkey_add"),
    *("confirm", "confirm_check", "logout", "language"),
}


def demand_factor(app: Flask, settings: Settings) -> None:
    roles = frozenset(settings.sessions.factor_for)
    for role in sorted(roles - {*current_policy().roles, ADMIN}):
        log.warning("[sessions] factor_for demands nothing of %s: there is no such role", role)

    @app.before_request
    def check_factor() -> Response | None:
        if not roles or g.actor.id is None or is_api():
            return None
        if request.endpoint in OPEN or request.endpoint in app.config["PUBLIC_ENDPOINTS"]:
            return None
        return lead_to(FACTOR) if owes_factor(g.actor, roles) else None
