"""Telnyx: porting orders over its official SDK; its words and ours stand in telnyx_words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from carriers.contract import CarrierRequest, Hint
from carriers.telnyx_client import CarrierSaysNo, Json, TelnyxAccess, TelnyxClient
from carriers.telnyx_orders import TelnyxOrders, members
from carriers.telnyx_papers import TelnyxPapers, cut_out, foc_datetime, note, order_data
from carriers.telnyx_reading import (
    ZoneOf,
    as_deleted,
    as_refused,
    confirmed_at,
    count_of,
    has_failures,
    hint,
    numbers_in,
    order_id,
    refusal,
    snapshot,
    status_of,
)
from carriers.telnyx_webhooks import verified_hint
from carriers.telnyx_words import ORDER_PAPERS
from porting.instructions import Accepted, Refused
from porting.orders import News, OrderSnapshot

DRAFT, EXCEPTION = "draft", "exception"
GONE = frozenset({"cancelled", "cancel-pending"})
CLOSED = frozenset({"cancelled", "cancel-pending", "ported"})
FIRST_LOOK_BACK = timedelta(days=7)
# With more numbers than this, an order that is the only one under its reference is told without their list.
LONG_ORDER = 50


class TelnyxCarrier:
    """A PortCarrier. `zone_of` names the IANA zone of an E.164 number; `public_key` is base64, the vendor's."""

    name = "telnyx"

    def __init__(
        self,
        access: TelnyxAccess,
        *,
        public_key: str,
        webhook_url: str,
        zone_of: ZoneOf,
        now: Callable[[], datetime],
        cutover_hour: time = time(14, 0),
    ) -> None:
        self._client = TelnyxClient(access, now)
        self._orders = TelnyxOrders(self._client)
        self._papers = TelnyxPapers(self._client)
        self._public_key = public_key
        self._webhook_url = webhook_url
        self._zone_of = zone_of
        self._now = now
        self._hour = cutover_hour

    async def submit(self, order: CarrierRequest) -> Accepted | Refused:
        return await self._answer(self._send(order, {DRAFT}))

    async def amend(self, order: CarrierRequest) -> Accepted | Refused:
        return await self._answer(self._send(order, {DRAFT, EXCEPTION}))

    async def change_date(self, order: CarrierRequest, day: date) -> Accepted | Refused:
        return await self._answer(self._ask_date(order, day))

    async def cancel(self, order: CarrierRequest, whole: bool, reason: str) -> Accepted | Refused:
        return await self._answer(self._cancel(order, whole), code="TOO_LATE")

    async def tell(self, order: CarrierRequest, text: str) -> Accepted | Refused:
        return await self._answer(self._tell(order, text), code="OTHER")

    async def read(self, reference: str, carrier_order_id: str = "") -> tuple[OrderSnapshot, ...]:
        return await self._snapshots(await self._orders.under(reference, carrier_order_id))

    async def events_since(self, cursor: str) -> tuple[tuple[Hint, ...], str]:
        """Every event from the cursor's instant on, that instant included: the caller knows the last ones already.

        Without a cursor it looks a week back: the list of an account's events has no end.
        """
        since = cursor or (self._now() - FIRST_LOOK_BACK).isoformat()
        events = await self._client.pages(
            lambda api: api.porting.events.with_raw_response.list, filter={"created_at": {"gte": since}}
        )
        hints = sorted((hint(event, self._now()) for event in events), key=lambda found: found.occurred_at)
        return tuple(hints), hints[-1].occurred_at.isoformat() if hints else since

    def verify(self, headers: Mapping[str, str], body: bytes) -> Hint:
        return verified_hint(headers, body, self._public_key, self._now())

    async def close(self) -> None:
        await self._client.close()

    async def _answer(self, doing: Awaitable[Accepted | Refused], code: str = "DATA_INVALID") -> Accepted | Refused:
        try:
            return await doing
        except CarrierSaysNo as no:
            return refusal(no, code)

    async def _send(self, request: CarrierRequest, statuses: Collection[str]) -> Accepted | Refused:
        """Fills and confirms each order in one of the statuses; the others are on their way already.

        Each is told as the carrier's answer shows it: read again it might have gone on, and a step would be missed.
        Of several orders one can be refused: it is told as an exception of that order.
        """
        made = await self._orders.made(request)
        alone, meant = len(made) == 1, [order_id(order) for order in made if _is_meant(request, order)]
        told: list[OrderSnapshot] = []
        refused: list[Refused] = []
        papers: dict[str, list[str]] | None = None
        for order in made:
            if status_of(order) in statuses and order_id(order) in meant:
                papers = papers if papers is not None else await self._papers.uploaded(request.documents)
                try:
                    order = await self._fill_and_confirm(request, order, papers)
                except CarrierSaysNo as no:
                    refused.append(refusal(no))
                    told.append(as_refused(await self._snapshot(order, alone=alone), refused[-1]))
                    continue
            told.append(await self._snapshot(order, alone=alone))
        if refused and len(refused) == len(meant):
            return Refused(reasons=tuple(dict.fromkeys(reason for no in refused for reason in no.reasons)))
        return Accepted(news=News(snapshots=tuple(told)))

    async def _fill_and_confirm(self, request: CarrierRequest, order: Json, papers: dict[str, list[str]]) -> Json:
        id_ = order_id(order)
        data = order_data(request, self._hour, self._webhook_url, self._now())
        named = {kind: papers[kind][-1] for kind in sorted(ORDER_PAPERS) if kind in papers}
        answers = await self._papers.requirements(id_, request, papers)
        await self._update(id_, **data, **({"documents": named} if named else {}), requirements=answers)
        await self._papers.attach_others(id_, papers)
        await self._say_once(id_, note(request))
        try:
            answer = await self._client.write(lambda api: api.porting_orders.actions.with_raw_response.confirm, id_)
        except CarrierSaysNo:
            # Another attempt of ours may have confirmed it a moment ago: then nothing is wrong.
            now = await self._orders.one(id_)
            if status_of(now) in {DRAFT, EXCEPTION}:
                raise
            return now
        return {**order, **(answer.get("data") or {})}

    async def _ask_date(self, request: CarrierRequest, day: date) -> Accepted | Refused:
        wished = foc_datetime(day, self._hour, request.zone)
        for order in await self._meant(request):
            # To ask again for what was asked is harmless there; a date that stands already needs no asking.
            if status_of(order) not in CLOSED and confirmed_at(order) != wished:
                wish = wished.strftime("%Y-%m-%dT%H:%M:%SZ")
                await self._update(order_id(order), activation_settings={"foc_datetime_requested": wish})
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
                await self._say_once(order_id(order), cut_out(request.numbers, held))
            elif status_of(order) == DRAFT:
                await self._orders.delete_draft(order)
                deleted.append(as_deleted(snapshot(order, rows, self._zone_of, self._now())))
            else:
                await self._client.write(
                    lambda api: api.porting_orders.actions.with_raw_response.cancel, order_id(order)
                )
        shown = await self.read(request.reference, request.carrier_order_id)
        return Accepted(news=News(snapshots=(*shown, *deleted)))

    async def _tell(self, request: CarrierRequest, text: str) -> Accepted | Refused:
        for order in await self._meant(request):
            await self._say_once(order_id(order), text)
        return await self._accepted(request)

    async def _say_once(self, id_: str, text: str) -> None:
        if not text:
            return
        said = await self._client.pages(lambda api: api.porting_orders.comments.with_raw_response.list, id_)
        if text not in {comment.get("body") for comment in said}:
            await self._client.write(lambda api: api.porting_orders.comments.with_raw_response.create, id_, body=text)

    async def _update(self, id_: str, **data: Any) -> None:
        await self._client.write(lambda api: api.porting_orders.with_raw_response.update, id_, **data)

    async def _meant(self, request: CarrierRequest) -> list[Json]:
        found = await self._orders.under(request.reference, request.carrier_order_id)
        return [order for order in found if _is_meant(request, order)]

    async def _accepted(self, request: CarrierRequest) -> Accepted:
        return Accepted(news=News(snapshots=await self.read(request.reference, request.carrier_order_id)))

    async def _snapshots(self, orders: list[Json]) -> tuple[OrderSnapshot, ...]:
        return tuple([await self._snapshot(order, alone=len(orders) == 1) for order in orders])

    async def _snapshot(self, order: Json, *, alone: bool) -> OrderSnapshot:
        listed = not alone or has_failures(order) or count_of(order) <= LONG_ORDER
        rows = await self._orders.rows(order) if listed else []
        return snapshot(order, rows, self._zone_of, self._now())


def _is_meant(request: CarrierRequest, order: Json) -> bool:
    """A request without an order's id means every order under its reference."""
    return not request.carrier_order_id or order_id(order) == request.carrier_order_id
