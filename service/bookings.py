"""Which days can be booked for a number: as a new order, or where a confirmed date stands, as a change of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from geography.calendars import Calendars
from geography.places import place_of
from porting.country import country
from porting.dates import Day, bookable_days
from porting.numbers import NumberRange
from porting.policy import Policy
from porting.status import Status
from service.known_case import Approved, KnownCase, KnownLine, known_case
from service.wishes import Terms
from storage.database import Database
from storage.filters import holds
from storage.tables import cases, lines

NEW_ORDER = "NEW_ORDER"
DATE_CHANGE = "DATE_CHANGE"


@dataclass(frozen=True)
class Bookable:
    """The days asked for, each bookable or with its reason. `case` is the caller's open case with the number."""

    number: str
    country: str
    region: str | None
    time_zone: str
    rule: str
    earliest: date
    latest: date
    days: tuple[Day, ...]
    case: str | None = None


class Bookings:
    """Answers what the calendars and the open cases say."""

    def __init__(
        self, database: Database, calendars: Calendars, policy: Policy, now: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._calendars = calendars
        self._policy = policy
        self._now = now

    async def of(self, number: NumberRange, first: date, last: date, partner_id: str | None) -> Bookable:
        """The days from first to last. Raises NotPortable, InvalidNumber, DateTooFar beyond the calendars."""
        place = place_of(number)
        async with self._database.read() as connection:
            found = await self._open_line(connection, number, partner_id)
        if found is not None and found[1].status is Status.CONFIRMED:
            rule, policy = DATE_CHANGE, found[0].terms.policy
            lead = policy.change_notice_business_days
        else:
            rule, policy = NEW_ORDER, self._policy
            lead = country(place.country).lead_days(place.number_type, number.count)
        terms = Terms.at(self._calendars.of(place.key), self._now(), lead)
        approved = Approved.of([found[1]] if found is not None and rule == DATE_CHANGE else [])
        earliest = max(terms.nearest, approved.first or terms.nearest)
        latest = terms.today + timedelta(days=policy.max_days_ahead)
        latest = min(latest, approved.last or latest)
        return Bookable(
            number=number.text, country=place.country, region=place.region, time_zone=place.time_zone, rule=rule,
            earliest=earliest, latest=latest, case=found[0].id if found else None,
            days=tuple(bookable_days(terms.calendar, first, last, earliest, latest)),
        )  # fmt: skip

    def today(self, number: NumberRange) -> date:
        """The day that it is where the number stands."""
        return Terms.at(self._calendars.of(place_of(number).key), self._now(), 0).today

    async def _open_line(
        self, connection: AsyncConnection, number: NumberRange, partner_id: str | None
    ) -> tuple[KnownCase, KnownLine] | None:
        query = select(lines.c.case_id, lines.c.number).where(holds(number.first_value), lines.c.is_open)
        if partner_id is not None:
            query = query.join(cases, cases.c.id == lines.c.case_id).where(cases.c.partner_id == partner_id)
        row = (await connection.execute(query)).first()
        if row is None:
            return None
        case = await known_case(connection, row.case_id, partner_id)
        return case, next(line for line in case.lines if line.number == row.number)
