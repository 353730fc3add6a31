"""Values of the rules as JSON and back: for columns, and packed for what a workflow is started with."""

from __future__ import annotations

import zlib
from functools import cache
from typing import Any

from pydantic import TypeAdapter


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def dump(value: Any, kind: Any) -> Any:
    """The value as JSON's own types; `kind` is its class, or the union that it is one of."""
    return _adapter(kind).dump_python(value, mode="json")


def load(data: Any, kind: Any) -> Any:
    """The value that was dumped. Raises pydantic.ValidationError for data that is none of `kind`."""
    return _adapter(kind).validate_python(data)


def pack(value: Any, kind: Any) -> bytes:
    """The value as compressed JSON: a case of 10,000 lines shrinks to a tenth."""
    return zlib.compress(_adapter(kind).dump_json(value))


def unpack(data: bytes, kind: Any) -> Any:
    """The value that was packed. Raises zlib.error or pydantic.ValidationError for anything else."""
    return _adapter(kind).validate_json(zlib.decompress(data))
