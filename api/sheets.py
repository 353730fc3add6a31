"""CSV that a spreadsheet shows and never executes."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from fastapi.responses import StreamingResponse

# The usual rule, an apostrophe before = + - @, would break every telephone number.
NUMBER = re.compile(r"\+[0-9]{6,15}X{0,3}( \+[0-9]{6,15}X{0,3})*")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
EXAMPLE = "case,reference,number,status\r\nPC-01JH8Z4T9Q3XKABC,order-4711,+4989010710X,CONFIRMED\r\n"


def cell(value: Any) -> str:
    """The value as text; what a spreadsheet would take for a formula gets an apostrophe, numbers never do."""
    if isinstance(value, list):
        value = " ".join(str(part) for part in value)
    if hasattr(value, "isoformat"):
        value = value.isoformat()
    if isinstance(value, bool):
        value = "yes" if value else "no"
    text = "" if value is None else str(value)
    return "'" + text if text.startswith(FORMULA) and not NUMBER.fullmatch(text) else text


def response(name: str, columns: Sequence[str], items: AsyncIterator[Mapping[str, Any]]) -> StreamingResponse:
    """A download, sent as it is read."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return StreamingResponse(_rows(columns, items), 200, headers, "text/csv; charset=utf-8")


async def _rows(columns: Sequence[str], items: AsyncIterator[Mapping[str, Any]]) -> AsyncIterator[str]:
    yield _line(columns)
    async for item in items:
        yield _line([cell(item.get(column)) for column in columns])


def _line(cells: Sequence[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue()
