"""What the OpenAPI document says of the endpoints of addons."""

import inspect
from decimal import Decimal
from typing import Any

from core.modules.registry import current_registry
from core.modules.served import EndpointMark, kinds_of
from core.web.api.endpoints import may_call, path_of
from core.web.api.schemas import KEY, WRITING, Schema, answers, body

ARGUMENTS: dict[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    Decimal: {"type": "string", "pattern": r"^[+-]?[0-9]{1,19}(\.[0-9]{1,19})?$"},
    list: {"type": "array"},
    dict: {"type": "object"},
}


def described_endpoints() -> dict[str, Any]:
    """What addons answer beside their records, as far as the caller may ask it."""
    called = [each for each in current_registry().marked_by(EndpointMark) if may_call(each)]
    found: dict[str, Any] = {}
    for each in called:
        sent = _arguments(each.function)
        responses = answers(200, {}, 404, *WRITING) | {
            "204": {"description": "Done, with nothing to say"}
        }
        said = {"summary": (each.function.__doc__ or "").partition("\n")[0], "responses": responses}
        query = [
            {"name": name, "in": "query", "schema": schema, "required": name in sent["required"]}
            for name, schema in sent["properties"].items()
        ]
        whole = {
            "get": {**said, "parameters": query},
            "post": {**said, "parameters": [KEY], "requestBody": body(sent)},
        }
        found[path_of(each)] = {m.lower(): whole[m.lower()] for m in each.mark.methods}
    return found


def _arguments(function: Any) -> Schema:
    wanted = inspect.signature(function).parameters
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {n: dict(ARGUMENTS[kind]) for n, kind in kinds_of(function).items()},
        "required": [name for name, each in wanted.items() if each.default is each.empty],
    }
