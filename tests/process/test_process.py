"""What the process adds to the rules: order, waiting, and that nothing of it is lost or done twice."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from temporalio.api.enums.v1 import EventType

from porting import errors
from porting.commands import AddComment, AnswerItems, Cancel, ChangeDate, NotePortOut
from porting.orders import OrderStatus
from porting.status import Status
from tests.examples import CARE, PARTNER, ROME, a_line, news
from tests.process.effects import Effects
from tests.process.stories import acknowledged, completed, confirmed, missing, opened, says, soon
from tests.process.world import running
from workflows.client import CaseNotRunning


def new_id(name: str) -> str:
    return f"{name}-{uuid.uuid4().hex[:8]}"


async def test_an_order_that_waits_holds_up_no_other(environment):
    """R07: the Italian order hangs at its carrier; the German one is sent and told of."""
    effects = Effects(held={2: asyncio.Event()})
    case = opened(new_id("side-by-side"), a_line(), a_line("+390612345678", place=ROME))
    async with running(environment, case, effects) as run:
        await run.told("order_sent")
        assert effects.told[-1].entries[0].event.numbers == ("+498912345678",)
        effects.held[2].set()
        await run.told("order_sent", times=2)


async def test_a_refused_change_leaves_no_trace_and_says_why(environment):
    """R25: the validator refuses before history; code and words reach the caller."""
    async with running(environment, opened(new_id("refused"))) as run:
        await acknowledged(run)
        with pytest.raises(errors.NotConfirmed, match="Only a confirmed date"):
            await run.tell(ChangeDate(actor=CARE, change_id="DC", date=soon(), currency="EUR", accept_fee=True))
        kinds = {EventType.Name(one.event_type) for one in (await run.handle.fetch_history()).events}
        assert not {kind for kind in kinds if "UPDATE_ACCEPTED" in kind or "UPDATE_COMPLETED" in kind}


async def test_a_refusal_brings_its_facts_along(environment):
    """R23: the last day reaches whoever asked, as a date."""
    async with running(environment, opened(new_id("facts"))) as run:
        await confirmed(run)
        await run.pass_time(timedelta(days=soon().toordinal() - datetime.now(UTC).date().toordinal() - 1))
        with pytest.raises(errors.TooLate) as refusal:
            await run.tell(ChangeDate(actor=CARE, change_id="DC", date=soon(28), currency="EUR", accept_fee=True))
        assert refusal.value.facts["last_day"] == str(soon() - timedelta(days=7))


async def test_a_port_out_is_told_once_by_a_case_that_still_runs(environment):
    """R38: told under other update ids too, as after a death between the case's answer and the note of it."""
    said = NotePortOut(actor=CARE, notice_id="PO-1", numbers=("+498912345678",), leaves_on=soon())
    async with running(environment, opened(new_id("leaves"))) as run:
        await acknowledged(run)
        for _ in range(2):
            await run.tell(said)
        await run.tell(replace(said, has_left=True))
        await run.told("numbers_left")
        assert run.effects.kinds.count("port_out_noticed") == 1
        assert (await run.state()).status is Status.PENDING_APPROVAL


async def test_the_same_update_id_is_one_act(environment):
    """A call that was cut is sent again under its key, and charges nothing twice (R24)."""
    async with running(environment, opened(new_id("once"))) as run:
        await confirmed(run)
        command = ChangeDate(actor=CARE, change_id="DC", date=soon(21), currency="EUR", accept_fee=True)
        versions = [await run.cases.update(run.handle.id, command, "key-1") for _ in range(3)]
        await run.told("date_change_asked")
        assert len(set(versions)) == 1
        await run.until(lambda: run.effects.calls["change_order_date"] >= 1, "the carrier being asked")
        assert run.effects.kinds.count("date_change_asked") == 1
        assert run.effects.calls["change_order_date"] == 1


