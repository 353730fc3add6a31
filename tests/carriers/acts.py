"""How the process above uses an adapter: again after trouble, and its news into a case."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

import pytest

from carriers.contract import Trouble
from geography.calendars import Calendars
from geography.places import place_of
from porting import verbs
from porting.case import Case
from porting.dates import plan_cutover
from porting.errors import DateTooFar
from porting.instructions import Accepted, Refused, SubmitOrder
from porting.numbers import NumberRange
from porting.orders import News, OrderSnapshot
from porting.policy import Policy
from tests.carriers.counterpart import Counterpart, Misuse, Story
from tests.carriers.wire import Break
from tests.examples import a_case, a_line, carry_out

MOST_TRIES = 6
Call = Callable[[], Awaitable[Accepted | Refused]]


def possible(counterpart: Counterpart, kind: Break | Story | Misuse) -> None:
    """Skips what does not exist with this carrier, with the reason that its stand-in gives."""
    if why := counterpart.cannot.get(kind):
        pytest.skip(f"{counterpart.carrier.name}: {why}")


async def persistently(call: Call) -> Accepted | Refused:
    """The call's answer, tried again after each trouble as Temporal does; trouble here is never for good."""
    for _ in range(MOST_TRIES):
        try:
            return await call()
        except Trouble as trouble:
            assert not trouble.permanent, trouble
    raise AssertionError(f"no answer after {MOST_TRIES} tries")


async def taken(counterpart: Counterpart, *numbers: str, reference: str = "PC-1-1") -> tuple[OrderSnapshot, ...]:
    """The orders that a submit made."""
    order = counterpart.request(*numbers, reference=reference)
    answer = await persistently(lambda: counterpart.carrier.submit(order))
    assert isinstance(answer, Accepted) and answer.news, answer
    return answer.news.snapshots


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
    able = {counterpart.carrier.name: counterpart.carrier.capabilities}
    return a_case(*lines, at=counterpart.now(), capabilities=able)


def with_plans(counterpart: Counterpart, *snapshots: OrderSnapshot) -> News:
    """The news as it is made above: with a plan for each date in it that a calendar reaches."""
    calendars, plans = Calendars(counterpart.now), []
    where = {place_of(NumberRange(number)).key for number in counterpart.request().numbers}
    for place in where:
        for day in sorted({one.date for one in snapshots if one.date}):
            try:
                plans.append(plan_cutover(calendars.of(place), day, Policy()))
            except DateTooFar:
                continue
    return News(snapshots=snapshots, plans=tuple(plans))


async def sent_case(counterpart: Counterpart) -> Case:
    """A case whose order is with the carrier."""
    case = case_of(counterpart)
    snapshots = await taken(counterpart)
    carry_out(case, SubmitOrder, Accepted(news=with_plans(counterpart, *snapshots)), counterpart.now())
    return case


async def read_into(counterpart: Counterpart, case: Case) -> tuple[OrderSnapshot, ...]:
    """The order is read as after a hint, and the case hears of it."""
    order = case.order(1)
    snapshots = await counterpart.carrier.read(order.reference, order.carrier_order_id)
    verbs.hear(case, with_plans(counterpart, *snapshots), counterpart.now())
    return snapshots
