"""German ranges at Telnyx: each told as one block, or as the extensions of a main number that goes with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from carriers.telnyx_client import Json, TelnyxClient
from carriers.telnyx_reading import created_at, order_id
from porting.numbers import NumberRange

# Only there are numbers handed out in blocks, and extensions dialled behind a main number.
WITH_BLOCKS = ("+49",)
BLOCKS, EXTENSIONS = "phone_number_blocks", "phone_number_extensions"


async def name_ranges(client: TelnyxClient, order: str, lines: Iterable[str], held: set[str]) -> None:
    """Names each range whose numbers the order holds, unless it stands there: the donor hears of one, not of a hundred.

    Without the vendor's id of the main number there is no way to name its extensions: then it is a block, too.
    """
    ours = [NumberRange(line) for line in lines if line.startswith(WITH_BLOCKS)]
    ranges = [range_ for range_ in ours if range_.is_range and range_.first in held]
    mains = {line.text for line in ours if not line.is_range} & held & {_main_of(range_) for range_ in ranges}
    ids = await _ids(client, order, mains) if mains else {}
    behind = [range_ for range_ in ranges if _main_of(range_) in ids]
    await _name(client, order, EXTENSIONS, [_extension(range_, ids[_main_of(range_)]) for range_ in behind])
    await _name(client, order, BLOCKS, [_block(range_) for range_ in ranges if range_ not in behind])


async def _name(client: TelnyxClient, order: str, part: str, wanted: list[dict[str, Any]]) -> None:
    if not wanted:
        return
    there = await client.pages(lambda api: getattr(api.porting_orders, part).with_raw_response.list, order)
    for body in wanted:
        same = [one for one in there if _is_the_same(one, body)]
        if not same:
            await client.write(lambda api: getattr(api.porting_orders, part).with_raw_response.create, order, **body)
        # Attempts that raced named it twice; whoever looks keeps the same one.
        for double in sorted(same, key=lambda one: (created_at(one), order_id(one)))[1:]:
            await client.write(
                lambda api: getattr(api.porting_orders, part).with_raw_response.delete,
                order_id(double),
                porting_order_id=order,
            )


async def _ids(client: TelnyxClient, order: str, numbers: set[str]) -> Mapping[str, str]:
    """The vendor's ids of the order's numbers: its guide says that they come with this list, its document does not."""
    rows = await client.pages(
        lambda api: api.porting_phone_numbers.with_raw_response.list,
        extra_query={"filter[porting_order_id]": order},
    )
    found = [(row.get("phone_number"), row.get("id")) for row in rows if row.get("porting_order_id") == order]
    return {number: id_ for number, id_ in found if number in numbers and isinstance(id_, str) and id_}


def _main_of(range_: NumberRange) -> str:
    """The number behind which those of the range are extensions."""
    return range_.text.rstrip("X")


def _block(range_: NumberRange) -> dict[str, Any]:
    whole = {"start_at": range_.first, "end_at": range_.last}
    return {"phone_number_range": whole, "activation_ranges": [whole]}


def _extension(range_: NumberRange, main: str) -> dict[str, Any]:
    whole = {"start_at": 0, "end_at": range_.count - 1}
    return {"porting_phone_number_id": main, "extension_range": whole, "activation_ranges": [whole]}


def _is_the_same(there: Json, body: Mapping[str, Any]) -> bool:
    """Told by where it begins and ends, and by its main number."""
    return all(there.get(name) == value for name, value in body.items() if name != "activation_ranges")
