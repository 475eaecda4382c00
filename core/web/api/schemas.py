"""The pieces of which the OpenAPI document is made: bodies, answers, problems."""

from typing import Any

from core.web.errors import TEXTS

Schema = dict[str, Any]
KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}
EVERYWHERE = (400, 401, 403, 503)
WRITING = (409, 413, 415, 422)


def referred(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def body(schema: Schema) -> dict[str, Any]:
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def answers(code: int, schema: Schema | None, *codes: int) -> dict[str, Any]:
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
