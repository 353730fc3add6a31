"""What a case announced is written once, with its mails; and a mail that cannot be written holds up nothing (R39)."""

from __future__ import annotations

from sqlalchemy import select

from activities import records
from activities.letters import Letterhead, Letters
from activities.records import RecordActivities
from notifications.envelope import Sender
from porting import verbs
from porting.capabilities import Capabilities, Inlet
from porting.diary import next_alarm
from porting.orders import OrderStatus
from storage.cases import open_case
from storage.tables import cases, mails
from tests.effects.stored_cases import a_partner, an_opening
from tests.examples import MONDAY, a_case, a_line, a_snapshot, news

HEAD = Letterhead(
    sender=Sender(address="porting@portdesk.example", name="Porting desk", host="portdesk.example"),
    care_addresses=("care@portdesk.example",),
    public_url="http://desk.example",
)


async def an_announcement(database):
    case = a_case()
    async with database.begin() as connection:
        await a_partner(connection, emails=("noc@acme.example",))
        await open_case(connection, an_opening(case))
    verbs.hear(case, news(a_snapshot(case, OrderStatus.ACKNOWLEDGED)), MONDAY)
    return case.announce(next_alarm(case))


async def rows(database):
    async with database.read() as connection:
        status = (await connection.execute(select(cases.c.status))).scalar_one()
        return status, (await connection.execute(select(mails.c.state, mails.c.recipient, mails.c.error))).all()


async def test_a_step_told_twice_is_recorded_once_and_mailed_once(database):
    announcement = await an_announcement(database)
    record = RecordActivities(database, Letters(HEAD))
    for _ in range(3):
        await record.announce(announcement)
    status, found = await rows(database)
    assert status == "PENDING_APPROVAL"
    assert [(row.state, row.recipient) for row in found] == [("NEW", "noc@acme.example")]


async def test_a_mail_that_cannot_be_written_is_noted_and_the_step_stands(database, monkeypatch):
    announcement = await an_announcement(database)

    def broken(envelope):
        raise KeyError("a template that is wrong")

    monkeypatch.setattr(records, "write", broken)
    await RecordActivities(database, Letters(HEAD)).announce(announcement)
    status, found = await rows(database)
    assert status == "PENDING_APPROVAL"
    assert [(row.state, row.error) for row in found] == [("FAILED", "KeyError")]


async def test_mails_know_the_usual_times_of_countries_whose_orders_go_by_hand(database):
    """R43: and of no others."""
    able = {"by-hand": Capabilities(inlets=(Inlet.BY_HAND,))}
    by_hand = a_line("+61299998888", place="AU-NSW@Australia/Sydney", carrier="by-hand")
    case = a_case(a_line(), by_hand, capabilities=able)
    announcement = case.announce(None)
    async with database.begin() as connection:
        await a_partner(connection, emails=("noc@acme.example",))
        await open_case(connection, an_opening(case, announcement=announcement))
        envelope = await Letters(HEAD).facts(connection, announcement.case_id, announcement.entries)
    assert envelope is not None
    assert dict(envelope.case.usual_times) == {
        "AU": "Australia: we pass the request on by hand. Usually 1 business day to pass it on, "
        "2 until the losing carrier answers, 4 to 6 in all.",
    }
