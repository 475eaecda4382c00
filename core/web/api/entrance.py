"""What every address of the API shares: token, model, what a body holds, what is answered."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, Response, abort, g, request

from core.access.tokens import actor_of_token
from core.data.model import Model
from core.errors import NotAllowed, UserError
from core.i18n import _
from core.modules.registry import current_registry
from core.web.requests import enter
from core.web.security import SAFE

WRITING = "cud"

api = Blueprint("api", __name__, url_prefix="/api/v1")


def for_token(view: Callable[..., Any]) -> Callable[..., Any]:
    """Run the view as the owner of the bearer token; without a good one answer 401."""

    @wraps(view)
    def checked(**values: Any) -> Any:
        kind, _space, token = request.headers.get("Authorization", "").partition(" ")
        actor = (
            actor_of_token(token.strip(), g.actor.language) if kind.lower() == "bearer" else None
        )
        if actor is None:
            abort(401)
        enter(actor)
        if request.method not in SAFE and not set(actor.actions) & set(WRITING):
            raise NotAllowed(_("This token only reads: make one that may write."))
        return view(**values)

    return checked


def model_at(addon: str, name: str) -> type[Model]:
    """The model that the address names; 404 where there is none."""
    model = current_registry().by_name.get(f"{addon}.{name}")
    if model is None:
        abort(404)
    return model


def check_parameters(known: set[str]) -> None:
    if unknown := sorted(set(request.args) - known):
        if not known:
            raise UserError(
                _("Unknown parameter %(unknown)s; there are none.", unknown=", ".join(unknown))
            )
        raise UserError(
            _(
                "Unknown parameter %(unknown)s; there are %(known)s.",
                unknown=", ".join(unknown),
                known=", ".join(sorted(known)),
            )
        )


def sent_json() -> Any:
    """What the body holds; 415 when it is sent as something else than JSON."""
    if not request.is_json:
        abort(415)
    try:
        return json.loads(request.get_data(), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise UserError(_("The body is not JSON: %(reason)s.", reason=error)) from error


def _no_number(word: str) -> None:
    raise ValueError(word)


def answered(body: Any, status: int = 200) -> Response:
    return Response(written(body), status, mimetype="application/json")


def written(body: Any) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
