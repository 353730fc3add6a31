"""The task book of carriers that are run by hand: each task once, due by its country's typical times (R43)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from carriers.by_hand import NewTask
from geography.calendars import Calendars
from geography.places import place_of
from porting.country import country
from porting.numbers import NumberRange
from porting.tasks import OpenTask, due_after
from storage import tasks
from storage.database import Database


class TaskTable:
    """Due times are worked out here and recorded, because holiday tables change with their library."""

    def __init__(self, database: Database, calendars: Calendars, now: Callable[[], datetime]) -> None:
        self._database = database
        self._calendars = calendars
        self._now = now

    async def open(self, task: NewTask) -> OpenTask:
        """The task as it stands in the book; one that is there already keeps its due time, one renewed has it anew."""
        place, now = place_of(NumberRange.parse(task.numbers[0])), self._now()
        days = country(place.country).by_hand.pass_on_days
        due = due_after(self._calendars.of(place.key), now, days)
        opened = OpenTask(id=task.id, kind=task.kind, numbers=task.numbers, due=due)
        return await self._database.write(
            lambda connection: tasks.open_task(
                connection, opened, task.case_id, task.reference, task.form, now
            )
        )