async def test_a_case_is_started_once_and_never_again_after_its_end(environment):
    async with running(environment, opened(new_id("start"))) as run:
        case = await run.state()
        await run.cases.start(case)
        await run.told("order_sent")
        await says(run, OrderStatus.CANCELLED)
        await run.ended()
        await run.cases.start(case)
        assert run.effects.calls["submit_order"] == 1
        with pytest.raises(CaseNotRunning):
            await run.hear(news())


async def test_a_partner_who_answers_on_day_29_is_never_closed_for_silence(environment):
    """R28: any act starts the clock anew."""
    async with running(environment, opened(new_id("day-29"))) as run:
        await missing(run)
        await run.pass_time(timedelta(days=29))
        await run.tell(AddComment(actor=PARTNER, comment_id="CO-1", text="The customer looks for the PIN."))
        await run.pass_time(timedelta(days=29))
        assert (await run.state()).status is Status.MISSING_DATA
        await run.tell(AnswerItems(actor=PARTNER, answer_id="AN-1", items=("M1",)))
        await run.told("lines_resubmitted")
        assert run.effects.kinds.count("partner_reminded") >= 4


async def test_what_is_announced_comes_in_order_and_without_gaps(environment):
    """I5: sequence and version grow by one, whatever comes together."""
    async with running(environment, opened(new_id("order"))) as run:
        await acknowledged(run)
        comments = [AddComment(actor=PARTNER, comment_id=f"CO-{n}", text="?") for n in range(8)]
        await asyncio.gather(*(run.cases.update(run.handle.id, one, one.comment_id) for one in comments))
        await run.told("comment_added", times=8)
        sequences = [entry.sequence for told in run.effects.told for entry in told.entries]
        versions = [told.version for told in run.effects.told]
        assert sequences == list(range(sequences[0], sequences[0] + len(sequences)))
        assert versions == list(range(versions[0], versions[0] + len(versions)))


async def test_each_kind_of_effect_has_a_queue_of_its_own(environment):
    """So a carrier or a number platform that hangs fills its own queue only."""
    async with running(environment, opened(new_id("queues"), ivp=True)) as run:
        await completed(run)
        await run.ended()
        asked = [one.activity_task_scheduled_event_attributes for one in (await run.handle.fetch_history()).events]
        queues = {(one.activity_type.name, one.task_queue.name) for one in asked if one.activity_type.name}
    assert queues == {
        ("announce", "portdesk"), ("submit_order", "carrier-telnyx"), ("assign", "numbers"), ("activate", "numbers"),
        ("release", "numbers"),
    }  # fmt: skip


async def test_the_case_is_what_was_told_of_it(environment):
    """I6: header and lines of the announcements add up to the state."""
    async with running(environment, opened(new_id("told"), a_line(), a_line("+4989010710X"), ivp=True)) as run:
        await confirmed(run)
        await run.tell(Cancel(actor=PARTNER, numbers=("+4989010710X",), reason="kept at the donor"))
        await run.until(lambda: run.effects.calls["cancel_order"] == 1)
        await run.told("cancellation_asked")
        case = await run.state()
        lines = {position: line for told in run.effects.told for position, line in told.lines}
        assert lines == dict(enumerate(case.lines))
        assert run.effects.told[-1].header == case.header(run.effects.told[-1].header.alarm_at)


async def test_ten_thousand_numbers_live_a_whole_life(environment):
    """One case of 10,000 lines: history and payloads stay inside the server's limits."""
    numbers = [a_line(f"+49891{n:07d}") for n in range(10_000)]
    async with running(environment, opened(new_id("large"), *numbers)) as run:
        await confirmed(run)
        await says(run, OrderStatus.PORTED, date=soon())
        await run.told("case_closed")
        await run.ended()
        history = await run.handle.fetch_history()
    largest = max(event.ByteSize() for event in history.events)
    assert largest < 1_000_000
    assert sum(event.ByteSize() for event in history.events) < 10_000_000
