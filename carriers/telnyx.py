"""Telnyx: porting orders over its official SDK; its words and ours stand in telnyx_words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime, time

from carriers import telnyx_validation
from carriers.contract import CarrierRequest, Hint
from carriers.telnyx_activation import TelnyxActivation
from carriers.telnyx_client import CarrierSaysNo, Json, TelnyxAccess, TelnyxClient
from carriers.telnyx_events import TelnyxEvents
from carriers.telnyx_groups import KindOf, RequirementGroups
from carriers.telnyx_letters import TelnyxLetters
from carriers.telnyx_orders import TelnyxOrders, is_meant
from carriers.telnyx_papers import cut_out, date_wish
from carriers.telnyx_reading import ZoneOf, as_deleted, confirmed_at, numbers_in, order_id, refusal, status_of
from carriers.telnyx_sending import DRAFT, EXCEPTION, TelnyxSending
from carriers.telnyx_validation import members
from carriers.telnyx_webhooks import verified_hint
from porting.capabilities import Capabilities
from porting.instructions import Accepted, Refused
from porting.orders import News, OrderSnapshot
from porting.portability import Portability

GONE = frozenset({"cancelled", "cancel-pending"})
CLOSED = frozenset({"cancelled", "cancel-pending", "ported"})


CAPABILITIES = Capabilities(cancel_cutoff_hours=48, can_validate=True)


class TelnyxCarrier:
    """A PortCarrier. `zone_of` names the IANA zone of an E.164 number; `public_key` is base64, the vendor's.

    `groups` are requirement groups by country and type of number, which `kind_of` tells of an E.164 number;
    `loa_configuration` is the vendor's id of the letterhead under which letters are prepared.
    """

    name = "telnyx"
    capabilities = CAPABILITIES

    def __init__(
        self,
        access: TelnyxAccess,
        *,
        public_key: str,
        webhook_url: str,
        zone_of: ZoneOf,
        now: Callable[[], datetime],
        cutover_hour: time = time(14, 0),
        groups: Mapping[str, str] | None = None,
        loa_configuration: str = "",
        kind_of: KindOf = lambda number: ("", ""),
    ) -> None:
        self._client = TelnyxClient(access, now)
        self._activation = TelnyxActivation(self._client, now)
        self._letters = TelnyxLetters(self._client, loa_configuration)
        self._events = TelnyxEvents(self._client, now)
        self._orders = TelnyxOrders(self._client, zone_of, now)
        self._groups = RequirementGroups(self._client, groups or {}, kind_of)
        self._sending = TelnyxSending(
            self._client, self._orders, webhook_url=webhook_url, zone_of=zone_of, now=now, cutover_hour=cutover_hour,
            groups=self._groups,
        )  # fmt: skip
        self._public_key = public_key
        self._now = now

    async def submit(self, order: CarrierRequest) -> Accepted | Refused:
        return await self._answer(self._sending.send(order, {DRAFT}))

    async def amend(self, order: CarrierRequest) -> Accepted | Refused:
        return await self._answer(self._sending.send(order, {DRAFT, EXCEPTION}))

    async def change_date(self, order: CarrierRequest, day: date) -> Accepted | Refused:
        return await self._answer(self._ask_date(order, day))

    async def cancel(self, order: CarrierRequest, whole: bool, reason: str) -> Accepted | Refused:
        return await self._answer(self._cancel(order, whole), code="TOO_LATE")

    async def activate(self, order: CarrierRequest) -> Accepted | Refused:
        # That an hour of ours is not taken is no failed port.
        return await self._answer(self._activate(order), code="OTHER" if order.cutover_at else "ACTIVATION_FAILED")

    async def tell(self, order: CarrierRequest, text: str) -> Accepted | Refused:
        return await self._answer(self._tell(order, text), code="OTHER")

    async def check(self, order: CarrierRequest) -> tuple[Portability, ...]:
        return await telnyx_validation.check(self._client, order.numbers)

    async def read(self, reference: str, carrier_order_id: str = "") -> tuple[OrderSnapshot, ...]:
        return await self._orders.snapshots(await self._orders.under(reference, carrier_order_id))

    async def open_orders(self) -> tuple[OrderSnapshot, ...]:
        """The account's orders that were sent and are not over."""
        return await self._orders.all_but(frozenset({DRAFT, "cancelled", "ported"}))

    async def letter(self, reference: str, carrier_order_id: str) -> bytes | None:
        found = [one for one in await self._orders.under(reference, carrier_order_id) if status_of(one) not in CLOSED]
        order = next((one for one in found if carrier_order_id in ("", order_id(one))), None)
        return await self._letters.of(order) if order else None

    async def wrong_settings(self) -> tuple[str, ...]:
        return (*await self._groups.unknown(), *await self._letters.unknown())

    async def events_since(self, cursor: str) -> tuple[tuple[Hint, ...], str]:
        return await self._events.since(cursor)

    def verify(self, headers: Mapping[str, str], body: bytes) -> Hint:
        return verified_hint(headers, body, self._public_key, self._now())

    async def open(self) -> None:
        await self._client.open()

    async def close(self) -> None:
        await self._client.close()

    async def _answer(self, doing: Awaitable[Accepted | Refused], code: str = "DATA_INVALID") -> Accepted | Refused:
        try:
            return await doing
        except CarrierSaysNo as no:
            return refusal(no, code)

    async def _ask_date(self, request: CarrierRequest, day: date) -> Accepted | Refused:
        for order in await self._meant(request):
            wish = self._sending.planned(request, order, day)
            # To ask again for what was asked is harmless there; a date that stands already needs no asking.
            if status_of(order) not in CLOSED and confirmed_at(order) != wish:
                await self._sending.update(order_id(order), activation_settings=date_wish(wish))
        return await self._accepted(request)

    async def _cancel(self, request: CarrierRequest, whole: bool) -> Accepted | Refused:
        wanted = set(members(request.numbers))
        deleted: list[OrderSnapshot] = []
        for order in await self._meant(request):
            rows = [] if whole else await self._orders.rows(order)
            held = set(numbers_in(rows))
            if status_of(order) in GONE or not (whole or held & wanted):
                continue
            if not whole and held - wanted:
                await self._sending.say_once(order_id(order), cut_out(request.numbers, held))
            elif status_of(order) == DRAFT:
                await self._orders.delete_draft(order)
                deleted.append(as_deleted(await self._orders.snapshot(order, alone=whole)))
            else:
                await self._sending.cancel(order_id(order))
        shown = await self.read(request.reference, request.carrier_order_id)
        return Accepted(news=News(snapshots=(*shown, *deleted)))

    async def _activate(self, request: CarrierRequest) -> Accepted | Refused:
        for order in await self._meant(request):
            if status_of(order) not in CLOSED:
                await self._activation.carry_out(order, request.cutover_at)
        return await self._accepted(request)

    async def _tell(self, request: CarrierRequest, text: str) -> Accepted | Refused:
        for order in await self._meant(request):
            await self._sending.say_once(order_id(order), text)
        return await self._accepted(request)

    async def _meant(self, request: CarrierRequest) -> list[Json]:
        found = await self._orders.under(request.reference, request.carrier_order_id)
        return [order for order in found if is_meant(request, order)]

    async def _accepted(self, request: CarrierRequest) -> Accepted:
        return Accepted(news=News(snapshots=await self.read(request.reference, request.carrier_order_id)))
