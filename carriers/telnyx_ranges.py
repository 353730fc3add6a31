"""German ranges at Telnyx: a block for each, so that the donor hears of one range and not of a hundred numbers."""

from __future__ import annotations

from collections.abc import Iterable

from carriers.telnyx_client import Json, TelnyxClient
from porting.numbers import NumberRange

# Only there are numbers handed out in blocks under one main number.
WITH_BLOCKS = ("+49",)


async def name_blocks(client: TelnyxClient, order: str, lines: Iterable[str], held: set[str]) -> None:
    """Puts a block on the order for each range whose numbers it holds, unless it stands there."""
    ranges = [NumberRange(line) for line in lines if line.startswith(WITH_BLOCKS)]
    wanted = [range_ for range_ in ranges if range_.is_range and range_.first in held]
    if not wanted:
        return
    there = await client.pages(lambda api: api.porting_orders.phone_number_blocks.with_raw_response.list, order)
    known = {_start(block) for block in there}
    for range_ in wanted:
        if range_.first not in known:
            whole = {"start_at": range_.first, "end_at": range_.last}
            await client.write(
                lambda api: api.porting_orders.phone_number_blocks.with_raw_response.create,
                order,
                phone_number_range=whole,
                activation_ranges=[whole],
            )


def _start(block: Json) -> object:
    whole = block.get("phone_number_range")
    return whole.get("start_at") if isinstance(whole, dict) else None
