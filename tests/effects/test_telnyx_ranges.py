"""German ranges at the carrier: each named once, as a block, or as extensions of a main number (R02, R03)."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from carriers.contract import EndCustomer
from carriers.telnyx_ranges import name_ranges
from porting.instructions import Accepted, Refused
from tests.effects.carrier_stand import MUNICH, Stand, a_request
from tests.effects.test_telnyx_trouble import carrier_that_says, orders

MAIN, BEHIND, OTHER = "+498912340", "+498912340XX", "+4989010710X"
HUNDRED, TEN = {"start_at": 0, "end_at": 99}, {"start_at": "+49890107100", "end_at": "+49890107109"}
BLOCKS, EXTENSIONS = "phone_number_blocks", "phone_number_extensions"


async def named(stand: Stand, part: str) -> list[dict[str, Any]]:
    """What stands on the only order."""
    (order,) = (await stand.received())["items"]
    shown = await stand.control.get(f"/v2/porting_orders/{order['id']}/{part}")
    found: list[dict[str, Any]] = shown.json()["data"]
    return found


async def refused_once(stand: Stand, *numbers: str) -> str:
    """The id of a draft that was filled, and not taken for want of a name."""
    assert isinstance(await stand.carrier.submit(a_request(*numbers, end_customer=EndCustomer())), Refused)
    (order,) = (await stand.received())["items"]
    return str(order["id"])


async def test_a_range_is_a_block_of_its_order(stand: Stand) -> None:
    for _ in range(2):
        assert isinstance(await stand.carrier.submit(a_request(MUNICH, OTHER)), Accepted)
    assert [one["phone_number_range"] for one in await named(stand, BLOCKS)] == [TEN]
    assert await named(stand, EXTENSIONS) == []


async def test_a_range_behind_a_main_number_that_goes_with_it_is_its_extensions(stand: Stand) -> None:
    """Another range of the order is a block; both are found when the order is filled again."""
    await refused_once(stand, MAIN, BEHIND, OTHER)
    assert isinstance(await stand.carrier.submit(a_request(MAIN, BEHIND, OTHER)), Accepted)
    assert [one["extension_range"] for one in await named(stand, EXTENSIONS)] == [HUNDRED]
    assert [one["phone_number_range"] for one in await named(stand, BLOCKS)] == [TEN]
    assert [one["activation_ranges"] for one in await named(stand, EXTENSIONS)] == [[HUNDRED]]


async def test_a_range_whose_main_number_stays_behind_is_a_block(stand: Stand) -> None:
    await stand.carrier.submit(a_request(MUNICH, BEHIND))
    assert len(await named(stand, BLOCKS)) == 1 and await named(stand, EXTENSIONS) == []


async def test_what_attempts_that_raced_named_twice_is_taken_away_once(stand: Stand) -> None:
    order = await refused_once(stand, MAIN, BEHIND, OTHER)
    for part, keys in ((BLOCKS, ("phone_number_range",)), (EXTENSIONS, ("porting_phone_number_id", "extension_range"))):
        (first,) = await named(stand, part)
        again = {key: first[key] for key in (*keys, "activation_ranges")}
        assert (await stand.control.post(f"/v2/porting_orders/{order}/{part}", json=again)).status_code == 201
    assert isinstance(await stand.carrier.submit(a_request(MAIN, BEHIND, OTHER)), Accepted)
    assert [len(await named(stand, part)) for part in (BLOCKS, EXTENSIONS)] == [1, 1]


async def test_without_the_main_numbers_id_its_range_is_a_block() -> None:
    """The vendor's document promises no such id; a row of another order gives none either."""
    written: list[str] = []

    async def answer(request: Request) -> Response:
        if request.method == "POST":
            written.append(request.url.path)
            return JSONResponse({"data": {}}, 201)
        rows = ({"phone_number": MAIN, "porting_order_id": "o-1"}, {"phone_number": MAIN, "id": "n-1"})
        return orders(*(rows if request.url.path.endswith("porting_phone_numbers") else ()))

    async with carrier_that_says(answer) as carrier:
        await name_ranges(carrier._client, "o-1", (MAIN, BEHIND), {MAIN, "+49891234000"})
    assert written == ["/v2/porting_orders/o-1/phone_number_blocks"]


async def test_numbers_of_other_countries_are_named_no_ranges(stand: Stand) -> None:
    await stand.carrier.submit(a_request("+1212555234X"))
    assert await named(stand, BLOCKS) == [] == await named(stand, EXTENSIONS)
