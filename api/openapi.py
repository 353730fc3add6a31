"""The OpenAPI document: what the routes say, completed with keys, problems and an example for every body."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.codes import CODES
from api.operations import LIKELY
from api.problems import MEDIA_TYPE, Problem, problem_body

INTRODUCTION = """
Number porting as durable cases. Open one, follow it, answer what is asked; every change is mailed and can be read here.

* **Keys**: `Authorization: Bearer pk_…`. A partner's key sees the partner's own cases, and answers 404 for all others.
* **Dates** are `YYYY-MM-DD` and local to the number; instants are RFC 3339 in UTC. The hour of cut-over is the donor's.
* **Numbers** are E.164; `X`, `XX`, `XXX` at the end stand for 10, 100, 1,000 numbers, which are one line.
* **Repeat safely**: every POST takes an `Idempotency-Key`.
* **Refusals** are `application/problem+json`; `code` is stable, `errors` names each field at fault.
"""
PROBLEM_SCHEMA: dict[str, Any] = {
    "title": "Problem",
    "description": "RFC 9457. About dates it carries `nearest_date`, about a missed last day `last_day`.",
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string", "format": "uri-reference"},
        "code": {"type": "string", "enum": sorted(CODES)},
        "request_id": {"type": "string"},
        "nearest_date": {"type": "string", "format": "date"},
        "last_day": {"type": "string", "format": "date"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "message"],
                "properties": {name: {"type": "string"} for name in ("pointer", "code", "message")},
            },
        },
    },
}
RETRY_AFTER = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}}
ETAG = {"ETag": {"description": "The case's version.", "schema": {"type": "string"}, "example": '"4"'}}
LOCATION = {"Location": {"description": "Where the case is.", "schema": {"type": "string"}}}


def document(app: FastAPI) -> dict[str, Any]:
    """The document, made once."""
    if app.openapi_schema is None:
        made = get_openapi(
            title=app.title, version=app.version, openapi_version="3.1.0", description=INTRODUCTION, routes=app.routes
        )
        schemas = made.setdefault("components", {}).setdefault("schemas", {})
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        schemas["Problem"] = PROBLEM_SCHEMA
        made["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
        for path, operation in operations(made):
            _complete(path, operation, schemas)
        app.openapi_schema = made
    return app.openapi_schema


def operations(made: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in made["paths"].items():
        for operation in methods.values():
            yield path, operation


def _complete(path: str, operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    if who := operation.get("x-who"):
        operation["security"] = [{"key": []}]
        operation["description"] = f"{operation.get('description', '')}\n\n{who}".strip()
    _example(operation.get("requestBody", {}), schemas)
    for status, response in operation["responses"].items():
        if int(status) >= 400 and response["description"] in ("Problem", "Validation Error"):
            operation["responses"][status] = _problem(path, int(status))
        else:
            _example(response, schemas)
            _headers(status, response)


def _problem(path: str, status: int) -> dict[str, Any]:
    problem = Problem(LIKELY[status])
    content = {"schema": {"$ref": "#/components/schemas/Problem"}, "example": problem_body(problem, path)}
    headers = {"headers": RETRY_AFTER} if status in (409, 429, 503) else {}
    return {"description": CODES[problem.code].title, "content": {MEDIA_TYPE: content}, **headers}


def _headers(status: str, response: dict[str, Any]) -> None:
    reference = response.get("content", {}).get("application/json", {}).get("schema", {}).get("$ref", "")
    if reference.endswith("/CaseView"):
        response["headers"] = ETAG | (LOCATION if status == "201" else {})


def _example(holder: dict[str, Any], schemas: dict[str, Any]) -> None:
    content = holder.get("content", {}).get("application/json")
    if content is not None and "example" not in content:
        found = _of_schema(content.get("schema", {}), schemas)
        if found is not None:
            content["example"] = found


def _of_schema(schema: dict[str, Any], schemas: dict[str, Any]) -> Any:
    """An example of the schema: its own, or made of those of its fields."""
    if "$ref" in schema:
        return _of_schema(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    if schema.get("examples"):
        return schema["examples"][0]
    if "default" in schema:
        return schema["default"]
    if schema.get("type") == "array":
        return [_of_schema(schema["items"], schemas)]
    if schema.get("type") == "object":
        return {name: _of_schema(field, schemas) for name, field in schema.get("properties", {}).items()}
    return {"string": "ok", "boolean": True, "integer": 1}.get(schema.get("type", ""))
