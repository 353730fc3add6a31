"""The projection: what a case announced is what clients read, once, however often it is told."""

from copy import deepcopy
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from porting import verbs
from porting.case import Case
from porting.commands import AddComment, AnswerItems, Cancel, ChangeDate, ExtendClock
from porting.diary import next_alarm
from porting.events import TemporaryNumbersActive
from porting.instructions import Assigned, TemporaryNumbersFound
from porting.orders import OrderStatus
from porting.policy import Policy
from porting.reasons import reason
from storage import projection, queries
from storage.database import Database
from storage.tables import charges, events, lines
from tests.effects.stored_cases import a_page, announce, store_case
from tests.examples import CARE, MONDAY, PARTNER, PIN_DEMAND, WISH, a_line, a_plan, a_snapshot, news

LATER = MONDAY + timedelta(hours=3)
NEW_DATE = date(2026, 12, 17)


async def shown(database: Database, case_id: str = "PC-1", partner: str | None = None) -> dict:
    async with database.read() as connection:
        found = await queries.case(connection, case_id, partner)
    assert found is not None
    return found


async def timeline(database: Database, partner: str | None = None) -> list[dict]:
    async with database.read() as connection:
        found = await queries.timeline(connection, "PC-1", a_page(200), partner)
    assert found is not None
    return found["items"]


async def ledger(database: Database, case_id: str | None = None) -> list[dict]:
    async with database.read() as connection:
        return (await queries.charges(connection, a_page(), case_id=case_id))["items"]


async def confirmed(database: Database, *numbers: str, day: date = WISH) -> Case:
    case = await store_case(database, *(a_line(number) for number in numbers or ("+498912345678",)))
    verbs.hear(case, news(a_snapshot(case, OrderStatus.DATE_CONFIRMED, date=day)), LATER)
    assert await announce(database, case)
    return case


def a_change(waived: str = "") -> ChangeDate:
    return ChangeDate(
        actor=CARE if waived else PARTNER, change_id="DC-1", date=NEW_DATE, currency="EUR", accept_fee=True,
        waive_fee_reason=waived,
    )


async def test_an_opened_case_reads_as_the_contract_has_it(any_database: Database) -> None:
    await store_case(any_database, a_line("+4989010710X"), a_line("+498912345678"))
    case = await shown(any_database)
    assert {name: case[name] for name in ("id", "reference", "partner", "status", "waiting_on", "version")} == {
        "id": "PC-1", "reference": "ref-PC-1", "partner": "PA-1", "status": "SUBMITTED", "waiting_on": "CARRIER",
        "version": 1,
    }  # fmt: skip
    line = case["lines"][0]
    assert (line["number"], line["first"], line["last"], line["count"]) == (
        "+4989010710X", "+49890107100", "+49890107109", 10,
    )  # fmt: skip
    assert (line["country"], line["time_zone"], line["number_type"]) == ("DE", "Europe/Berlin", "GEOGRAPHIC")
    assert (line["carrier"], line["carrier_order_id"], line["temporary_number"]) == ("telnyx", None, None)
    assert (case["lines_count"], case["numbers_count"], case["created_at"]) == (2, 11, MONDAY)


async def test_a_wish_is_no_confirmed_date_until_the_carrier_commits(any_database: Database) -> None:
    """R21"""
    case = await store_case(any_database)
    line = (await shown(any_database))["lines"][0]
    assert (line["requested_date"], line["confirmed_date"], line["cutover_at"]) == (WISH, None, None)
    verbs.hear(case, news(a_snapshot(case, OrderStatus.DATE_CONFIRMED, date=NEW_DATE)), LATER)
    await announce(any_database, case)
    line = (await shown(any_database))["lines"][0]
    assert (line["status"], line["requested_date"], line["confirmed_date"]) == ("CONFIRMED", WISH, NEW_DATE)
    assert (line["cutover_at"], line["last_day_for_date_change"]) == (
        a_plan(NEW_DATE).cutover_at, a_plan(NEW_DATE).last_day_for_change,
    )  # fmt: skip
    assert line["carrier_order_id"] == "T-1"


async def test_a_line_that_lost_its_date_shows_none(any_database: Database) -> None:
    """R21: CONFIRMED, then MISSING_DATA. The hour is kept aside, for the mail that calls the appointment off."""
    case = await confirmed(any_database)
    wrong = (reason("PIN_INVALID"),)
    snapshot = a_snapshot(case, OrderStatus.EXCEPTION, reasons=wrong, as_of=LATER + timedelta(hours=1))
    verbs.hear(case, news(snapshot), LATER + timedelta(hours=1))
    await announce(any_database, case)
    line = (await shown(any_database))["lines"][0]
    assert (line["status"], line["confirmed_date"], line["cutover_at"]) == ("MISSING_DATA", None, None)
    assert line["reasons"][0]["code"] == "PIN_INVALID"
    async with any_database.read() as connection:
        assert (await connection.execute(select(lines.c.cutover_at))).scalar() == a_plan().cutover_at


