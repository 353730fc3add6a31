"""Every simulated carrier of a rehearsal, steered as if it were one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from porting.errors import PortingError
from sandbox.carrier_remote import CarrierDue, CarrierRemote


class SimulatedCarriers:
    """`first` stands in for every carrier that has no stand-in of its own among the `others`."""

    def __init__(
        self, first: CarrierRemote, others: Mapping[str, CarrierRemote], whose: Callable[[str], str]
    ) -> None:
        self._first = first
        self._others = others
        self._whose = whose
        self._all = (first, *others.values())

    async def due(self) -> CarrierDue:
        return _together(await asyncio.gather(*(one.due() for one in self._all)))

    async def run(self, until: datetime) -> CarrierDue:
        """One after another, so that each rehearsal goes the same way."""
        return _together([await one.run(until) for one in self._all])

    async def hold(self, seconds: float) -> None:
        await asyncio.gather(*(one.hold(seconds) for one in self._all))

    async def put_script(self, number: str, steps: Any) -> Any:
        """Raises BadScript."""
        try:
            name = self._whose(number)
        except PortingError:
            name = ""
        return await self._others.get(name, self._first).put_script(number, steps)

    async def orders(self) -> Any:
        """What the first received, and behind it the orders of the others."""
        found = await self._first.orders()
        for other in self._others.values():
            found["items"] += (await other.orders())["items"]
        return found


def _together(due: list[CarrierDue]) -> CarrierDue:
    """The soonest of them."""
    dates = [one.next for one in due if one.next is not None]
    return CarrierDue(min(dates, default=None), sum(one.undelivered for one in due))
