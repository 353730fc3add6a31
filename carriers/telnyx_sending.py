"""Sending orders to Telnyx: each draft filled and confirmed, whatever of it was done before; and the small writes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from carriers.contract import CarrierRequest, Trouble, TroubleKind
from carriers.telnyx_client import CarrierSaysNo, Json, TelnyxClient
from carriers.telnyx_dates import nearest_allowed
from carriers.telnyx_groups import RequirementGroups
from carriers.telnyx_orders import NotPortable, TelnyxOrders, is_meant
from carriers.telnyx_papers import TelnyxPapers, note, order_data
from carriers.telnyx_ranges import name_ranges
from carriers.telnyx_reading import ZoneOf, as_refused, numbers_in, order_id, refusal, rows_of, status_of
from carriers.telnyx_words import ORDER_PAPERS
from porting.instructions import Accepted, Refused
from porting.orders import News, OrderSnapshot
from porting.reasons import Reason
from porting.zones import moment

DRAFT, EXCEPTION = "draft", "exception"


class TelnyxSending:
    """Every write looks first, so that it can be repeated."""

    def __init__(
        self,
        client: TelnyxClient,
        orders: TelnyxOrders,
        *,
        webhook_url: str,
        zone_of: ZoneOf,
        now: Callable[[], datetime],
        cutover_hour: time,
        groups: RequirementGroups,
    ) -> None:
        self._client = client
        self._orders = orders
        self._groups = groups
        self._papers = TelnyxPapers(client)
        self._webhook_url = webhook_url
        self._zone_of = zone_of
        self._now = now
        self._hour = cutover_hour

    async def send(self, request: CarrierRequest, statuses: Collection[str]) -> Accepted | Refused:
        """Fills and confirms each order in one of the statuses; the others are on their way already.

        Each is told as the carrier's answer shows it: read again it might have gone on, and a step would be missed.
        Of several orders one can be refused: it is told as an exception of that order.
        """
        try:
            found = await self._orders.made(request)
        except NotPortable as no_number:
            return Refused(reasons=_distinct(one.reasons for one in no_number.refused))
        made = found.orders
        meant = [order_id(order) for order in made if is_meant(request, order)]
        told: list[OrderSnapshot] = []
        refused: list[Refused] = []
        papers: dict[str, list[str]] | None = None
        for order in made:
            shown, no = order, None
            if status_of(order) in statuses and order_id(order) in meant:
                papers = papers if papers is not None else await self._papers.uploaded(request.documents)
                try:
                    shown = await self._sent(request, order, papers)
                except CarrierSaysNo as says_no:
                    no = refusal(says_no)
                    refused.append(no)
            told.append(as_refused(await self._orders.snapshot(shown, alone=len(made) == 1), no))
        if refused and len(refused) == len(meant):
            return Refused(reasons=_distinct(no.reasons for no in refused))
        told[:1] = [replace(first, refused=found.refused) for first in told[:1]]
        return Accepted(news=News(snapshots=tuple(told)))

    async def update(self, id_: str, **data: Any) -> None:
        await self._client.write(lambda api: api.porting_orders.with_raw_response.update, id_, **data)

    async def say_once(self, id_: str, text: str) -> None:
        """Puts a comment on the order, unless these very words stand there."""
        if not text:
            return
        said = await self._client.pages(lambda api: api.porting_orders.comments.with_raw_response.list, id_)
        if text not in {comment.get("body") for comment in said}:
            await self._client.write(lambda api: api.porting_orders.comments.with_raw_response.create, id_, body=text)

    async def cancel(self, id_: str) -> None:
        await self._client.write(lambda api: api.porting_orders.actions.with_raw_response.cancel, id_)

    def planned(self, request: CarrierRequest, order: Json, day: date) -> datetime:
        """The hour of cut-over on that date where the order's own numbers are (R22); one case can span zones."""
        return moment(day, self._hour, self._zone(request, order))

    def _zone(self, request: CarrierRequest, order: Json) -> str:
        first = next(iter(numbers_in(rows_of(order))), "")
        return self._zone_of(first) if first else request.zone

    async def _sent(self, request: CarrierRequest, order: Json, papers: dict[str, list[str]]) -> Json:
        """The order as it stands after it was sent, by this attempt or by another of ours a moment ago."""
        try:
            return await self._fill_and_confirm(request, order, papers)
        except CarrierSaysNo:
            now = await self._orders.one(order_id(order))
            if status_of(now) in {DRAFT, EXCEPTION}:
                raise
            return now
        except Trouble as trouble:
            if trouble.kind is not TroubleKind.NOT_FOUND:
                raise
            raise Trouble(TroubleKind.OUTCOME_UNKNOWN, "another attempt took the order's draft for a double") from None

    async def _fill_and_confirm(self, request: CarrierRequest, order: Json, papers: dict[str, list[str]]) -> Json:
        id_ = order_id(order)
        wish = self.planned(request, order, request.requested_date) if request.requested_date else None
        if wish and wish > self._now():
            wish = await nearest_allowed(self._client, id_, wish, self._zone(request, order))
        data = order_data(request, self._webhook_url, wish, self._now())
        named = {kind: papers[kind][-1] for kind in sorted(ORDER_PAPERS) if kind in papers}
        group = self._groups.of(next(iter(numbers_in(rows_of(order))), ""))
        given = await self._groups.read_into(id_, group) if group else {}
        answers = await self._papers.requirements(id_, request, papers, given)
        await self.update(id_, **data, **({"documents": named} if named else {}), requirements=answers)
        await self._papers.attach_others(id_, papers)
        await name_ranges(self._client, id_, request.numbers, set(numbers_in(await self._orders.rows(order))))
        await self.say_once(id_, note(request))
        answer = await self._client.write(lambda api: api.porting_orders.actions.with_raw_response.confirm, id_)
        # What cannot be read here took effect all the same; the order is looked at anew before it is told.
        shown = answer.get("data")
        return {**order, **shown} if isinstance(shown, dict) else order


def _distinct(given: Iterable[tuple[Reason, ...]]) -> tuple[Reason, ...]:
    return tuple(dict.fromkeys(reason for reasons in given for reason in reasons))