async def test_the_same_announcement_twice_changes_nothing(any_database: Database) -> None:
    case = await store_case(any_database)
    verbs.tell(case, AddComment(actor=PARTNER, comment_id="C-1", text="Please hurry."), LATER)
    said = case.announce(next_alarm(case))
    async with any_database.begin() as connection:
        assert await projection.record(connection, said) is True
    before = await shown(any_database), await timeline(any_database)
    async with any_database.begin() as connection:
        assert await projection.record(connection, said) is False
    assert (await shown(any_database), await timeline(any_database)) == before


async def test_an_announcement_that_comes_late_overwrites_nothing_newer(any_database: Database) -> None:
    """I5: version by version, and line by line."""
    case = await store_case(any_database, a_line("+498912345678"), a_line("+498912345679"))
    verbs.hear(case, news(a_snapshot(case, OrderStatus.ACKNOWLEDGED)), LATER)
    second = deepcopy(case.announce(next_alarm(case)))
    verbs.tell(case, Cancel(actor=PARTNER, reason="not any more", numbers=("+498912345678",)), LATER)
    third = case.announce(next_alarm(case))
    for said in (third, second):
        async with any_database.begin() as connection:
            assert await projection.record(connection, said) is True
    found = await shown(any_database)
    assert found["version"] == third.version
    assert [line["cancellation"] for line in found["lines"]] == ["REQUESTED", None]
    assert [event["sequence"] for event in await timeline(any_database)] == list(range(1, case.sequence + 1))


async def test_an_unknown_case_is_not_recorded(database: Database) -> None:
    case = await store_case(database)
    case.id = "PC-2"
    case.touched = {0}
    with pytest.raises(projection.UnknownCase):
        await announce(database, case)


async def test_missing_items_are_named_with_since_and_status(any_database: Database) -> None:
    """R11"""
    case = await store_case(any_database, a_line(demands=(PIN_DEMAND,)))
    (item,) = (await shown(any_database))["missing"]
    assert item == {
        "id": "M1", "numbers": ["+498912345678"], "code": "DATA_MISSING", "field": "losing_carrier.pin",
        "prompt": PIN_DEMAND.prompt, "kind": "VALUE", "since": MONDAY, "status": "OPEN",
    }  # fmt: skip
    verbs.tell(case, AnswerItems(actor=PARTNER, answer_id="A-1", items=("M1",)), LATER)
    await announce(any_database, case)
    assert [item["status"] for item in (await shown(any_database))["missing"]] == ["ANSWERED"]


async def test_a_line_in_missing_data_waits_for_the_partner_until_the_silence_ends(any_database: Database) -> None:
    """R20, R28, R30"""
    case = await store_case(any_database, a_line(demands=(PIN_DEMAND,)))
    found = await shown(any_database)
    assert (found["waiting_on"], found["deadline"]) == ("PARTNER", MONDAY + timedelta(days=30))
    verbs.tell(case, ExtendClock(actor=CARE, days=5, reason="holidays"), LATER)
    await announce(any_database, case)
    found = await shown(any_database)
    assert found["deadline"] == found["silence_deadline"] == MONDAY + timedelta(days=35)


async def test_a_date_change_is_charged_once_however_often_it_is_told(any_database: Database) -> None:
    """R24, I7"""
    case = await confirmed(any_database)
    verbs.tell(case, a_change(), LATER)
    said = case.announce(next_alarm(case))
    for _ in range(3):
        async with any_database.begin() as connection:
            await projection.record(connection, said)
    (charge,) = await ledger(any_database)
    assert (charge["kind"], charge["amount"], charge["currency"], charge["waived"]) == (
        "DATE_CHANGE", "50.00", "EUR", False,
    )  # fmt: skip
    assert (charge["case"], charge["numbers"], charge["at"]) == ("PC-1", ["+498912345678"], LATER)
    change = (await shown(any_database))["date_change"]
    assert change == {
        "id": "DC-1", "date": NEW_DATE, "numbers": ["+498912345678"], "status": "PENDING",
        "fee": {"amount": "50.00", "currency": "EUR"}, "proposed_date": None,
    }  # fmt: skip


