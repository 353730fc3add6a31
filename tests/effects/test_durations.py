"""How long things took from end to end: from instants that are stored, counted once, the same from every process."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text, update

from activities.letters import Letters
from activities.records import RecordActivities
from porting import verbs
from porting.case import Case
from porting.commands import AnswerItems
from porting.diary import next_alarm
from porting.orders import OrderStatus
from service.timekeeper import Timekeeper
from storage import durations, inbox
from storage.cases import open_case
from storage.database import Database, Unavailable
from storage.durations import MAIL, NEWS_TO_MAIL, REQUEST_TO_CARRIER, Histogram
from storage.tables import carrier_orders, mails
from tests.effects.stored_cases import a_partner, an_opening
from tests.effects.test_records import HEAD
from tests.examples import PARTNER, PIN_DEMAND, a_case, a_line, a_snapshot, hear, later, news


async def a_told_case(database: Database) -> Case:
    """Opened, its order at the carrier, its partner mailed."""
    record, case = RecordActivities(database, Letters(HEAD)), a_case()
    opening = an_opening(case)
    async with database.begin() as connection:
        await a_partner(connection, emails=("noc@acme.example",))
        await open_case(connection, opening)
        await record.write_letters(connection, opening.announcement)
    hear(case, OrderStatus.RECEIVED, later(minutes=1))
    await record.announce(case.announce(next_alarm(case)))
    return case


async def arrives(database: Database, case: Case, status: OrderStatus, came: datetime, handed: datetime) -> None:
    """A carrier's message that came then and was handed to the case later, and what the case made of it."""
    [order] = case.orders
    async with database.begin() as connection:
        await inbox.receive(connection, order.carrier, f"{came}", order.reference, "", {}, came)
        [arrival] = await inbox.claim(connection, handed, 1)
        await inbox.done(connection, arrival.id, handed + timedelta(milliseconds=30), "told to PC-1")
    verbs.hear(case, news(a_snapshot(case, status, as_of=came, date=case.lines[0].requested_date)), handed)
    await RecordActivities(database, Letters(HEAD)).announce(case.announce(next_alarm(case)))


async def mails_of(database: Database, template: str = "") -> list[int]:
    query = select(mails.c.id).where(mails.c.template.startswith(template)).order_by(mails.c.id)
    async with database.read() as connection:
        return list((await connection.execute(query)).scalars())


async def known(database: Database) -> dict[str, Histogram]:
    async with database.read() as connection:
        return await durations.histograms(connection)


def within(one: Histogram, label: str) -> int:
    return one.counts[label]


async def test_a_mail_of_a_carriers_news_took_from_the_messages_arrival(any_database: Database) -> None:
    """Two messages: each mail is measured from its own, and the time in the inbox counts."""
    case = await a_told_case(any_database)
    before = set(await mails_of(any_database))
    came = later(hours=2)
    await arrives(any_database, case, OrderStatus.ACKNOWLEDGED, came, came + timedelta(seconds=20))
    then, handed = came + timedelta(seconds=5), came + timedelta(minutes=5)
    await arrives(any_database, case, OrderStatus.DATE_CONFIRMED, then, handed)
    [first, second] = [one for one in await mails_of(any_database) if one not in before]
    sent = {first: came + timedelta(seconds=24), second: came + timedelta(minutes=5, seconds=1)}
    async with any_database.read() as connection:
        taken = await durations.of_mails(connection, sent)
    assert sorted(taken) == [(MAIL, 1.0), (MAIL, 4.0), (NEWS_TO_MAIL, 24.0), (NEWS_TO_MAIL, 296.0)]


async def test_a_mail_that_no_message_led_to_counts_as_a_mail_alone(any_database: Database) -> None:
    """The opening's: nothing arrived."""
    await a_told_case(any_database)
    [opened, *_] = await mails_of(any_database)
    async with any_database.read() as connection:
        assert await durations.of_mails(connection, {opened: later(seconds=3)}) == [(MAIL, 3.0)]


