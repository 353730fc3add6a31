"""Finds a number's cases however it was spelled (R41)."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from porting.errors import InvalidNumber
from porting.numbers import parse_search, search_ending
from storage import queries


async def find_cases(connection: AsyncConnection, spelled: str, partner_id: str | None) -> dict[str, Any]:
    """`{"number", "items"}`, newest case first, of a partner or of all. Raises InvalidNumber.

    A spelling without country is compared with the ends of numbers, once nothing was found that it names in full.
    """
    value, ending = parse_search(spelled), search_ending(spelled)
    if value is None and ending is None:
        raise InvalidNumber("This is no telephone number.")
    found: dict[str, Any] = {"number": spelled, "items": []}
    if value is not None:
        found = await queries.find_number(connection, value, partner_id)
    if ending is not None and not found["items"]:
        found = found | {"items": await queries.find_ending(connection, ending, partner_id)}
    return found
