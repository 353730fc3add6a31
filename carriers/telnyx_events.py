"""Telnyx's list of events: what a lost webhook would have told, its text included."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from carriers.contract import Hint, Trouble, TroubleKind
from carriers.telnyx_client import CarrierSaysNo, Json, TelnyxClient
from carriers.telnyx_reading import as_comment_event, hint, lacks_payload

FIRST_LOOK_BACK = timedelta(days=7)
NEW_COMMENT = "porting_order.new_comment"


class TelnyxEvents:
    """The list brings what happened; where an event's payload is lost, its order is read, and it is asked for again."""

    def __init__(self, client: TelnyxClient, now: Callable[[], datetime]) -> None:
        self._client = client
        self._now = now
        self._asked_again: set[str] = set()

    async def since(self, cursor: str) -> tuple[tuple[Hint, ...], str]:
        """Every event from the cursor's instant on, that instant included: the caller knows the last ones already.

        Without a cursor it looks a week back: the list of an account's events has no end.
        """
        since = cursor or (self._now() - FIRST_LOOK_BACK).isoformat()
        events = await self._client.pages(
            lambda api: api.porting.events.with_raw_response.list, filter={"created_at": {"gte": since}}
        )
        found = [one for event in events for one in await self._hints(event)]
        hints = sorted(found, key=lambda one: one.occurred_at)
        # Never ahead of our own clock, or a carrier's that is ahead would make us miss what comes until then.
        return tuple(hints), min(hints[-1].occurred_at, self._now()).isoformat() if hints else since

    async def _hints(self, event: Json) -> list[Hint]:
        told = hint(event, self._now())
        if not lacks_payload(event):
            return [told]
        await self._ask_again(str(event["id"]))
        if told.kind != NEW_COMMENT or not told.carrier_order_id:
            return [told]
        return [hint(as_comment_event(event, said), self._now()) for said in await self._said(told)] or [told]

    async def _said(self, told: Hint) -> list[Json]:
        """The order's comments: one of them is what the event is about, and the case knows those that it has."""
        try:
            return await self._client.pages(
                lambda api: api.porting_orders.comments.with_raw_response.list, told.carrier_order_id
            )
        except Trouble as trouble:
            if trouble.kind is TroubleKind.NOT_FOUND:
                return []
            raise

    async def _ask_again(self, event_id: str) -> None:
        """Once: its webhook comes whole then, which matters where an event does not even say whose it is."""
        if event_id in self._asked_again:
            return
        try:
            await self._client.write(lambda api: api.porting.events.with_raw_response.republish, event_id)
        except (CarrierSaysNo, Trouble):
            # What the list says is taken all the same; the next look asks again.
            return
        self._asked_again.add(event_id)
