"""How the process above uses an adapter: again after trouble, and its news into a case."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime

import pytest

from carriers.contract import Trouble
from geography.calendars import Calendars
from geography.places import place_of
from porting import verbs
from porting.capabilities import Capabilities
from porting.case import Case
from porting.commands import EnterNews
from porting.dates import plan_cutover
from porting.errors import DateTooFar, PortingError
from porting.instructions import Accepted, Refused, SubmitOrder
from porting.numbers import NumberRange
from porting.orders import News, OrderSnapshot
from porting.policy import Policy
from tests.carriers.counterpart import Counterpart, Kind, cannot_be
from tests.examples import a_case, a_line, carry_out

MOST_TRIES = 6
Call = Callable[[], Awaitable[Accepted | Refused]]


@dataclass(frozen=True)
class Order:
    """One order that a submit made. `id` tells it from others: the carrier's own, or the task's that stands for it."""

    id: str
    reference: str
    carrier_order_id: str = ""


def possible(counterpart: Counterpart, kind: Kind) -> None:
    """Skips what does not exist with carriers of this kind, or with this one, with the reason."""
    if why := cannot_be(kind, counterpart.carrier.capabilities) or counterpart.cannot.get(kind):
        pytest.skip(f"{counterpart.carrier.name}: {why}")


def able(counterpart: Counterpart, holds: Callable[[Capabilities], bool], why: str) -> None:
    """Skips what the carrier's capabilities rule out."""
    if not holds(counterpart.carrier.capabilities):
        pytest.skip(f"{counterpart.carrier.name}: {why}")


def shows_orders(counterpart: Counterpart) -> None:
    """Skips what is about orders that can be read."""
    able(counterpart, lambda can: not can.is_by_hand, "no order of it can be read; what it says is entered by care")


async def persistently(call: Call) -> Accepted | Refused:
    """The call's answer, tried again after each trouble as Temporal does; trouble here is never for good."""
    for _ in range(MOST_TRIES):
        try:
            return await call()
        except Trouble as trouble:
            assert not trouble.permanent, trouble
    raise AssertionError(f"no answer after {MOST_TRIES} tries")


async def accepted(counterpart: Counterpart, *numbers: str, reference: str = "PC-1-1") -> Accepted:
    """The answer to a submit that was taken: the orders as they stand, or the task of whoever passes them on."""
    order = counterpart.request(*numbers, reference=reference)
    answer = await persistently(lambda: counterpart.carrier.submit(order))
    assert isinstance(answer, Accepted) and bool(answer.task) is counterpart.carrier.capabilities.is_by_hand, answer
    return answer


async def taken(counterpart: Counterpart, *numbers: str, reference: str = "PC-1-1") -> tuple[Order, ...]:
    """The orders that a submit made."""
    answer = await accepted(counterpart, *numbers, reference=reference)
    if answer.task:
        return (Order(answer.task.id, reference),)
    assert answer.news
    return tuple(Order(one.carrier_order_id, one.reference, one.carrier_order_id) for one in answer.news.snapshots)


def case_of(counterpart: Counterpart, *numbers: str) -> Case:
    """The case whose first order is the stand-in's request; the order is not sent yet."""
    order = counterpart.request(*numbers)
    day = order.requested_date or counterpart.day()
    passes = datetime(day.year, day.month, day.day, 23, tzinfo=counterpart.now().tzinfo)
    lines = [
        a_line(
            number, place_of(NumberRange(number)).key, carrier=counterpart.carrier.name, requested_date=day,
            wish_passes_at=passes,
        )
        for number in order.numbers
    ]  # fmt: skip
    can = {counterpart.carrier.name: counterpart.carrier.capabilities}
    return a_case(*lines, at=counterpart.now(), capabilities=can)


def with_plans(counterpart: Counterpart, *snapshots: OrderSnapshot) -> News:
    """The news as it is made above: as of now at the latest, with a plan for each date that a calendar reaches."""
    snapshots = tuple(replace(one, as_of=min(one.as_of, counterpart.now())) for one in snapshots)
    calendars, plans = Calendars(counterpart.now), []
    where = {place_of(NumberRange(number)).key for number in counterpart.request().numbers}
    for place in where:
        wished = {day for day in (counterpart.request().requested_date,) if day}
        for day in sorted({one.date for one in snapshots if one.date} | wished):
            try:
                plans.append(plan_cutover(calendars.of(place), day, Policy()))
            except DateTooFar:
                continue
    return News(snapshots=snapshots, plans=tuple(plans))


async def sent_case(counterpart: Counterpart) -> Case:
    """A case whose order is with the carrier."""
    case = case_of(counterpart)
    answer = await accepted(counterpart)
    told = answer.news.snapshots if answer.news else ()
    news = with_plans(counterpart, *told) if told else None
    carry_out(case, SubmitOrder, Accepted(task=answer.task, news=news), counterpart.now())
    return case


async def read_into(counterpart: Counterpart, case: Case) -> tuple[OrderSnapshot, ...]:
    """The order is read as after a hint, or care enters what it was told; the case hears of it."""
    if counterpart.carrier.capabilities.is_by_hand:
        for entry in counterpart.entered():
            enter(counterpart, case, entry)
        return ()
    order = case.order(1)
    snapshots = await counterpart.carrier.read(order.reference, order.carrier_order_id)
    verbs.hear(case, with_plans(counterpart, *snapshots), counterpart.now())
    return snapshots


def enter(counterpart: Counterpart, case: Case, entry: EnterNews) -> bool:
    """Whether the door takes it; what it refuses never reaches the case."""
    try:
        verbs.check(case, entry, counterpart.now())
    except PortingError:
        return False
    verbs.tell(case, entry, counterpart.now())
    return True
