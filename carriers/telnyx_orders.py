"""The orders under one reference of ours at Telnyx: found, made whole, their numbers read in full."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from carriers import telnyx_validation
from carriers.contract import CarrierRequest, Trouble, TroubleKind
from carriers.telnyx_activation import TelnyxActivation
from carriers.telnyx_client import CarrierSaysNo, Json, TelnyxClient
from carriers.telnyx_reading import (
    ZoneOf,
    count_of,
    created_at,
    has_failures,
    may_need_asking,
    names_of,
    numbers_in,
    order_id,
    reference_of,
    rows_of,
    snapshot,
    status_of,
    takes_our_hour,
)
from carriers.telnyx_validation import members
from porting.orders import OrderSnapshot, RefusedNumbers
from porting.reasons import reason

# With more numbers than this, an order that is the only one under its reference is told without their list.
LONG_ORDER = 50
# Created, doubled, cleared up: attempts that race settle after three looks; more is a carrier that forgets.
MOST_ROUNDS = 5


class NotPortable(Exception):
    """None of the request's numbers can be ported."""

    def __init__(self, refused: tuple[RefusedNumbers, ...]) -> None:
        super().__init__("not portable")
        self.refused = refused


@dataclass(frozen=True)
class Made:
    """The carrier's orders for a request, and the lines that it would not take, ranges whole (R03)."""

    orders: list[Json]
    refused: tuple[RefusedNumbers, ...] = ()


