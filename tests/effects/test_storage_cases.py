"""Taking cases in: acknowledged whole or not at all, one case a reference, one open line a number (R04)."""

import asyncio
import time
from typing import Any

import pytest
from sqlalchemy import func, select

from porting import verbs
from porting.case import Case
from porting.commands import AnswerItems
from porting.numbers import NumberRange
from storage import cases, requests
from storage.cases import NumbersTaken, ReferenceTaken, open_case
from storage.database import Database
from storage.documents import NewDocument, add, attach
from storage.projection import UnknownCase
from storage.serial import unpack
from storage.tables import cases as cases_table
from storage.tables import events, lines
from tests.effects.stored_cases import BODY, a_partner, an_opening, announce, store, store_case
from tests.examples import LOA_DEMAND, MONDAY, PARTNER, PIN_DEMAND, a_case, a_line

RIVALS = 50


async def counted(database: Database, table: Any) -> int:
    async with database.read() as connection:
        return (await connection.execute(select(func.count()).select_from(table))).scalar_one()


async def conflicts(database: Database, *texts: str) -> list[tuple[str, str, str]]:
    async with database.read() as connection:
        found = await cases.claim_conflicts(connection, [NumberRange(text) for text in texts])
    return [(conflict.number, conflict.line, conflict.case_id) for conflict in found]


async def test_what_is_acknowledged_can_be_started_as_it_was_opened(any_database: Database) -> None:
    """I1"""
    case = await store_case(any_database, a_line("+4989010710X", demands=(PIN_DEMAND,)))
    async with any_database.read() as connection:
        (waiting,) = await cases.unstarted(connection, 10)
    started: Case = unpack(waiting.opening, Case)
    assert waiting.case_id == "PC-1" and started.lines == case.lines and started.missing == case.missing
    async with any_database.begin() as connection:
        await cases.mark_started(connection, ["PC-1"], MONDAY)
    async with any_database.read() as connection:
        assert await cases.unstarted(connection, 10) == []


async def test_a_reference_has_one_case(any_database: Database) -> None:
    await store_case(any_database, reference="order-7")
    async with any_database.begin() as connection:
        with pytest.raises(ReferenceTaken):
            await open_case(connection, an_opening(a_case(case_id="PC-2", reference="order-7")))
    async with any_database.read() as connection:
        known = await cases.case_by_reference(connection, "PA-1", "order-7")
        assert known is not None and known.case_id == "PC-1"
        assert await cases.case_by_reference(connection, "PA-2", "order-7") is None
    assert await counted(any_database, cases_table) == 1


async def test_two_partners_may_use_the_same_reference(any_database: Database) -> None:
    await store_case(any_database, reference="order-7")
    other = a_line("+498912345679")
    await store_case(any_database, other, case_id="PC-2", partner="PA-2", reference="order-7")
    assert await counted(any_database, cases_table) == 2


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("+49890107100", True), ("+49890107109", True), ("+498901071XX", True), ("+4989010710X", True),
        ("+49890107110", False), ("+4989010711X", False), ("+49890107099", False), ("+49890110XXX", False),
        ("+49890107XXX", True),
    ],
)  # fmt: skip
async def test_a_range_collides_with_what_it_shares_a_number_with(
    any_database: Database, wanted: str, found: bool
) -> None:
    """R04"""
    await store_case(any_database, a_line("+4989010710X"))
    assert await conflicts(any_database, wanted) == ([(wanted, "+4989010710X", "PC-1")] if found else [])


async def test_a_number_taken_leaves_nothing_of_the_second_case(any_database: Database) -> None:
    """R04"""
    await store_case(any_database, a_line("+498912345678"))
    second = a_case(a_line("+498912345600"), a_line("+49891234567X"), case_id="PC-2", partner="PA-2")
    with pytest.raises(NumbersTaken) as refused:
        await store(any_database, second)
    (conflict,) = refused.value.conflicts
    assert (conflict.number, conflict.line, conflict.partner_id) == ("+49891234567X", "+498912345678", "PA-1")
    assert await counted(any_database, cases_table) == 1 == await counted(any_database, lines)


async def test_lines_of_one_case_that_overlap_are_refused(any_database: Database) -> None:
    """R04"""
    with pytest.raises(ValueError, match="overlap"):
        await store_case(any_database, a_line("+4989010710X"), a_line("+49890107105"))
    assert await counted(any_database, cases_table) == 0


async def test_of_fifty_who_claim_overlapping_numbers_at_once_exactly_one_gets_them(any_database: Database) -> None:
    """R04, with ranges and members of them, from as many connections as the pool has."""
    async with any_database.begin() as connection:
        await a_partner(connection)
    wanted = ("+4989010710X", "+49890107105", "+498901071XX", "+49890107XXX")

    async def rival(number: int) -> bool:
        case = a_case(a_line(wanted[number % 4]), case_id=f"PC-{number}", reference=f"r-{number}")
        try:
            await any_database.write(lambda connection: open_case(connection, an_opening(case)))
        except NumbersTaken:
            return False
        return True

    assert sum(await asyncio.gather(*(rival(number) for number in range(RIVALS)))) == 1
    assert await counted(any_database, cases_table) == 1


