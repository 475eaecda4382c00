"""The OpenAPI 3.1 document of what the caller may do, made from the registry."""

from typing import Any

from flask import Response, g

from core.access.decisions import can
from core.access.lines import part_of
from core.data.model import Model
from core.errors import NotAllowed
from core.exchange.selection import Ask, Selection, can_sort
from core.exchange.shapes import Shape
from core.modules.buttons import buttons_of
from core.modules.registry import current_registry
from core.modules.served import EndpointMark
from core.web.api.endpoints import may_call, path_of
from core.web.api.entrance import answered, api, check_parameters, for_token
from core.web.api.schemas import (
    PROBLEM,
    REFERENCE,
    Schema,
    as_read,
    as_sent,
    of_arguments,
    referred,
)
from core.web.api.writing import MOST, shape_to_write
from core.web.errors import TEXTS

QUERY = {
    "search": {"type": "string"},
    "filter": {"type": "string", "contentMediaType": "application/json"},
    "after": {"type": "string"},
    "limit": {"type": "integer", "minimum": 1, "maximum": 500},
    "count": {"type": "string", "enum": ["0", "1"]},
    "archived": {"type": "string", "enum": ["0", "1"]},
}
KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}
INTEGER: Schema = {"type": "integer"}
EVERYWHERE = (400, 401, 403, 503)
WRITING = (409, 413, 415, 422)
ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}


@api.get("/openapi.json")
@for_token
def openapi() -> Response:
    """What the caller may do, for programs that make clients of it."""
    check_parameters(set())
    models = {n: m for n, m in sorted(current_registry().by_name.items()) if can(g.actor, "r", m)}
    paths: dict[str, Any] = {}
    schemas: dict[str, Schema] = {"Problem": PROBLEM, "Reference": REFERENCE}
    for name, model in models.items():
        _describe(paths, schemas, name, model)
    paths |= described_endpoints()
    return answered(
        {
            "openapi": "3.1.0",
            "info": {"title": "Karvon", "version": "1"},
            "servers": [{"url": "/api/v1"}],
            "security": [{"token": []}],
            "paths": paths,
            "components": {
                "schemas": schemas,
                "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            },
        }
    )


def _describe(
    paths: dict[str, Any], schemas: dict[str, Schema], name: str, model: type[Model]
) -> None:
    schemas[name] = as_read(model)
    whole = referred(name)
    page = {"items": {"type": "array", "items": {"type": "object"}}}
    listed: Schema = {"type": "object", "required": ["items", "next"], "properties": page}
    fields, *query = _query(model)
    many: dict[str, Any] = {
        "get": {"parameters": [fields, *query], "responses": _answers(200, listed)}
    }
    reading = {"parameters": [fields], "responses": _answers(200, {"type": "object"}, 404)}
    one: dict[str, Any] = {"parameters": [ID], "get": reading}
    if (shape := _shape(model, "c")) is not None:
        schemas[f"{name}.new"] = as_sent(shape, is_new=True)
        body = _one_or_list(referred(f"{name}.new"))
        answer = _answers(201, _one_or_list(whole), *WRITING)
        many["post"] = {"parameters": [KEY], "requestBody": _body(body), "responses": answer}
    if (shape := _shape(model, "u")) is not None:
        change = as_sent(shape, is_new=False)
        change["properties"]["version"] = INTEGER
        schemas[f"{name}.change"] = {**change, "required": ["version"]}
        one["patch"] = _taking(referred(f"{name}.change"), whole, 404)
        one["delete"] = {"responses": _answers(204, None, 404, 409)}
        numbered = {**change, "properties": {**change["properties"], "id": INTEGER}}
        schemas[f"{name}.change_one_of_many"] = {**numbered, "required": ["id", "version"]}
        some = _list_of(referred(f"{name}.change_one_of_many"))
        many["patch"] = _taking(some, _list_of(whole), 404)
    path = "/" + name.replace(".", "/")
    paths[path], paths[f"{path}/{{id}}"] = many, one
    for button in buttons_of(model):
        paths[f"{path}/{{id}}/{button}"] = {"parameters": [ID], "post": _pressing(whole)}


def _query(model: type[Model]) -> list[dict[str, Any]]:
    """What a caller may ask for, first the fields."""
    selection = Selection(model, Ask())
    names = sorted({"id", *selection.fields, *selection.computed})
    keys = [name for name, field in selection.fields.items() if can_sort(field)]
    fields = {"type": "array", "items": {"type": "string", "enum": names}}
    sort = {"type": "string", "enum": [f"{sign}{key}" for key in keys for sign in ("", "-")]}
    listed = {"name": "fields", "in": "query", "style": "form", "explode": False, "schema": fields}
    plain = {**QUERY, "sort": sort}
    if not selection.can_search:
        del plain["search"]
    return [listed, *({"name": name, "in": "query", "schema": plain[name]} for name in plain)]


def _taking(body: Schema, answer: Schema, *codes: int) -> dict[str, Any]:
    return {"requestBody": _body(body), "responses": _answers(200, answer, *WRITING, *codes)}


def _pressing(whole: Schema) -> dict[str, Any]:
    """Of a button: the body holds its values. Who may press but not see is answered nothing."""
    return {
        "requestBody": {**_body({"type": "object"}), "required": False},
        "responses": {
            "204": {"description": "Done"},
            **_answers(200, whole, 404, 409, 413, 422),
        },
    }


def described_endpoints() -> dict[str, Any]:
    """What addons answer beside their records, as far as the caller may ask it."""
    called = [each for each in current_registry().marked_by(EndpointMark) if may_call(each)]
    found: dict[str, Any] = {}
    for each in called:
        sent = of_arguments(each.function)
        responses = _answers(200, {}) | {"204": {"description": "Done, with nothing to say"}}
        said = {"summary": (each.function.__doc__ or "").partition("\n")[0], "responses": responses}
        query = [
            {"name": name, "in": "query", "schema": schema, "required": name in sent["required"]}
            for name, schema in sent["properties"].items()
        ]
        whole = {
            "get": {**said, "parameters": query},
            "post": {**said, "parameters": [KEY], "requestBody": _body(sent)},
        }
        found[path_of(each)] = {m.lower(): whole[m.lower()] for m in each.mark.methods}
    return found


def _shape(model: type[Model], action: str) -> Shape | None:
    """What the caller may write of the model; None where it is nothing."""
    if part_of(model):
        return None
    try:
        return shape_to_write(model, action)
    except NotAllowed:
        return None


def _one_or_list(schema: Schema) -> Schema:
    return {"anyOf": [schema, _list_of(schema)]}


def _list_of(schema: Schema) -> Schema:
    return {"type": "array", "items": schema, "minItems": 1, "maxItems": MOST}


def _body(schema: Schema) -> dict[str, Any]:
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def _answers(code: int, schema: Schema | None, *codes: int) -> dict[str, Any]:
    """The good answer, and the problem document of each other one: those of every request, and
    `codes`.
    """
    good: dict[str, Any] = {"description": "Done"}
    if schema is not None:
        good["content"] = {"application/json": {"schema": schema}}
    wrong = {"application/problem+json": {"schema": referred("Problem")}}
    problems = {
        str(each): {"description": str(TEXTS[each][0]), "content": wrong}
        for each in sorted({*EVERYWHERE, *codes})
    }
    return {str(code): good, **problems}
