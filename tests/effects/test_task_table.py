"""Tasks by hand as they are written down: an open one is renewed, and one that care finished is not (R43)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from temporalio.exceptions import ApplicationError

from activities.carrier import CarrierActivities
from activities.news import NewsReader
from activities.task_book import TaskTable
from carriers.by_hand import CAPABILITIES, ByHandCarrier
from geography.calendars import Calendars
from porting import verbs
from porting.case import Case
from porting.commands import AnswerItems, EnterNews, FinishTask, NewsKind
from porting.instructions import Accepted, AmendOrder, SubmitOrder
from porting.reasons import reason
from porting.tasks import TaskKind
from storage import tasks
from storage.database import Database
from tests.effects.stored_cases import announce, store_case
from tests.examples import CARE, MONDAY, PARTNER, instructed


def to_carriers(database: Database) -> CarrierActivities:
    """The activities with the one carrier that is run by hand, under the name that the case knows."""
    calendars = Calendars(lambda: MONDAY)
    by_hand = ByHandCarrier(TaskTable(database, calendars, lambda: MONDAY))
    carriers = {"telnyx": by_hand}
    return CarrierActivities(database, carriers, NewsReader(database, carriers, calendars, lambda: MONDAY))


def asked_again(case: Case) -> AmendOrder:
    """The losing side misses something, and the partner gives it."""
    news = EnterNews(actor=CARE, news=NewsKind.MISSING_DATA, reasons=(reason("ACCOUNT_MISMATCH"),))
    verbs.tell(case, news, MONDAY)
    items = tuple(item.id for item in case.missing if item.is_open)
    verbs.tell(case, AnswerItems(actor=PARTNER, answer_id=f"AN-{len(case.missing)}", items=items), MONDAY)
    return instructed(case, AmendOrder)[-1]


async def a_correction_on_its_way(database: Database, carrier: CarrierActivities) -> tuple[Case, AmendOrder]:
    """Care passed the order on, and what the losing side missed is to be passed on too."""
    case = await store_case(database)
    case.orders[0].capabilities = CAPABILITIES
    [order] = instructed(case, SubmitOrder)
    verbs.done(case, order, await carrier.submit_order(order), MONDAY)
    verbs.tell(case, FinishTask(actor=CARE, task_id=case.orders[0].tasks[0].id), MONDAY)
    return case, asked_again(case)


async def open_in_the_table(database: Database, case: Case) -> list[str]:
    async with database.read() as connection:
        return [task["id"] for task in await tasks.of_case(connection, case.id) if task["status"] == "OPEN"]


async def test_a_correction_that_care_finished_while_it_was_renewed_is_an_open_task_again(database: Database) -> None:
    """R19, R43: what the case waits for is what the table shows as open."""
    carrier = to_carriers(database)
    case, first = await a_correction_on_its_way(database, carrier)
    written = await carrier.amend_order(first)
    second = asked_again(case)
    verbs.done(case, first, written, MONDAY)
    renewed = await carrier.amend_order(second)
    assert isinstance(written, Accepted) and isinstance(renewed, Accepted) and written.task and renewed.task
    assert (renewed.task.id, written.task.renewed, renewed.task.renewed) == (written.task.id, False, True)
    verbs.tell(case, FinishTask(actor=CARE, task_id=written.task.id), MONDAY)
    verbs.done(case, second, renewed, MONDAY)
    [third] = instructed(case, AmendOrder)
    with pytest.raises(ApplicationError, match="not shown as it stands yet"):
        await carrier.amend_order(third)
    await announce(database, case)
    assert await open_in_the_table(database, case) == []
    verbs.done(case, third, await carrier.amend_order(third), MONDAY)
    [task] = case.orders[0].tasks
    assert task.kind is TaskKind.AMEND and task.id != written.task.id
    assert await open_in_the_table(database, case) == [task.id]
    verbs.tell(case, FinishTask(actor=CARE, task_id=task.id), MONDAY + timedelta(hours=1))
    await announce(database, case)
    assert await open_in_the_table(database, case) == []