async def test_a_request_took_from_the_partners_last_word_on_it(any_database: Database) -> None:
    """R11: the days that the partner took to complete it are not the carrier's."""
    case = a_case(a_line(demands=(PIN_DEMAND,)))
    record = RecordActivities(any_database, Letters(HEAD))
    async with any_database.begin() as connection:
        await a_partner(connection)
        await open_case(connection, an_opening(case))
    verbs.tell(case, AnswerItems(actor=PARTNER, answer_id="AN-1", items=("M1",)), later(days=3))
    await record.announce(case.announce(next_alarm(case)))
    for accepted, took in ((later(days=3, seconds=2), 2.0), (later(days=1), 86_400.0)):
        async with any_database.read() as connection:
            assert await durations.of_requests(connection, {"PC-1": accepted}) == [(REQUEST_TO_CARRIER, took)]


async def test_every_process_adds_to_one_histogram(any_database: Database) -> None:
    """A figure on a bound counts below it; what is beyond the last bound counts in the end."""

    async def adds() -> None:
        taken = [(MAIL, 0.1), (MAIL, 0.11), (MAIL, 1e6), (NEWS_TO_MAIL, 3.0)]
        await any_database.write(lambda connection: durations.add(connection, taken))

    await asyncio.gather(*(adds() for _ in range(5)))
    found = await known(any_database)
    assert [within(found[MAIL], label) for label in ("0.1", "0.25", "86400", "+Inf")] == [5, 10, 10, 15]
    assert found[MAIL].seconds == pytest.approx(5 * (0.1 + 0.11 + 1e6))
    assert (within(found[NEWS_TO_MAIL], "2"), within(found[NEWS_TO_MAIL], "5")) == (0, 5)
    assert within(found[REQUEST_TO_CARRIER], "+Inf") == 0


async def test_what_ended_is_added_once_and_kept_while_the_database_is_away(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await a_told_case(database)
    [opened, *_] = await mails_of(database)
    keeper = Timekeeper(database, lambda: later(seconds=3))
    keeper.mail_sent(opened)
    keeper.order_taken("PC-1")

    async def away(work: object) -> None:
        raise Unavailable("away")

    with monkeypatch.context() as broken, pytest.raises(Unavailable):
        broken.setattr(database, "write", away)
        await keeper.once()
    assert [await keeper.once() for _ in range(3)] == [0, 0, 0]
    found = await known(database)
    assert [within(found[what], "+Inf") for what in durations.KINDS] == [1, 0, 1]
    assert within(found[MAIL], "5") == 1 and within(found[MAIL], "2") == 0


async def test_arrivals_are_found_along_an_index(any_database: Database) -> None:
    """However many messages were kept."""
    lanes = "i.lane = o.carrier || '/' || o.reference OR i.lane = o.carrier || '/' || o.carrier_order_id"
    query = f"SELECT i.received_at FROM carrier_orders o JOIN inbox i ON {lanes} WHERE o.case_id = 'x'"
    explain = "EXPLAIN QUERY PLAN " if any_database.is_sqlite else "EXPLAIN "
    async with any_database.begin() as connection:
        if not any_database.is_sqlite:
            await connection.execute(text("SET LOCAL enable_seqscan = off"))
        plan = str((await connection.execute(text(explain + query))).all())
    assert "ix_inbox_lane" in plan and "SCAN i" not in plan and "Seq Scan" not in plan


async def test_a_message_under_the_carriers_own_order_id_is_found_too(any_database: Database) -> None:
    case = await a_told_case(any_database)
    before = set(await mails_of(any_database))
    async with any_database.begin() as connection:
        await connection.execute(update(carrier_orders).values(carrier_order_id="T-1"))
        await inbox.receive(connection, case.orders[0].carrier, "e", "", "T-1", {}, later(hours=1))
        [arrival] = await inbox.claim(connection, later(hours=1), 1)
        await inbox.done(connection, arrival.id, later(hours=1, seconds=1))
    snapshot = a_snapshot(case, OrderStatus.ACKNOWLEDGED, as_of=later(hours=1))
    verbs.hear(case, news(snapshot), later(hours=1, seconds=1))
    told = case.announce(next_alarm(case))
    await RecordActivities(any_database, Letters(HEAD)).announce(told)
    [mail] = [one for one in await mails_of(any_database) if one not in before]
    async with any_database.begin() as connection:
        await connection.execute(update(carrier_orders).values(carrier_order_id="T-1"))
        taken = await durations.of_mails(connection, {mail: later(hours=1, seconds=5)})
    assert (NEWS_TO_MAIL, 5.0) in taken
