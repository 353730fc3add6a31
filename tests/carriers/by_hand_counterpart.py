"""The stand-in for a carrier without interface: the task book on a real database, and a person who tells the news."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from activities.task_book import TaskTable
from carriers.by_hand import ByHandCarrier
from carriers.contract import Address, CarrierRequest, EndCustomer, Hint, LosingCarrier
from geography.calendars import Calendars
from geography.places import place_of
from porting.commands import Actor, EnterNews, NewsKind, Role
from porting.dates import plan_cutover
from porting.numbers import NumberRange
from porting.policy import Policy
from porting.reasons import reason
from porting.tasks import TaskKind
from storage import tasks
from storage.database import Database
from tests.carriers.counterpart import Act, Delivery, Kind, Misuse, Story
from tests.carriers.wire import Break
from tests.effects.carrier_stand import WISH, Clock
from tests.effects.stored_cases import store_case

CARE = Actor(Role.CARE, "Vera")
LATE = timedelta(days=3)
ZONE = "Australia/Sydney"


class ByHandCounterpart:
    """What is asked of it lies in the table of tasks; what it says is entered by care, once it is due."""

    lines = tuple(f"+612912345{n:02}" for n in range(12))
    strange = ""
    cannot: Mapping[Kind, str] = {}

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self._clock = clock
        self._calendars = Calendars(clock.now)
        self.carrier = ByHandCarrier(TaskTable(database, self._calendars, clock.now))
        self._due: list[tuple[datetime, EnterNews]] = []

    def request(self, *numbers: str, reference: str = "PC-1-1", carrier_order_id: str = "") -> CarrierRequest:
        where = Address(street="George Street", house_number="1", postal_code="2000", city="Sydney", country="AU")
        return CarrierRequest(
            case_id="PC-1", reference=reference, numbers=numbers or self.lines[:1], zone=ZONE, requested_date=WISH,
            carrier_order_id=carrier_order_id, end_customer=EndCustomer(name="Example Pty Ltd", address=where),
            losing_carrier=LosingCarrier(name="Telstra", account_number="A-1"),
        )  # fmt: skip

    def day(self) -> date:
        return date(2027, 2, 3)

    def now(self) -> datetime:
        return self._clock.now()

    async def tells(self, story: Story, line: str = "") -> None:
        said_at = self.now() + timedelta(hours=1)
        late = LATE if story is Story.NEWS_DAYS_LATE else timedelta()
        self._due = [
            (said_at + late, replace(one, actor=CARE, said_by="Jo of the losing side", said_at=said_at))
            for one in self._news(story)
        ]

    async def tampers(self, misuse: Misuse) -> None:
        raise NotImplementedError("nothing is shown to anybody")

    async def days_pass(self, days: float) -> None:
        self._clock.at += timedelta(days=days)

    def strike(self, kind: Break, *, at: int = 0, reads: bool = False) -> None:
        raise NotImplementedError("there is no wire")

    def struck(self) -> int:
        return 0

    def heal(self) -> None:
        """Nothing breaks."""

    def cut(self) -> None:
        raise NotImplementedError("there is no wire")

    async def orders(self, reference: str = "PC-1-1") -> int:
        return await self.written(TaskKind.SUBMIT, reference=reference)

    async def sent(self, reference: str = "PC-1-1") -> int:
        return await self.written(TaskKind.SUBMIT, TaskKind.AMEND, reference=reference)

    async def done(self, act: Act, reference: str) -> int:
        return await self.written(TaskKind[act.name], reference=reference)

    def another(self) -> ByHandCarrier:
        """With a connection of its own to the table, as another process has it."""
        database = Database(self.database.url.render_as_string(hide_password=False))
        return ByHandCarrier(TaskTable(database, self._calendars, self.now))

    async def ported(self, reference: str = "PC-1-1") -> Sequence[str]:
        raise NotImplementedError("it is not our word that ports")

    async def said(self, reference: str = "PC-1-1") -> list[str]:
        return [one["form"]["message"] for one in await self._tasks(reference) if one["kind"] == TaskKind.TELL]

    async def hints(self) -> list[Hint]:
        return []

    def entered(self) -> list[EnterNews]:
        now = self.now()
        found = [one for due, one in self._due if due <= now]
        self._due = [(due, one) for due, one in self._due if due > now]
        return found

    def deliveries(self) -> list[Delivery]:
        return []

    async def written(self, *kinds: TaskKind, reference: str = "PC-1-1") -> int:
        """How many tasks of these kinds stand in the book under the reference."""
        return sum(one["kind"] in kinds for one in await self._tasks(reference))

    async def _tasks(self, reference: str) -> list[dict[str, Any]]:
        async with self.database.read() as connection:
            return [one for one in await tasks.of_case(connection, "PC-1") if one["reference"] == reference]

    def _news(self, story: Story) -> list[EnterNews]:
        taken = EnterNews(actor=CARE, news=NewsKind.ACKNOWLEDGED)
        confirmed = self._dated(NewsKind.CONFIRMED, WISH)
        match story:
            case Story.REFUSED:
                why = reason("ACCOUNT_MISMATCH", "No such account here.", "AU-7")
                return [taken, replace(taken, news=NewsKind.MISSING_DATA, reasons=(why,))]
            case Story.REJECTED:
                why = reason("NOT_PORTABLE", "Not ours to give.", "AU-9")
                return [taken, replace(taken, news=NewsKind.REJECTED, reasons=(why,))]
            case Story.PAST_DATE:
                return [taken, self._dated(NewsKind.CONFIRMED, self.now().date() - timedelta(days=7))]
            case Story.NEWS_TWICE:
                return [taken, taken, confirmed, confirmed]
            case Story.NEWS_FROM_START:
                return [taken, confirmed, taken, confirmed]
            case Story.NEWS_REORDERED:
                return [confirmed, taken]
            case _:
                return [taken, confirmed]

    def _dated(self, news: NewsKind, day: date) -> EnterNews:
        """With the plan that the door works out for the day."""
        calendar = self._calendars.of(place_of(NumberRange(self.lines[0])).key)
        return EnterNews(actor=CARE, news=news, date=day, plans=(plan_cutover(calendar, day, Policy()),))


@asynccontextmanager
async def by_hand(folder: Path, database: Database) -> AsyncIterator[ByHandCounterpart]:
    """Its tasks are of a case that the database knows."""
    await store_case(database)
    yield ByHandCounterpart(database, Clock())
