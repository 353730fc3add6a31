"""Reads orders at a carrier, and works out what their dates entail: the one place where carrier news is made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime

from carriers.contract import PortCarrier
from geography.calendars import Calendars
from porting.dates import CutoverPlan, next_dates, plan_cutover
from porting.errors import DateTooFar
from porting.orders import News, OrderSnapshot
from porting.validity import plan_validity
from storage import cutovers
from storage.cases import places
from storage.database import Database
from storage.terms import CutoverTerms, cutover_terms


class NewsReader:
    """Plans are computed here and recorded, because holiday tables change with their library (R22, R23)."""

    def __init__(
        self, database: Database, carriers: Mapping[str, PortCarrier], calendars: Calendars, now: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._carriers = carriers
        self._calendars = calendars
        self._now = now

    async def read(self, case_id: str, carrier: str, reference: str, carrier_order_id: str) -> News:
        """What the carrier shows of the order now. Raises carriers.contract.Trouble."""
        snapshots = await self._carriers[carrier].read(reference, carrier_order_id)
        return await self.complete(case_id, News(snapshots=tuple(snapshots)))

    async def complete(self, case_id: str, news: News) -> News:
        """The news with a cut-over plan for each date in it and each place of the case.

        A carrier that names the first possible date leaves the choice to us: then the plans are for the days that can
        come of it.
        """
        news = replace(news, snapshots=self._not_from_the_future(news.snapshots))
        plans = await self.plans(case_id, _dates(news.snapshots))
        approved = [one for one in news.snapshots if one.first_possible or one.valid_until is not None]
        if not approved:
            return replace(news, plans=plans)
        async with self._database.read() as connection:
            wishes = await cutovers.wishes(connection, case_id)
            terms = await cutover_terms(connection, case_id)
        days = {(place, day) for place, wished in wishes.items() for day in self._possible(place, wished, approved)}
        until = {one.valid_until for one in approved if one.valid_until is not None}
        return replace(
            news,
            plans=tuple(dict.fromkeys((*plans, *self._planned(days, terms)))),
            validities=tuple(
                plan_validity(place, day, terms.policy) for place in sorted(wishes) for day in sorted(until)
            ),
        )

    def _not_from_the_future(self, snapshots: Iterable[OrderSnapshot]) -> tuple[OrderSnapshot, ...]:
        """Seen now at the latest: a carrier's clock that is ahead would make all that is said until then seem old."""
        now = self._now()
        return tuple(replace(one, as_of=min(one.as_of, now)) for one in snapshots)

    def _possible(self, place: str, wishes: Iterable[date], approved: Iterable[OrderSnapshot]) -> set[date]:
        """The first business days from each wish on, and from today: the hour of the first can be over already."""
        calendar, today = self._calendars.of(place), self._calendars.today(place)
        found: set[date] = set()
        for first in (one.date for one in approved if one.first_possible and one.date is not None):
            for start in {max(first, today, wish) for wish in (first, *wishes)}:
                try:
                    found.update(next_dates(calendar, start, 2))
                except DateTooFar:
                    continue
        return found

    async def plans(self, case_id: str, dates: Iterable[date]) -> tuple[CutoverPlan, ...]:
        """Plans under the case's own policy; a date beyond every calendar has none, so that care gets to see it."""
        wanted = sorted(set(dates))
        if not wanted:
            return ()
        async with self._database.read() as connection:
            where = await places(connection, case_id)
            terms = await cutover_terms(connection, case_id)
        return self._planned([(place, day) for place in where for day in wanted], terms)

    def _planned(self, wanted: Iterable[tuple[str, date]], terms: CutoverTerms) -> tuple[CutoverPlan, ...]:
        found = []
        for place, day in sorted(wanted):
            try:
                found.append(plan_cutover(self._calendars.of(place), day, terms.policy, terms.time_zone))
            except DateTooFar:
                continue
        return tuple(found)


def _dates(snapshots: Iterable[OrderSnapshot]) -> set[date]:
    return {one.date for one in snapshots if one.date is not None and not one.first_possible}
