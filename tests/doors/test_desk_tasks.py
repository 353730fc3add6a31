"""Work by hand at the desk: its data, its sheet, marking it done, and what the queue says when it is late (R43)."""

from __future__ import annotations

from datetime import timedelta

import httpx2

from activities.carrier_request import carrier_request
from activities.task_book import TaskTable
from carriers.by_hand import ByHandCarrier
from porting import verbs
from porting.instructions import Accepted, SubmitOrder
from porting.status import WaitingOn
from storage import tasks
from tests.doors.desk_fixtures import a_template, a_visitor_of_care, a_world  # noqa: F401
from tests.doors.desk_world import World, hidden
from tests.doors.test_desk_case import words_of


async def with_a_task(world: World) -> tuple[str, str]:
    """A case whose order became a task, twice told and one; the case's id and the task's."""
    case_id = await world.open()
    case = world.engine.cases[case_id]
    instruction = next(one for one in case.instructions if isinstance(one, SubmitOrder))
    carrier = ByHandCarrier(TaskTable(world.database, world.calendars, lambda: world.now))
    request = await carrier_request(world.database, instruction)
    answer = await carrier.submit(request)
    assert isinstance(answer, Accepted) and answer == await carrier.submit(request)
    verbs.done(case, instruction, answer, world.now)
    await world.engine.announce(case_id)
    async with world.database.read() as connection:
        [task] = await tasks.of_case(connection, case_id)
    return case_id, task["id"]


async def test_a_task_shows_all_that_the_other_form_asks_for_also_on_paper(
    world: World, staff: httpx2.AsyncClient
) -> None:
    """R43"""
    case_id, task = await with_a_task(world)
    assert "Pass the order on" in words_of((await staff.get(f"/desk/cases/{case_id}")).text)
    for page in ("", "/sheet"):
        shown = words_of((await staff.get(f"/desk/cases/{case_id}/tasks/{task}{page}")).text)
        assert "+498912345678" in shown and "loa.pdf" in shown and "Account number" in shown
    assert (await staff.get(f"/desk/cases/{case_id}/tasks/TK-0")).status_code == 404


async def test_a_task_is_marked_done_with_a_note_and_the_losing_side_has_its_time(
    world: World, staff: httpx2.AsyncClient
) -> None:
    """R20, R43"""
    case_id, task = await with_a_task(world)
    address = f"/desk/cases/{case_id}/tasks/{task}"
    form = hidden((await staff.get(address)).text)
    assert (await staff.post(address, data=form)).status_code == 422
    done = await staff.post(address, data=form | {"note": "Sent by mail."})
    assert done.headers["location"] == f"/desk/cases/{case_id}"
    assert world.engine.cases[case_id].waiting_on is WaitingOn.CARRIER
    async with world.database.read() as connection:
        found = await tasks.task(connection, case_id, task)
    assert found is not None and (found["status"], found["note"], found["done_by"]) == (
        "DONE", "Sent by mail.", "Mia Berg",
    )  # fmt: skip


async def test_what_is_overdue_has_a_list_and_a_mark_of_its_own(world: World, staff: httpx2.AsyncClient) -> None:
    """R20, R43"""
    case_id, _ = await with_a_task(world)
    assert case_id not in (await staff.get("/desk?waiting=OVERDUE")).text
    world.now += timedelta(days=3)
    late = words_of((await staff.get("/desk?waiting=OVERDUE")).text)
    assert case_id in late and "OVERDUE" in late