async def test_of_fifty_with_one_reference_exactly_one_opens_a_case(any_database: Database) -> None:
    """I2"""
    async with any_database.begin() as connection:
        await a_partner(connection)

    async def caller(number: int) -> str:
        case = a_case(case_id=f"PC-{number}", reference="same")
        try:
            await any_database.write(lambda connection: open_case(connection, an_opening(case)))
        except ReferenceTaken:
            async with any_database.read() as connection:
                known = await cases.case_by_reference(connection, "PA-1", "same")
            assert known is not None
            return known.case_id
        return case.id

    assert len(set(await asyncio.gather(*(caller(number) for number in range(RIVALS))))) == 1
    assert await counted(any_database, events) == 1


async def test_ten_thousand_numbers_are_compared_in_less_than_a_second(any_database: Database) -> None:
    """R04"""
    await store_case(any_database, *(a_line(f"+4989{number:06d}") for number in range(0, 2000, 2)))
    wanted = [NumberRange(f"+4989{number:06d}") for number in range(10_000)]
    async with any_database.read() as connection:
        began = time.process_time()
        found = await cases.claim_conflicts(connection, wanted)
        took = time.process_time() - began
    assert len(found) == 1000 and took < 1


async def test_a_carriers_order_leads_to_its_case(any_database: Database) -> None:
    """By our reference at the carrier, or by the carrier's own id."""
    case = await store_case(any_database)
    case.orders[0].carrier_order_id = "T-77"
    case.touched.add(0)
    await announce(any_database, case)
    async with any_database.read() as connection:
        assert await cases.case_of_order(connection, "telnyx", case.orders[0].reference) == "PC-1"
        assert await cases.case_of_order(connection, "telnyx", "", "T-77") == "PC-1"
        assert await cases.case_of_order(connection, "other", case.orders[0].reference, "T-77") is None


async def test_the_carrier_is_sent_what_was_answered_and_nothing_that_was_refused(any_database: Database) -> None:
    """R11: only the answers that the process took count."""
    case = await store_case(any_database, a_line(demands=(PIN_DEMAND, LOA_DEMAND)))
    values = [{"missing_id": "M1", "field": "losing_carrier.pin", "kind": "VALUE", "value": "9999"}]
    values += [{"missing_id": "M1", "field": "details.tax_id", "kind": "VALUE", "value": "DE1"}]
    wrong = [{"missing_id": "M1", "field": "losing_carrier.pin", "kind": "VALUE", "value": "0000"}]
    async with any_database.begin() as connection:
        await requests.add_answer(connection, "A-1", "PC-1", values, "Acme", MONDAY)
        await requests.add_answer(connection, "A-2", "PC-1", wrong, "Acme", MONDAY)
        paper = NewDocument(id="D-1", kind="loa", name="loa.pdf", media_type="application/pdf", content=b"%PDF-",
                            uploaded_by="Acme", partner_id="PA-1")  # fmt: skip
        await add(connection, paper, MONDAY)
        await attach(connection, ["D-1"], "PC-1", "PA-1")
    async with any_database.read() as connection:
        sent = await requests.effective_request(connection, "PC-1", ["A-1"])
        opened = await requests.opening_body(connection, "PC-1")
    assert sent["losing_carrier"] == BODY["losing_carrier"] | {"pin": "9999"}
    assert sent["details"] == {"tax_id": "DE1"} and opened["losing_carrier"]["pin"] == "4711"
    assert [(paper["id"], paper["kind"]) for paper in sent["documents"]] == [("D-1", "loa")]
    verbs.tell(case, AnswerItems(actor=PARTNER, answer_id="A-1", items=("M1",)), MONDAY)
    await announce(any_database, case)
    async with any_database.read() as connection:
        assert await requests.accepted_items(connection, ["PC-1"]) == {"PC-1": values}


async def test_an_answer_cannot_break_the_body_it_is_put_into() -> None:
    body = {"losing_carrier": "a name", "numbers": ["+49"]}
    given = [{"field": "losing_carrier.pin", "value": "1"}, {"field": "numbers", "value": None}]
    assert requests.with_answers(body, given) == {"losing_carrier": {"pin": "1"}, "numbers": ["+49"]}
    assert body["losing_carrier"] == "a name"


async def test_a_case_that_was_never_stored_is_unknown(database: Database) -> None:
    async with database.read() as connection:
        assert await cases.version(connection, "PC-9") is None
        with pytest.raises(UnknownCase):
            await requests.effective_request(connection, "PC-9", [])


async def test_the_places_of_a_case_are_those_of_its_open_lines(any_database: Database) -> None:
    """R23: calendars follow from them."""
    await store_case(any_database, a_line("+498912345678"), a_line("+3906123456", place="IT@Europe/Rome"))
    async with any_database.read() as connection:
        assert await cases.places(connection, "PC-1") == ("DE-BY@Europe/Berlin", "IT@Europe/Rome")
