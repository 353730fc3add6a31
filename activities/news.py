"""Reads orders at a carrier, and works out what their dates entail: the one place where carrier news is made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from carriers.contract import PortCarrier
from geography.calendars import Calendars
from porting.dates import CutoverPlan, plan_cutover
from porting.errors import DateTooFar
from porting.orders import News, OrderSnapshot
from storage.cases import places
from storage.database import Database
from storage.terms import cutover_terms


class NewsReader:
    """Plans are computed here and recorded, because holiday tables change with their library (R22, R23)."""

    def __init__(self, database: Database, carriers: Mapping[str, PortCarrier], calendars: Calendars) -> None:
        self._database = database
        self._carriers = carriers
        self._calendars = calendars

    async def read(self, case_id: str, carrier: str, reference: str, carrier_order_id: str) -> News:
        """What the carrier shows of the order now. Raises carriers.contract.Trouble."""
        snapshots = await self._carriers[carrier].read(reference, carrier_order_id)
        return await self.complete(case_id, News(snapshots=tuple(snapshots)))

    async def complete(self, case_id: str, news: News) -> News:
        """The news with a cut-over plan for each date in it and each place of the case."""
        return replace(news, plans=await self.plans(case_id, _dates(news.snapshots)))

    async def plans(self, case_id: str, dates: Iterable[date]) -> tuple[CutoverPlan, ...]:
        """Plans under the case's own policy; a date beyond every calendar has none, so that care gets to see it."""
        wanted = sorted(set(dates))
        if not wanted:
            return ()
        async with self._database.read() as connection:
            where = await places(connection, case_id)
            terms = await cutover_terms(connection, case_id)
        found = []
        for place in where:
            for day in wanted:
                try:
                    found.append(plan_cutover(self._calendars.of(place), day, terms.policy, terms.time_zone))
                except DateTooFar:
                    continue
        return tuple(found)


def _dates(snapshots: Iterable[OrderSnapshot]) -> set[date]:
    return {snapshot.date for snapshot in snapshots if snapshot.date is not None}
