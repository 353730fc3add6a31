"""Time passes for the simulated carrier: everything due is done in the order of its dates, webhooks included."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import datetime

import httpx2

from sandbox.carrier.acts import Acts
from sandbox.carrier.mailbag import Mailbag, Webhook
from sandbox.carrier.store import Store

log = logging.getLogger(__name__)

LONGEST_WAIT = 1.0
PATIENCE = 10.0


class Runner:
    """The one executor: whoever wants time to pass waits for the others."""

    def __init__(self, store: Store, acts: Acts, bag: Mailbag, now: Callable[[], datetime]) -> None:
        self._store = store
        self._acts = acts
        self._bag = bag
        self._now = now
        self._turn = asyncio.Lock()
        self._held_until = 0.0
        self._http = httpx2.AsyncClient(timeout=PATIENCE)

    def next_due(self) -> datetime | None:
        """When something happens next: an act of the carrier's, or a webhook that is to be sent."""
        order = self._store.next_order()
        return min((at for at in (order[0] if order else None, self._bag.next_due()) if at), default=None)

    def hold(self, seconds: float) -> None:
        """Do nothing at the clock's own pace for so long: somebody says when, and what else comes first. 0 ends it."""
        self._held_until = time.monotonic() + seconds

    async def run(self, until: datetime) -> None:
        """Does what is due by then and delivers its webhooks; one that is not taken is tried again later."""
        async with self._turn:
            while await self._one(until):
                continue

    async def keep_running(self, changed: asyncio.Event) -> None:
        """Does at the clock's pace what nobody asked to be done."""
        while True:
            changed.clear()
            try:
                if time.monotonic() >= self._held_until:
                    await self.run(self._now())
            except Exception:
                log.exception("the simulated carrier stumbled")
            try:
                async with asyncio.timeout(self._pause()):
                    await changed.wait()
            except TimeoutError:
                continue

    async def close(self) -> None:
        await self._http.aclose()

    def _pause(self) -> float:
        """Never long: a steered clock may leap."""
        due = self.next_due() if time.monotonic() >= self._held_until else None
        wait = (due - self._now()).total_seconds() if due else LONGEST_WAIT
        return min(max(wait, 0.02), LONGEST_WAIT)

    async def _one(self, until: datetime) -> bool:
        """The next thing: a webhook goes before an act of the same instant, because it tells of an earlier one."""
        order, webhook_due = self._store.next_order(), self._bag.next_due()
        if webhook_due and webhook_due <= until and (order is None or webhook_due <= order[0]):
            webhook = self._bag.next_webhook(until)
            if webhook:
                await self._deliver(webhook, webhook_due)
            return webhook is not None
        if order and order[0] <= until:
            self._acts.perform(order[1], until)
            # Customers' requests are answered in between.
            await asyncio.sleep(0)
            return True
        return False

    async def _deliver(self, webhook: Webhook, due: datetime) -> None:
        headers = self._bag.headers(webhook, self._now())
        try:
            answer = await self._http.post(webhook.url, content=webhook.body, headers=headers)
            said, taken = str(answer.status_code), answer.is_success
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            said, taken = type(error).__name__, False
        with self._store.transaction():
            self._bag.settle(webhook, said, taken, max(due, self._now()))
