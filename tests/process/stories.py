"""Lives of a case on the real server: each ends where its name says, and any server must be able to play it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from porting.capabilities import Capabilities, Inlet
from porting.case import Case
from porting.commands import (
    AnswerItems,
    AskValidation,
    Cancel,
    ChangeDate,
    EnterNews,
    ExtendClock,
    FinishTask,
    NewsKind,
)
from porting.orders import OrderStatus, RefusedNumbers
from porting.portability import Portability
from porting.reasons import reason
from porting.request import OrderType
from porting.tasks import Due
from tests.examples import CARE, LOA_DEMAND, PARTNER, a_case, a_line, a_plan, a_snapshot, news
from tests.process.world import Running
from tests.rules.approved import OURS, read

AT_OURS = {"capabilities": {"telnyx": OURS}}
Play = Callable[[Running], Awaitable[None]]


def soon(days: int = 14) -> date:
    """A Monday about so far ahead: the server's time is the wall clock's."""
    day = datetime.now(UTC).date() + timedelta(days=days)
    return day + timedelta(days=(7 - day.weekday()) % 7)


def opened(case_id: str, *lines: object, **more: object) -> Case:
    at = datetime.now(UTC)
    wish = {"requested_date": soon(), "wish_passes_at": at + timedelta(days=60)}
    return a_case(*(replace(line, **wish) for line in lines or (a_line(),)), at=at, case_id=case_id, **more)


async def says(run: Running, status: OrderStatus, **more: object) -> None:
    """The carrier says something new of the first order."""
    case = await run.state()
    later = timedelta(days=run.updates, seconds=len(run.effects.told))
    snapshot = a_snapshot(case, status, as_of=datetime.now(UTC) + later)
    await run.hear(news(replace(snapshot, numbers=(), **more)))


async def acknowledged(run: Running) -> None:
    await run.told("order_sent")
    await says(run, OrderStatus.ACKNOWLEDGED)
    await run.told("order_acknowledged")


async def confirmed(run: Running) -> None:
    await acknowledged(run)
    await says(run, OrderStatus.DATE_CONFIRMED, date=soon())
    await run.told("date_confirmed")


async def completed(run: Running) -> None:
    await confirmed(run)
    await run.pass_time(timedelta(days=soon().toordinal() - datetime.now(UTC).date().toordinal()))
    await run.told("cutover_near")
    await says(run, OrderStatus.PORTED, date=soon())
    await run.told("case_closed")
    await run.pass_time(timedelta(days=2))
    await run.ended()


async def missing(run: Running) -> None:
    await acknowledged(run)
    await says(run, OrderStatus.EXCEPTION, reasons=(reason("PIN_INVALID"),))
    await run.told("data_missing")


async def answered(run: Running) -> None:
    await missing(run)
    await run.tell(AnswerItems(actor=PARTNER, answer_id="AN-1", items=("M1",)))
    await run.told("lines_resubmitted")
    await run.until(lambda: run.effects.calls["amend_order"] == 1)


async def outbound(run: Running) -> None:
    await missing(run)
    await run.tell(ExtendClock(actor=CARE, days=5, reason="the partner is on holiday"))
    await run.pass_time(timedelta(days=35, hours=6))
    await run.told("case_closed")
    await run.pass_time(timedelta(days=2))
    await run.ended()


async def rejected(run: Running) -> None:
    await acknowledged(run)
    await says(run, OrderStatus.EXCEPTION, reasons=(reason("NOT_PORTABLE"),))
    await run.told("case_closed")
    await run.ended()


async def terminated(run: Running) -> None:
    await acknowledged(run)
    await run.tell(Cancel(actor=PARTNER, reason="the customer stays"))
    await run.until(lambda: run.effects.calls["cancel_order"] == 1)
    await says(run, OrderStatus.CANCELLED)
    await run.told("case_closed")
    await run.ended()


async def incomplete(run: Running) -> None:
    await confirmed(run)
    await run.pass_time(timedelta(days=30))
    await run.told("porting_failed")


async def date_changed(run: Running) -> None:
    await confirmed(run)
    day = soon(21)
    await run.tell(ChangeDate(actor=CARE, change_id="DC-1", date=day, currency="EUR", accept_fee=True))
    await run.until(lambda: run.effects.calls["change_order_date"] == 1)
    await says(run, OrderStatus.DATE_CONFIRMED, date=day)
    await run.told("date_change_accepted")
    await run.tell(EnterNews(actor=CARE, news=NewsKind.ACTIVATED))
    await run.told("case_closed")
    await run.ended()


async def approved(run: Running) -> None:
    """The carrier names its first possible date and refuses a number; what is corrected goes to it as a new order."""
    await run.told("order_sent")
    case = await run.state()
    refused = (RefusedNumbers((case.lines[1].number,), (reason("PIN_INVALID"),)),)
    shown = a_snapshot(
        case, OrderStatus.DATE_CONFIRMED, as_of=datetime.now(UTC) + timedelta(seconds=1), date=soon(7),
        first_possible=True, valid_until=soon(60), refused=refused,
    )
    await run.hear(read(shown, case=case, at=datetime.now(UTC)))
    await run.told("data_missing")
    await run.tell(AnswerItems(actor=PARTNER, answer_id="AN-1", items=("M1",)))
    await run.told("order_sent", 2)


async def activated(run: Running) -> None:
    """At the hour of cut-over the carrier is told, and not before."""
    await approved(run)
    await run.tell(Cancel(actor=CARE, reason="the customer keeps it", numbers=("+498912345679",)))
    await run.until(lambda: run.effects.calls["cancel_order"] == 1)
    assert run.effects.calls["activate_order"] == 0
    case = await run.state()
    await run.pass_time(case.lines[0].plan.cutover_at - datetime.now(UTC) + timedelta(minutes=1))
    await run.told("lines_completed")
    await run.tell(EnterNews(actor=CARE, news=NewsKind.CANCELLED))
    await run.ended()


async def by_hand(run: Running) -> None:
    """Care passes the order on and enters what the losing side says, to the end."""
    await run.told("task_opened")
    await run.tell(FinishTask(actor=CARE, task_id="TK-SUBMIT", note="By mail.", answer_due=answer_due()))
    await run.tell(EnterNews(actor=CARE, news=NewsKind.ACKNOWLEDGED, said_by="Jo", answer_due=answer_due()))
    day = soon()
    await run.tell(EnterNews(actor=CARE, news=NewsKind.CONFIRMED, date=day, plans=(a_plan(day),)))
    await run.told("date_confirmed")
    await run.pass_time(timedelta(days=day.toordinal() - datetime.now(UTC).date().toordinal()))
    await run.told("cutover_near")
    await run.tell(EnterNews(actor=CARE, news=NewsKind.ACTIVATED))
    await run.told("case_closed")
    await run.ended()


async def disputed(run: Running) -> None:
    """A validation disagrees before care passed the order on: the partner corrects, and the task is made anew."""
    await run.told("task_opened")
    await run.tell(AskValidation(actor=PARTNER))
    await run.told("task_opened", 2)
    case = await run.state()
    why = reason("NAME_MISMATCH", donor_value="Example Pty Ltd"), reason("POSTAL_CODE_MISMATCH")
    said = tuple(Portability(number=line.number, portable=False, reasons=why) for line in case.lines)
    await run.tell(FinishTask(actor=CARE, task_id="TK-VALIDATE", note="By telephone.", answers=said))
    await run.told("data_missing")
    # The task's day passes while the partner thinks: it is late for nobody.
    await run.pass_time(timedelta(days=8))
    await run.told("partner_reminded")
    assert "task_overdue" not in run.effects.kinds
    await run.tell(AnswerItems(actor=PARTNER, answer_id="AN-1", items=("M1", "M2")))
    await run.told("task_renewed")
    await run.tell(FinishTask(actor=CARE, task_id="TK-SUBMIT", note="By mail.", answer_due=answer_due(20)))
    await run.tell(EnterNews(actor=CARE, news=NewsKind.ACKNOWLEDGED, answer_due=answer_due(20)))
    await run.told("order_acknowledged")


def answer_due(days: int = 3) -> Due:
    at = datetime.now(UTC) + timedelta(days=days)
    return Due(at.date(), at)


BY_HAND = {"capabilities": {"by-hand": Capabilities(inlets=(Inlet.BY_HAND,), can_validate=True, may_split=False)}}

STORIES: dict[str, tuple[Callable[[str], Case], Play]] = {
    "submitted": (lambda name: opened(name), lambda run: run.told("order_sent")),
    "pending-approval": (lambda name: opened(name), acknowledged),
    "missing-data": (lambda name: opened(name, a_line(demands=(LOA_DEMAND,))), lambda run: _quiet(run)),
    "answered": (lambda name: opened(name), answered),
    "confirmed": (lambda name: opened(name), confirmed),
    "date-changed": (lambda name: opened(name), date_changed),
    "porting-incomplete": (lambda name: opened(name), incomplete),
    "completed": (lambda name: opened(name, a_line(), a_line("+4989010710X"), ivp=True), completed),
    "approved": (lambda name: opened(name, a_line(), a_line("+498912345679"), **AT_OURS), approved),
    "activated": (lambda name: opened(name, a_line(), a_line("+498912345679"), **AT_OURS), activated),
    "by-hand": (lambda name: opened(name, a_line(carrier="by-hand"), **BY_HAND), by_hand),
    "by-hand-disputed": (lambda name: opened(name, a_line(carrier="by-hand"), **BY_HAND), disputed),
    "rejected": (lambda name: opened(name), rejected),
    "terminated": (lambda name: opened(name), terminated),
    "outbound": (lambda name: opened(name, ivp=True), outbound),
    "outbound-only": (
        lambda name: opened(
            name,
            a_line(carrier="", outbound_due=datetime.now(UTC) + timedelta(days=1)),
            order_type=OrderType.OUTBOUND_ONLY,
        ),
        lambda run: _switched(run),
    ),
}


async def _quiet(run: Running) -> None:
    await run.pass_time(timedelta(days=8))
    await run.told("partner_reminded")


async def _switched(run: Running) -> None:
    await run.pass_time(timedelta(days=2))
    await run.told("case_closed")
    await run.ended()

