"""The addresses of the API that addons add with `@endpoint`: called with a token, in JSON."""

import inspect
import json
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

import peewee
from flask import Blueprint, Flask, Response, abort, g, request

from core.errors import NotAllowed, UserError
from core.i18n import _
from core.modules.declared import Marked
from core.modules.registry import Registry
from core.modules.served import EndpointMark, kinds_of
from core.modules.transitions import holds
from core.web.api.entrance import for_token, sent_json
from core.web.api.writing import once
from core.web.errors import TEXTS, problem
from core.web.transactions import in_transaction

Endpoint = Marked[EndpointMark]
READING = ("GET", "HEAD")
LONGEST_NUMBER = 40
SAID = {
    str: _("Send a text."),
    int: _("Send a whole number."),
    bool: _("Send true or false."),
    Decimal: _("Send a number as text, such as “12.50”."),
    list: _("Send a list."),
    dict: _("Send an object."),
}


def add_endpoints(app: Flask, registry: Registry) -> Blueprint:
    served = Blueprint("endpoints", __name__, url_prefix="/api/v1")
    for each in registry.marked_by(EndpointMark):
        name = each.name.replace(".", " ")
        methods = list(each.mark.methods)
        served.add_url_rule(path_of(each), name, for_token(_served(each)), methods=methods)
    app.register_blueprint(served)
    return served


def path_of(each: Endpoint) -> str:
    return f"/{each.name.split('.')[0]}/{each.mark.name}"


def may_call(each: Endpoint) -> bool:
    return holds(g.actor, each.mark.role)  # type: ignore[arg-type]  # checked at load


def _served(each: Endpoint) -> Callable[..., Any]:
    def view() -> Any:
        if not may_call(each):
            raise NotAllowed(_("You may not call this: ask whoever manages your access."))
        sent = request.args.to_dict() if request.method in READING else _object()
        values, errors = _fitting(each, sent)
        if errors:
            listed = [{"pointer": f"#/{name}", "detail": text} for name, text in errors.items()]
            said = "; ".join(f"{name}: {text}" for name, text in errors.items())
            return problem(422, str(TEXTS[422][0]), said, errors=listed)
        if request.method in READING:
            return _answer(each, values)
        return in_transaction(lambda: once(lambda: _answer(each, values)))

    return view


def _object() -> dict[str, Any]:
    body = sent_json()
    if not isinstance(body, dict):
        raise UserError(_("Send one object."))
    return body


def _answer(each: Endpoint, values: dict[str, Any]) -> Response:
    try:
        body = each.function(**values)
    except peewee.DoesNotExist:
        abort(404)
    if body is None:
        return Response(status=204)
    return Response(json.dumps(body, ensure_ascii=False, default=str), mimetype="application/json")


def _fitting(each: Endpoint, sent: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The values that the function takes, and what is wrong with each of the others."""
    kinds = kinds_of(each.function)
    wanted = inspect.signature(each.function).parameters
    errors = {name: str(_("There is no such value.")) for name in sent if name not in kinds}
    values = {}
    for name, kind in kinds.items():
        if name not in sent:
            if wanted[name].default is inspect.Parameter.empty:
                errors[name] = str(_("It is missing."))
            continue
        try:
            values[name] = _read(kind, sent[name])
        except ValueError:
            errors[name] = str(SAID[kind])
    return values, errors


def _read(kind: Any, value: Any) -> Any:
    if request.method in READING and kind is not str:
        value = value if kind is Decimal else json.loads(value)
    if kind is Decimal:
        return _number(value)
    if type(value) is not kind or (kind is str and "\0" in value):
        raise ValueError
    if kind is int and abs(value) >= 2**63:
        raise ValueError
    return value


def _number(value: Any) -> Decimal:
    if type(value) not in (str, int) or len(str(value)) > LONGEST_NUMBER:
        raise ValueError
    try:
        number = Decimal(value)
    except InvalidOperation as error:
        raise ValueError from error
    if not number.is_finite() or abs(number.adjusted()) > LONGEST_NUMBER:
        raise ValueError
    return number
