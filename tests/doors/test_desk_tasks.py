"""Work by hand at the desk: its data, its sheet, marking it done, and what the queue says when it is late (R43)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import httpx2
import pytest

from activities.carrier_request import carrier_request
from activities.task_book import TaskTable
from carriers.by_hand import CAPABILITIES, ByHandCarrier
from porting import verbs
from porting.commands import Actor, AnswerItems, EnterNews, Role
from porting.instructions import Accepted, Checked, SubmitOrder, ValidateNumbers
from porting.portability import Portability
from porting.status import WaitingOn
from storage import tasks
from tests.doors.desk_fixtures import a_template, a_visitor_of_care, a_world  # noqa: F401
from tests.doors.desk_world import World, hidden
from tests.doors.test_desk_case import words_of
from tests.doors.test_desk_deeds import carry_out, faults, fill


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


async def test_care_reads_what_is_usual_where_the_task_and_the_case_are(
    world: World, staff: httpx2.AsyncClient
) -> None:
    """R43: one business day to pass it on, two for the acceptance, four to six in all."""
    case_id, task = await with_a_task(world)
    usual = "Usually 1 business day to pass it on, 2 until the losing carrier answers, 4 to 6 in all."
    for page in (f"/desk/cases/{case_id}", f"/desk/cases/{case_id}/tasks/{task}"):
        assert usual in words_of((await staff.get(page)).text)


async def test_a_validation_is_asked_from_the_case_and_its_answer_stands_on_the_line(
    world: World, staff: httpx2.AsyncClient
) -> None:
    """R15: with its age, who has the number, and until when it holds."""
    case_id, _ = await with_a_task(world)
    case = world.engine.cases[case_id]
    case.orders[0].capabilities = CAPABILITIES
    assert f"/desk/cases/{case_id}/validation" in (await staff.get(f"/desk/cases/{case_id}")).text
    assert (await carry_out(staff, case_id, "validation", {})).headers["location"] == f"/desk/cases/{case_id}"
    assert "Validation: asked" in words_of((await staff.get(f"/desk/cases/{case_id}")).text)
    said = Portability(number="+498912345678", portable=True, donor="Telekom", valid_until=date(2026, 12, 31))
    question = next(one for one in case.instructions if isinstance(one, ValidateNumbers))
    verbs.done(case, question, Checked(answers=(said,)), world.now)
    await world.engine.announce(case_id)
    world.now += timedelta(hours=3)
    shown = words_of((await staff.get(f"/desk/cases/{case_id}")).text)
    assert "Validation: portable 3 hours ago" in shown and "with Telekom" in shown
    assert "holds until Thu 31 Dec 2026" in shown


async def test_carrier_news_says_who_when_and_which_entry_was_wrong(world: World, staff: httpx2.AsyncClient) -> None:
    """R43: only what care entered can be corrected; both entries stay."""
    case_id, _ = await with_a_task(world)
    address = f"/desk/cases/{case_id}/carrier-news"
    assert "Corrects an earlier entry" not in (await staff.get(address)).text
    source = {"said_by": "Ms Lee", "said_at": "2026-11-23T09:30", "documents": "DOC-1"}
    first = await carry_out(staff, case_id, "carrier-news", {"kind": "acknowledged", "code": "", "said": ""} | source)
    assert first.status_code == 303, words_of(first.text)
    _, entered = world.engine.told[-1]
    assert isinstance(entered, EnterNews) and (entered.said_by, entered.documents) == ("Ms Lee", ("DOC-1",))
    assert entered.said_at == datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    offered = (await staff.get(address)).text.split('name="corrects"')[1].split("</select>")[0]
    known = [int(one) for one in re.findall(r'value="([0-9]+)"', offered)]
    assert known and 1 not in known
    wrong = {"kind": "missing_data", "code": "ACCOUNT_MISMATCH", "said": "unknown", "corrects": str(known[0])}
    assert (await carry_out(staff, case_id, "carrier-news", wrong)).status_code == 303
    assert f"This corrects entry {known[0]}." in words_of((await staff.get(f"/desk/cases/{case_id}")).text)


@pytest.mark.parametrize(
    ("given", "field"),
    [({"said_at": "soon"}, "said_at"), ({"corrects": "one"}, "corrects"), ({"said_by": "x" * 201}, "said_by"),
     ({"said_by": "a\u202eb"}, "said_by")],
)  # fmt: skip
async def test_a_source_that_cannot_be_read_is_refused_at_its_field(
    world: World, staff: httpx2.AsyncClient, given: dict[str, str], field: str
) -> None:
    """R43"""
    case_id, _ = await with_a_task(world)
    _, answer = await fill(staff, case_id, "carrier-news", {"kind": "acknowledged"} | given)
    assert [name for name, _ in faults(answer)] == [field]


@pytest.mark.parametrize(
    ("given", "field"), [({"corrects": "1"}, "corrects"), ({"documents": "DOC-NONE"}, "documents")]
)
async def test_a_source_that_is_none_of_this_case_is_refused_at_its_field(
    world: World, staff: httpx2.AsyncClient, given: dict[str, str], field: str
) -> None:
    """R43"""
    case_id, _ = await with_a_task(world)
    told = len(world.engine.told)
    answer = await carry_out(staff, case_id, "carrier-news", {"kind": "acknowledged"} | given)
    assert [name for name, _ in faults(answer)] == [field] and len(world.engine.told) == told


async def test_what_is_overdue_has_a_list_and_a_mark_of_its_own(world: World, staff: httpx2.AsyncClient) -> None:
    """R20, R43"""
    case_id, _ = await with_a_task(world)
    assert case_id not in (await staff.get("/desk?waiting=OVERDUE")).text
    world.now += timedelta(days=3)
    late = words_of((await staff.get("/desk?waiting=OVERDUE")).text)
    assert case_id in late and "OVERDUE" in late


async def to_do(world: World, case_id: str) -> str:
    """What the case wants of its carrier becomes a task, as the worker does it; the id of the newest."""
    case = world.engine.cases[case_id]
    carrier = ByHandCarrier(TaskTable(world.database, world.calendars, lambda: world.now))
    for one in [one for one in case.instructions if isinstance(one, SubmitOrder | ValidateNumbers)]:
        request = await carrier_request(world.database, one)
        if isinstance(one, SubmitOrder):
            verbs.done(case, one, await carrier.submit(request), world.now)
        else:
            verbs.done(case, one, Checked(task=await carrier.check(request)), world.now)
    await world.engine.announce(case_id)
    return case.orders[0].tasks[-1].id


async def to_validate(world: World, staff: httpx2.AsyncClient) -> tuple[str, str, str]:
    """A case whose order waits to be passed on while a validation is asked: its id, that task's, the validation's."""
    case_id = await world.open()
    world.engine.cases[case_id].orders[0].capabilities = CAPABILITIES
    order = await to_do(world, case_id)
    assert (await carry_out(staff, case_id, "validation", {})).status_code == 303
    return case_id, order, await to_do(world, case_id)


ANSWER = {
    "note": "Asked by telephone.", "portable-1": "no", "valid-1": "2026-12-24",
    "code-1-1": "NAME_MISMATCH", "theirs-1-1": "Example and Sons", "code-1-2": "POSTAL_CODE_MISMATCH",
}  # fmt: skip


async def answered(staff: httpx2.AsyncClient, address: str, **more: str) -> httpx2.Response:
    return await staff.post(address, data=hidden((await staff.get(address)).text) | ANSWER | more)


async def test_care_enters_several_things_that_an_answer_disagrees_with(
    world: World, staff: httpx2.AsyncClient
) -> None:
    """R15: with what the losing carrier has; the line shows it with its age, and later that it has lapsed."""
    case_id, _, task = await to_validate(world, staff)
    done = await answered(staff, f"/desk/cases/{case_id}/tasks/{task}")
    assert done.status_code == 303, words_of(done.text)
    items = world.engine.cases[case_id].missing
    assert [item.field for item in items] == ["end_customer.name", "end_customer.address.postal_code"]
    world.now += timedelta(hours=2)
    shown = words_of((await staff.get(f"/desk/cases/{case_id}")).text)
    assert "Validation: not portable 2 hours ago, holds until Thu 24 Dec 2026" in shown
    assert "The losing carrier has: Example and Sons" in shown and "has lapsed" not in shown
    world.now += timedelta(days=40)
    lapsed = words_of((await staff.get(f"/desk/cases/{case_id}")).text)
    assert "The validation has lapsed: it held until Thu 24 Dec 2026" in lapsed


@pytest.mark.parametrize(
    ("more", "field"),
    [({"code-1-3": "PIN_INVALID", "theirs-1-3": "4711"}, "theirs-1-3"), ({"said-1-4": "something"}, "code-1-4")],
)
async def test_what_an_answer_must_not_say_is_refused_at_its_field(
    world: World, staff: httpx2.AsyncClient, more: dict[str, str], field: str
) -> None:
    """R15: no right PIN is taken down, and words need what they are about."""
    case_id, _, task = await to_validate(world, staff)
    refused = await answered(staff, f"/desk/cases/{case_id}/tasks/{task}", **more)
    assert [name for name, _ in faults(refused)] == [field]
    assert not world.engine.cases[case_id].missing


async def test_care_waits_while_the_partner_is_asked_and_passes_on_what_stands_then(
    world: World, staff: httpx2.AsyncClient
) -> None:
    """R43: a page that was opened before the task was made anew settles nothing."""
    case_id, order, task = await to_validate(world, staff)
    address = f"/desk/cases/{case_id}/tasks/{order}"
    await answered(staff, f"/desk/cases/{case_id}/tasks/{task}")
    assert "Wait with it: the partner is being asked" in words_of((await staff.get(address)).text)
    assert "waits for the partner" in words_of((await staff.get(f"/desk/cases/{case_id}")).text)
    before = hidden((await staff.get(address)).text)
    case = world.engine.cases[case_id]
    items = tuple(item.id for item in case.missing if item.is_open)
    verbs.tell(case, AnswerItems(actor=Actor(Role.PARTNER, "Acme"), answer_id="AN-1", items=items), world.now)
    assert await to_do(world, case_id) == order
    late = await staff.post(address, data=before | {"note": "Sent by mail."})
    assert late.status_code == 422 and "has changed while this page was open" in words_of(late.text)
    shown = words_of((await staff.get(address)).text)
    assert "Wait with it" not in shown and "What is passed on was made anew" in shown
    page = (await staff.get(address)).text
    [renewed] = re.findall(r'name="renewed" value="([^"]+)"', page)
    done = await staff.post(address, data=hidden(page) | {"note": "Sent by mail.", "renewed": renewed})
    assert done.status_code == 303 and case.orders[0].sent
