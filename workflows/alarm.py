"""One timer that follows the case's diary: set again only when the next date changes, so that history stays short."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from temporalio import workflow


class AlarmClock:
    """Calls `ring` when the moment that was set last has come."""

    def __init__(self, ring: Callable[[], None]) -> None:
        self._ring = ring
        self._moment: datetime | None = None
        self._timer: asyncio.Task[None] | None = None

    def set(self, moment: datetime | None) -> None:
        """Ring at the moment (aware UTC); None means never."""
        if moment == self._moment:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._moment = moment
        self._timer = None if moment is None else asyncio.create_task(self._wait_for(moment))

    async def _wait_for(self, moment: datetime) -> None:
        seconds = max(0.001, (moment - workflow.now()).total_seconds())
        await workflow.sleep(seconds, summary=f"until {moment:%d %b %H:%M}")
        # Forgotten before it rings: the same moment can be due again, with other lines.
        self._moment = None
        self._ring()
