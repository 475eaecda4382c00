"""What records, and what programs send of them, look like in the OpenAPI document."""

import inspect
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from peewee import Field, ForeignKeyField

from core.data.fields import (
    BooleanField,
    DateField,
    DateTimeField,
    IntegerField,
    MoneyField,
    ScaledField,
    StateField,
)
from core.data.model import Model
from core.data.translated import IN_LANGUAGES, TranslatedField
from core.exchange.names import hidden_fields
from core.exchange.objects import is_required
from core.exchange.shapes import Shape
from core.modules.registry import current_registry
from core.modules.served import kinds_of

Schema = dict[str, Any]
PROBLEM: Schema = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}
REFERENCE: Schema = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {"id": {"type": "integer"}, "name": {"type": ["string", "null"]}},
}
KINDS: tuple[tuple[Any, Schema], ...] = (
    (BooleanField, {"type": "boolean"}),
    (DateTimeField, {"type": "string", "format": "date-time"}),
    (DateField, {"type": "string", "format": "date"}),
    (
        (ScaledField, MoneyField),
        {"type": "string", "format": "decimal", "pattern": r"^[+-]?[0-9]{1,19}(\.[0-9]{1,19})?$"},
    ),
    (IntegerField, {"type": "integer"}),
)
ARGUMENTS: dict[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    Decimal: dict(KINDS[3][1]),
    list: {"type": "array"},
    dict: {"type": "object"},
}


def of_arguments(function: Any) -> Schema:
    """The object that holds the arguments of an endpoint."""
    wanted = inspect.signature(function).parameters
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {n: dict(ARGUMENTS[kind]) for n, kind in kinds_of(function).items()},
        "required": [name for name, each in wanted.items() if each.default is each.empty],
    }


def as_read(model: type[Model]) -> Schema:
    """A record as it is answered."""
    registry, hidden = current_registry(), hidden_fields(model)
    properties: dict[str, Any] = {
        name: _of(field, is_read=True)
        for name, field in registry.fields(model).items()
        if name not in hidden
    }
    for name in sorted(registry.parts(model).keys() - hidden):
        properties[name] = {"type": "array", "items": {"type": "object"}}
    kept = {"id": {"type": "integer", "readOnly": True}, "version": {"type": "integer"}}
    return {"type": "object", "required": ["id", "version"], "properties": {**properties, **kept}}


def as_sent(shape: Shape, is_new: bool) -> Schema:
    """An object as it may be sent."""
    found = _object(shape.fields, is_new)
    for name, part in shape.parts.items():
        line = _object(part.fields, False)
        if not is_new:
            line["properties"]["id"] = {"type": "integer"}
        found["properties"][name] = {"type": "array", "items": line, "maxItems": 200}
    return found


def _object(fields: Mapping[str, Field], is_new: bool) -> Schema:
    needed = [name for name, field in fields.items() if is_new and is_required(field)]
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: _of(field, is_read=False) for name, field in fields.items()},
        "required": needed,
    }


def _of(field: Field, is_read: bool) -> Schema:
    if isinstance(field, ForeignKeyField):
        found: Schema = referred("Reference") if is_read else {"type": "integer"}
        return {"anyOf": [found, {"type": "null"}]} if field.null else found
    if isinstance(field, TranslatedField):
        return _of_languages(is_read)
    found = dict(next((schema for kind, schema in KINDS if isinstance(field, kind)), {}))
    found.setdefault("type", "string")
    if isinstance(field, StateField):
        found["enum"] = list(dict.fromkeys((*field.states, *_blank(field))))
    elif length := getattr(field, "max_length", None):
        found["maxLength"] = length
    if field.null:
        found["type"] = [found["type"], "null"]
        if "enum" in found:
            found["enum"].append(None)
    return found


def _of_languages(is_read: bool) -> Schema:
    """All languages, and as `text` that of the reader; a mere string is in that of the writer."""
    names = ("text", *IN_LANGUAGES)
    whole = {"type": "object", "properties": {name: {"type": "string"} for name in names}}
    return whole if is_read else {"anyOf": [{"type": "string"}, whole]}


def _blank(field: Field) -> tuple[str, ...]:
    return ("",) if field.default == "" else ()


def referred(name: str) -> Schema:
    """The schema that the document gives under this name."""
    return {"$ref": f"#/components/schemas/{name}"}
