"""What every operation says of itself in the OpenAPI document beside its own words: who may call, how it can fail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Responses = dict[int | str, dict[str, Any]]
ALWAYS = (400, 401, 404, 422, 429, 503)
OF_WRITES = (403, 409, 412, 413, 415)
WHO = {"both": "Partner and care.", "partner": "Partner only.", "care": "Care only."}
# A problem that is likely under each status, as an example.
LIKELY = {
    400: "invalid_cursor", 401: "unauthorized", 403: "forbidden", 404: "not_found", 409: "number_taken",
    412: "stale", 413: "too_large", 415: "unsupported_media_type", 422: "not_a_business_day", 429: "rate_limited",
    503: "engine_unavailable",
}  # fmt: skip


def reads(who: str = "both", case: bool = False) -> dict[str, Any]:
    """A GET. One on a case has its own 403 when it is for partners only."""
    statuses = (*ALWAYS, 403) if case or who != "both" else ALWAYS
    return {"responses": problems(statuses), "openapi_extra": {"x-who": WHO[who]}}


def writes(who: str = "both", also: Mapping[int | str, dict[str, Any]] | None = None) -> dict[str, Any]:
    """A POST, with its idempotency key."""
    return {
        "responses": problems((*ALWAYS, *OF_WRITES)) | dict(also or {}),
        "openapi_extra": {"x-who": WHO[who], "parameters": [IDEMPOTENCY_KEY]},
    }


def changes(who: str = "both", also: Mapping[int | str, dict[str, Any]] | None = None) -> dict[str, Any]:
    """A POST that changes a case, and can name the version that it is meant for."""
    found = writes(who, also)
    found["openapi_extra"]["parameters"] = [IDEMPOTENCY_KEY, IF_MATCH]
    return found


def problems(statuses: tuple[int, ...]) -> Responses:
    """The problem responses; the document gets their schema and examples when it is made."""
    return {status: {"description": "Problem"} for status in sorted(statuses)}


IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "1 to 255 ASCII characters; the same key and body within 30 days get the first response again.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "example": "order-4711-open",
}
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "The `ETag` of the case that the change is meant for; another version answers 412.",
    "schema": {"type": "string"},
    "example": '"4"',
}