async def test_a_waived_fee_stands_on_the_ledger_with_its_reason(any_database: Database) -> None:
    """R24"""
    case = await confirmed(any_database)
    verbs.tell(case, a_change(waived="our mistake"), LATER)
    await announce(any_database, case)
    (charge,) = await ledger(any_database)
    assert charge["waived"] and charge["amount"] == "0.00" and "our mistake" in charge["reason"]


async def test_porting_itself_costs_nothing_unless_the_policy_says_so(any_database: Database) -> None:
    """R42"""
    await store_case(any_database)
    assert await ledger(any_database) == []
    priced = Policy(porting_fee="12.50")
    await store_case(any_database, a_line("+498912345699"), case_id="PC-2", policy=priced)
    (charge,) = await ledger(any_database, "PC-2")
    assert (charge["kind"], charge["amount"]) == ("PORTING", "12.50")


@pytest.mark.parametrize(("price", "amounts"), [("0.00", []), ("1.50", ["1.50", "15.00"])])
async def test_each_temporary_number_is_charged_at_the_pools_price(
    any_database: Database, price: str, amounts: list[str]
) -> None:
    """R42: a range of ten is ten numbers."""
    case = await store_case(any_database, a_line("+498912345678"), a_line("+4989010710X"), ivp=True)
    (instruction,) = [i for i in case.instructions if i.kind == "assign_temporary_numbers"]
    given = (
        Assigned("+498912345678", "+498955500001", LATER),
        Assigned("+4989010710X", "+49895550001X", LATER),
    )
    verbs.done(case, instruction, TemporaryNumbersFound(assigned=given, unavailable=(), price=price), LATER)
    assert any(isinstance(entry.event, TemporaryNumbersActive) for entry in case.fresh)
    await announce(any_database, case)
    assert sorted(charge["amount"] for charge in await ledger(any_database)) == amounts
    lines = (await shown(any_database))["lines"]
    assert lines[0]["temporary_number"] == {"number": "+498955500001", "status": "ACTIVE", "active_at": LATER}


async def test_internal_events_and_comments_are_for_care_only(any_database: Database) -> None:
    case = await store_case(any_database)
    verbs.tell(case, AddComment(actor=CARE, comment_id="C-1", text="Difficult customer.", internal=True), LATER)
    verbs.tell(case, AddComment(actor=CARE, comment_id="C-2", text="We are on it."), LATER)
    await announce(any_database, case)
    assert "Difficult customer." in str(await timeline(any_database))
    assert "Difficult customer." not in str(await timeline(any_database, "PA-1"))
    assert (await shown(any_database))["comments_count"] == 2
    assert (await shown(any_database, partner="PA-1"))["comments_count"] == 1


async def test_the_timeline_says_in_a_sentence_what_happened_and_who_did_it(any_database: Database) -> None:
    """R20, R39"""
    await store_case(any_database)
    (opened,) = await timeline(any_database)
    assert set(opened) >= {"sequence", "at", "kind", "actor", "numbers", "summary", "detail"}
    assert (opened["kind"], opened["actor"]) == ("case_opened", {"role": "partner", "name": "Acme Telecom"})
    assert opened["summary"] and opened["numbers"] == ["+498912345678"] and opened["at"] == MONDAY


async def test_a_cancelled_case_is_closed_and_its_number_can_be_ordered_again(any_database: Database) -> None:
    """R04: a final line claims nothing."""
    case = await store_case(any_database, a_line(demands=(PIN_DEMAND,)))
    verbs.tell(case, Cancel(actor=PARTNER, reason="not any more"), LATER)
    await announce(any_database, case)
    found = await shown(any_database)
    assert (found["status"], found["closed_at"], found["waiting_on"]) == ("TERMINATED", LATER, "NOBODY")
    await store_case(any_database, case_id="PC-2")
    assert (await shown(any_database, "PC-2"))["status"] == "SUBMITTED"


async def test_a_charge_and_its_event_are_kept_or_lost_together(any_database: Database) -> None:
    """I1: one transaction holds both, so a kill between them leaves neither."""
    case = await confirmed(any_database)
    verbs.tell(case, a_change(), LATER)
    said = case.announce(next_alarm(case))
    with pytest.raises(ZeroDivisionError):
        async with any_database.begin() as connection:
            await projection.record(connection, said)
            raise ZeroDivisionError
    async with any_database.read() as connection:
        kinds = set((await connection.execute(select(events.c.kind))).scalars())
        charged = (await connection.execute(select(func.count()).select_from(charges))).scalar_one()
    assert "date_change_asked" not in kinds and charged == 0
