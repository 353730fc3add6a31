"""Reads a body once, within its bounds, and makes sure that it is what it says it is."""

from __future__ import annotations

import json

from fastapi import Request

from api.problems import Problem

FORM = "multipart/form-data"


async def read_body(request: Request, most: int) -> bytes:
    """The whole body, kept for whoever reads it after us. Raises Problem too_large at the first byte too many."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > most:
        raise _too_large(most)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise _too_large(most)
    request._body = bytes(body)  # where Starlette itself keeps a body that was read
    return request._body


def check_media_type(request: Request, body: bytes, is_form: bool) -> None:
    """Raises Problem unsupported_media_type; a call without a body needs no type."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if is_form:
        fits = kind == FORM
    else:
        fits = kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))
    if not fits and (body or kind):
        raise Problem("unsupported_media_type", f"This call takes {FORM if is_form else 'application/json'}.")


async def check_json(request: Request, body: bytes) -> None:
    """Parses the body, which stays parsed. Raises Problem malformed_json, also for what is nested too deeply."""
    try:
        if body:
            await request.json()
    except (ValueError, RecursionError):
        raise Problem("malformed_json") from None


def canonical(request: Request, body: bytes) -> bytes:
    """What two bodies that mean the same have in common: order, spaces and a form's boundary do not count."""
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    if kind.strip().lower() == FORM:
        boundary = parameters.partition("boundary=")[2].strip().strip('"').encode("latin-1")
        return body.replace(boundary, b"") if boundary else body
    try:
        return json.dumps(json.loads(body), sort_keys=True, ensure_ascii=True).encode()
    except (ValueError, RecursionError):
        return body


def _too_large(most: int) -> Problem:
    return Problem("too_large", f"This call takes {most:,} bytes at most.", headers={"Connection": "close"})
