"""Killed at every point around each write, and done again by another worker: once at the carrier (faults 3, I3)."""

from __future__ import annotations

from collections.abc import Awaitable

import pytest
from sqlalchemy import func, select

from activities.letters import Letterhead, Letters
from activities.records import RecordActivities
from carriers.contract import CarrierRequest, PortCarrier
from notifications.envelope import Sender
from porting import verbs
from porting.diary import next_alarm
from porting.instructions import Accepted, Refused
from porting.orders import OrderStatus
from storage.database import Database
from storage.tables import events, mails
from tests.carriers.acts import able, taken
from tests.carriers.counterpart import Act, Counterpart, Story, is_asked
from tests.carriers.killing import died
from tests.effects.stored_cases import a_partner, store_case
from tests.examples import MONDAY, a_line, a_snapshot, news

pytestmark = pytest.mark.timeout(300)
TIMES = 20
MOST_WRITES = 8
POINTS = ("before_write", "after_write")
# What has to have happened to an order before this is asked of it.
BEFORE = {
    Act.AMEND: (Story.REFUSED, 1.0), Act.CHANGE_DATE: (Story.CONFIRMED, 4.0), Act.ACTIVATE: (Story.CONFIRMED, 4.0),
}  # fmt: skip
WORDS = "The porter is at the door."
HEAD = Letterhead(
    sender=Sender(address="porting@portdesk.example", name="Porting desk", host="portdesk.example"),
    care_addresses=("care@portdesk.example",),
    public_url="http://desk.example",
)


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("act", Act)
async def test_once_at_the_carrier_whichever_write_a_worker_dies_at(
    counterpart: Counterpart, act: Act, point: str
) -> None:
    """Twenty orders for each write: each worker is killed there, and another one is given the same instruction."""
    able(counterpart, lambda can: is_asked(act, can), f"{act} is never asked of it")
    if act in counterpart.cannot:
        pytest.skip(f"{counterpart.carrier.name}: {counterpart.cannot[act]}")
    victim, heir = counterpart.another(), counterpart.another()
    await victim.open()
    for passes in range(MOST_WRITES):
        orders = await ready(counterpart, act, passes)
        deaths = 0
        for order in orders:
            deaths += await died(lambda order=order: asked(victim, act, order, counterpart), point, passes)
            answer = await asked(heir, act, order, counterpart)
            assert isinstance(answer, Accepted), answer
            assert await counterpart.done(act, order.reference) == 1, (passes, order.reference)
            if not deaths:
                break
        if not deaths:
            break
        assert deaths == len(orders)
    await heir.close()
    assert passes, "nobody was killed"


async def ready(counterpart: Counterpart, act: Act, passes: int) -> list[CarrierRequest]:
    """Twenty orders of which it can be asked, each of a number of its own."""
    story, days = BEFORE.get(act, (Story.CONFIRMED, 0.0))
    orders = []
    for turn in range(TIMES):
        number, reference = f"{counterpart.lines[0][:-4]}{passes:02}{turn:02}", f"PC-{passes}-{turn}"
        order = counterpart.request(number, reference=reference)
        if act is not Act.SUBMIT:
            await counterpart.tells(story, number)
            (first,) = await taken(counterpart, number, reference=reference)
            order = counterpart.request(number, reference=reference, carrier_order_id=first.carrier_order_id)
        orders.append(order)
    if days:
        await counterpart.days_pass(days)
    return orders


def asked(
    carrier: PortCarrier, act: Act, order: CarrierRequest, counterpart: Counterpart
) -> Awaitable[Accepted | Refused]:
    match act:
        case Act.SUBMIT:
            return carrier.submit(order)
        case Act.AMEND:
            return carrier.amend(order)
        case Act.CHANGE_DATE:
            return carrier.change_date(order, counterpart.day())
        case Act.CANCEL:
            return carrier.cancel(order, True, "the partner gave it up")
        case Act.ACTIVATE:
            return carrier.activate(order)
        case Act.TELL:
            return carrier.tell(order, WORDS)


@pytest.mark.parametrize("point", ["before_record", "after_record"])
async def test_a_step_is_recorded_and_mailed_once_whenever_its_worker_dies(database: Database, point: str) -> None:
    """R39: what was announced stands once on the timeline, with its mails."""
    url = database.url.render_as_string(hide_password=False)
    async with database.begin() as connection:
        await a_partner(connection, emails=("noc@acme.example",))
    for turn in range(TIMES):
        line = a_line(f"+498912345{turn:03}")
        case = await store_case(database, line, case_id=f"PC-{turn}")
        stored, mailed = await counts(database, case.id)
        verbs.hear(case, news(a_snapshot(case, OrderStatus.ACKNOWLEDGED)), MONDAY)
        told = case.announce(next_alarm(case))
        victim = RecordActivities(Database(url), Letters(HEAD))
        assert await died(lambda victim=victim, told=told: victim.announce(told), point)
        for _ in range(2):
            await RecordActivities(database, Letters(HEAD)).announce(told)
        assert await counts(database, case.id) == (stored + len(told.entries), mailed + 1)


async def counts(database: Database, case_id: str) -> tuple[int, int]:
    """Entries on the case's timeline, and mails about it."""
    async with database.read() as connection:
        entries = select(func.count()).select_from(events).where(events.c.case_id == case_id)
        written = select(func.count()).select_from(mails).where(mails.c.case_id == case_id)
        return (await connection.execute(entries)).scalar_one(), (await connection.execute(written)).scalar_one()