class TelnyxOrders:
    """Finding before making: `create` answers with several orders, and may have run before without our knowing."""

    def __init__(self, client: TelnyxClient, zone_of: ZoneOf, now: Callable[[], datetime]) -> None:
        self._client = client
        self._activation = TelnyxActivation(client, now)
        self._zone_of = zone_of
        self._now = now

    async def under(self, reference: str, carrier_order_id: str = "") -> list[Json]:
        """Every order with our reference, oldest first, and the one of that id should it bear another reference."""
        known = None
        if not reference and carrier_order_id:
            known = await self.one(carrier_order_id)
            reference = reference_of(known)
        found = await self._listed(reference) if reference else []
        if carrier_order_id and carrier_order_id not in {order_id(order) for order in found}:
            found += [known] if known else await self._if_there(carrier_order_id)
        return sorted(found, key=lambda order: (created_at(order), order_id(order)))

    async def one(self, carrier_order_id: str) -> Json:
        answer = await self._client.read(_orders("retrieve"), carrier_order_id)
        order = answer.get("data")
        if not isinstance(order, dict):
            raise Trouble(TroubleKind.GARBAGE, "the carrier shows no order where one was asked for")
        return order

    async def rows(self, order: Json) -> list[Json]:
        """The order's numbers, all of them; with the order itself come fifty at the most."""
        shown = rows_of(order)
        if count_of(order) <= len(shown):
            return shown
        wanted = order_id(order)
        listed = await self._client.pages(
            lambda api: api.porting_phone_numbers.with_raw_response.list,
            extra_query={"filter[porting_order_id]": wanted},
        )
        return [row for row in listed if row.get("porting_order_id") == wanted]

    async def made(self, request: CarrierRequest) -> Made:
        """The orders that hold the request's numbers: what lacks is created, doubled drafts are deleted.

        What cannot be ported is not ordered. Raises NotPortable when that is all of it.
        """
        wanted = members(request.numbers)
        for _ in range(MOST_ROUNDS):
            found = await self.under(request.reference, request.carrier_order_id)
            if found and sum(count_of(order) for order in found) == len(wanted):
                return Made(found)
            doubled, lacking = await self._compared(found, wanted)
            for order in doubled:
                await self.delete_draft(order)
            refused = await self._not_portable(request, set(lacking)) if lacking else ()
            gone = {number for one in refused for number in one.numbers}
            if portable := [number for number in lacking if number not in gone]:
                await self._create(request, portable)
            elif not doubled:
                if not found:
                    raise NotPortable(refused)
                return Made(found, refused)
        raise Trouble(TroubleKind.OUTCOME_UNKNOWN, "the carrier does not show the order that it took")

    async def delete_draft(self, order: Json) -> None:
        """Deletes the draft unless somebody else has."""
        try:
            await self._client.write(_orders("delete"), order_id(order))
        except CarrierSaysNo:
            pass
        except Trouble as trouble:
            if trouble.kind is not TroubleKind.NOT_FOUND:
                raise

    async def snapshots(self, orders: list[Json]) -> tuple[OrderSnapshot, ...]:
        return tuple([await self.snapshot(order, alone=len(orders) == 1) for order in orders])

    async def snapshot(self, order: Json, *, alone: bool) -> OrderSnapshot:
        """The order in our words, with the numbers that tell it from others under its reference or that failed."""
        job_failed = takes_our_hour(order) and await self._activation.has_failed(order)
        listed = not alone or job_failed or has_failures(order) or count_of(order) <= LONG_ORDER
        rows = await self.rows(order) if listed else []
        names = names_of(order, await self._sub_request(order)) if may_need_asking(order) else ""
        return snapshot(order, rows, self._zone_of, self._now(), job_failed=job_failed, known_as=names)

    async def _sub_request(self, order: Json) -> Json:
        """Nothing where there is none: the order is told without it, whatever the carrier says to the question."""
        try:
            answer = await self._client.read(_orders("retrieve_sub_request"), order_id(order))
        except (CarrierSaysNo, Trouble):
            return {}
        found = answer.get("data")
        return found if isinstance(found, dict) else {}

    async def all_but(self, statuses: frozenset[str]) -> tuple[OrderSnapshot, ...]:
        """Every order of the account in another status, with the numbers that came along."""
        listed = await self._client.pages(_orders("list"), sort={"value": "created_at"})
        wanted = [order for order in listed if status_of(order) not in statuses]
        return tuple(snapshot(order, rows_of(order), self._zone_of, self._now()) for order in wanted)

    async def _compared(self, found: list[Json], wanted: list[str]) -> tuple[list[Json], list[str]]:
        """Drafts that hold numbers of an order sent or of an older draft, and the numbers that no order holds.

        Whoever deletes drafts must look again: another attempt may have sent one of them a moment before.
        """
        doubled: list[Json] = []
        held: set[str] = set()
        for order in sorted(found, key=lambda order: status_of(order) == "draft"):
            numbers = set(numbers_in(await self.rows(order)))
            if status_of(order) == "draft" and numbers & held:
                doubled.append(order)
            held |= numbers
        return doubled, [number for number in wanted if number not in held]

    async def _not_portable(self, request: CarrierRequest, lacking: set[str]) -> tuple[RefusedNumbers, ...]:
        lines = [line for line in request.numbers if not lacking.isdisjoint(members([line]))]
        answers = await telnyx_validation.check(self._client, lines)
        return tuple(
            RefusedNumbers(numbers=tuple(members([one.number])), reasons=(one.reason or reason("NOT_PORTABLE"),))
            for one in answers if one.portable is False
        )  # fmt: skip

    async def _create(self, request: CarrierRequest, numbers: list[str]) -> None:
        await self._client.write(
            _orders("create"),
            phone_numbers=numbers,
            customer_reference=request.reference,
            customer_group_reference=request.case_id,
        )

    async def _listed(self, reference: str) -> list[Json]:
        listed = await self._client.pages(
            _orders("list"), filter={"customer_reference": reference}, sort={"value": "created_at"}
        )
        # A filter may be read as "contains": PC-1 must not find PC-12.
        return [order for order in listed if reference_of(order) == reference]

    async def _if_there(self, carrier_order_id: str) -> list[Json]:
        try:
            return [await self.one(carrier_order_id)]
        except Trouble as trouble:
            if trouble.kind is TroubleKind.NOT_FOUND:
                return []
            raise


def is_meant(request: CarrierRequest, order: Json) -> bool:
    """A request without an order's id means every order under its reference."""
    return not request.carrier_order_id or order_id(order) == request.carrier_order_id


def _orders(method: str) -> Any:
    return lambda api: getattr(api.porting_orders.with_raw_response, method)
