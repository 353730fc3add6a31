"""What the doors read: lists that page without gaps, filters that find, and nothing of another partner."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection

from porting import verbs
from porting.case import Case
from porting.commands import AnswerItems, Cancel
from porting.instructions import Assigned, TemporaryNumbersFound
from porting.orders import OrderStatus
from storage import queries, requests
from storage.database import Database
from storage.filters import CaseFilters
from storage.paging import BadCursor, Page, paging_secret
from tests.effects.stored_cases import BODY, a_page, announce, store_case
from tests.examples import MONDAY, PARTNER, PIN_DEMAND, WISH, a_line, a_snapshot, news

ROME = "IT@Europe/Rome"


FOUND: list[tuple[dict, list[str]]] = [
    ({}, ["PC-3", "PC-2", "PC-1"]),
    ({"partner": "PA-1"}, ["PC-2", "PC-1"]),
    ({"status": "CONFIRMED"}, ["PC-1"]),
    ({"waiting_on": "PARTNER"}, ["PC-2"]),
    ({"number": 49890107105}, ["PC-3"]),
    ({"number": 49890107110}, []),
    ({"reference": "ref-PC-2"}, ["PC-2"]),
    ({"country": "IT"}, ["PC-2"]),
    ({"losing_carrier": "telekom"}, ["PC-3", "PC-2", "PC-1"]),
    ({"losing_carrier": "tele"}, []),
    ({"porting_date_from": date(2026, 12, 15)}, ["PC-1"]),
    ({"porting_date_from": WISH, "porting_date_to": WISH}, ["PC-3", "PC-2"]),
    ({"updated_since": MONDAY + timedelta(hours=2)}, ["PC-3"]),
    ({"q": "köhler"}, ["PC-3", "PC-2", "PC-1"]),
    ({"q": "KÖHLER"}, ["PC-3", "PC-2", "PC-1"]),
    ({"q": "pc-2"}, ["PC-2"]),
    ({"q": "ref-PC-3"}, ["PC-3"]),
    ({"q": "+49 890 107-105"}, ["PC-3"]),
    ({"q": "0049 (0)890107105"}, ["PC-3"]),
    ({"q": "089 / 12345678"}, ["PC-1"]),
    ({"q": "0107107"}, ["PC-3"]),
    ({"q": "%"}, []),
    ({"q": "PC_1"}, []),
    ({"q": "PC\x00-1"}, ["PC-1"]),
    ({"q": "' OR 1=1 --"}, []),
    ({"partner": "PA-2", "number": 498912345678}, []),
]


async def found(database: Database, **filters: object) -> list[str]:
    async with database.read() as connection:
        page = await queries.cases(connection, CaseFilters(**filters), a_page())  # type: ignore[arg-type]
    return [item["id"] for item in page["items"]]


async def three_cases(database: Database) -> None:
    """PC-1 Munich, confirmed for the 17th; PC-2 Rome, waits for its partner; PC-3 a range of another partner."""
    case = await store_case(database, a_line("+498912345678"))
    verbs.hear(case, news(a_snapshot(case, OrderStatus.DATE_CONFIRMED, date=date(2026, 12, 17))), MONDAY)
    await announce(database, case)
    later = MONDAY + timedelta(hours=1)
    roman = a_line("+390612345678", place=ROME, demands=(PIN_DEMAND,))
    await store_case(database, roman, case_id="PC-2", at=later)
    third = a_line("+4989010710X")
    await store_case(database, third, case_id="PC-3", partner="PA-2", at=later + timedelta(hours=1))


async def test_a_filter_finds_what_it_names_and_nothing_else(any_database: Database) -> None:
    """R41"""
    await three_cases(any_database)
    assert [(filters, await found(any_database, **filters)) for filters, _ in FOUND] == FOUND


async def test_a_list_is_paged_without_gaps_or_repeats_while_it_grows(any_database: Database) -> None:
    for number in range(7):
        at = MONDAY + timedelta(minutes=number // 2)
        await store_case(any_database, a_line(f"+4989123456{number:02d}"), case_id=f"PC-{number}", at=at)
    seen: list[str] = []
    cursor = None
    while True:
        async with any_database.read() as connection:
            page = await queries.cases(connection, CaseFilters(), a_page(3, cursor))
        seen += [item["id"] for item in page["items"]]
        if len(seen) == 3:
            newest = a_line("+498912345699")
            await store_case(any_database, newest, case_id="PC-9", at=MONDAY + timedelta(days=1))
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == [f"PC-{number}" for number in reversed(range(7))]


@pytest.mark.parametrize("forge", [lambda c: c[:-2] + "xx", lambda _: "WyJ4Il0", lambda _: "", lambda _: "é\x00"])
async def test_a_forged_cursor_is_refused(database: Database, forge: object) -> None:
    for number in range(3):
        await store_case(database, a_line(f"+4989123456{number:02d}"), case_id=f"PC-{number}")
    async with database.read() as connection:
        given = (await queries.cases(connection, CaseFilters(), a_page(1)))["next_cursor"]
        with pytest.raises(BadCursor):
            await queries.cases(connection, CaseFilters(), a_page(1, forge(given)))  # type: ignore[operator]
        with pytest.raises(BadCursor):
            await queries.queue(connection, CaseFilters(), a_page(1, given))
        with pytest.raises(BadCursor):
            await queries.cases(connection, CaseFilters(), Page("another secret", 1, given))


async def test_all_processes_sign_cursors_with_one_secret(any_database: Database) -> None:
    async with any_database.begin() as connection:
        first = await paging_secret(connection, MONDAY)
    async with any_database.begin() as connection:
        assert await paging_secret(connection, MONDAY) == first
    assert len(first) >= 32


async def test_another_partners_case_is_not_there(any_database: Database) -> None:
    """API1: case, timeline, mails, charges."""
    await store_case(any_database)
    async with any_database.read() as connection:
        assert await queries.case(connection, "PC-1", "PA-1")
        assert await queries.case(connection, "PC-1", "PA-2") is None
        assert await queries.timeline(connection, "PC-1", a_page(), "PA-2") is None
        assert await queries.emails(connection, "PC-1", a_page(), "PA-2") is None
        assert await queries.email(connection, "PC-1", 1, "PA-2") is None
        assert (await queries.charges(connection, a_page(), "PA-2"))["items"] == []


async def test_the_pin_is_never_shown(any_database: Database) -> None:
    await store_case(any_database)
    async with any_database.read() as connection:
        case = await queries.case(connection, "PC-1")
    assert case is not None and BODY["losing_carrier"]["pin"] not in str(case)
    assert case["losing_carrier"] == {
        "name": "Telekom", "account_number": "A-1", "contract_end_date": "2026-12-31", "pin_given": True,
    }  # fmt: skip


async def test_a_case_shows_the_data_as_they_were_corrected(any_database: Database) -> None:
    """R11"""
    case = await store_case(any_database, a_line(demands=(PIN_DEMAND,)))
    corrected = [{"missing_id": "M1", "field": "losing_carrier.account_number", "kind": "VALUE", "value": "B-2"}]
    async with any_database.begin() as connection:
        await requests.add_answer(connection, "A-1", "PC-1", corrected, "Acme", MONDAY)
    verbs.tell(case, AnswerItems(actor=PARTNER, answer_id="A-1", items=("M1",)), MONDAY)
    await announce(any_database, case)
    async with any_database.read() as connection:
        shown = await queries.case(connection, "PC-1", "PA-1")
    assert shown is not None and shown["losing_carrier"]["account_number"] == "B-2"


async def test_the_finder_takes_any_member_of_a_range_to_its_cases_newest_first(any_database: Database) -> None:
    """R41"""
    old = await store_case(any_database, a_line("+4989010710X"))
    verbs.tell(old, Cancel(actor=PARTNER, reason="again"), MONDAY)
    await cancelled_by_carrier(any_database, old)
    await store_case(any_database, a_line("+49890107105"), case_id="PC-2", at=MONDAY + timedelta(days=1))
    async with any_database.read() as connection:
        answer = await queries.find_number(connection, 49890107105)
        assert (await queries.find_number(connection, 49890107105, "PA-2"))["items"] == []
        by_ending = await queries.find_ending(connection, "890107105")
    assert answer["number"] == "+49890107105"
    assert [(item["case"], item["line"], item["status"]) for item in answer["items"]] == [
        ("PC-2", "+49890107105", "SUBMITTED"), ("PC-1", "+4989010710X", "TERMINATED"),
    ]  # fmt: skip
    assert by_ending == answer["items"] and answer["items"][0]["partner"] == "PA-1"


async def cancelled_by_carrier(database: Database, case: Case) -> None:
    verbs.hear(case, news(a_snapshot(case, OrderStatus.CANCELLED)), MONDAY)
    await announce(database, case)


@pytest.mark.parametrize("number", ["+493012345", "+493012345X", "+493012345XX", "+493012345XXX"])
async def test_the_finder_knows_both_ends_of_a_range_and_not_their_neighbours(database: Database, number: str) -> None:
    """R02, R41"""
    line = a_line(number)
    await store_case(database, line)
    first = int(number[1:].replace("X", "0"))
    values = (first - 1, first, first + line.count - 1, first + line.count)
    async with database.read() as connection:
        hits = [bool((await queries.find_number(connection, value))["items"]) for value in values]
    assert hits == [False, True, True, False]


async def test_the_queue_is_sorted_by_deadline_with_those_without_at_the_end(any_database: Database) -> None:
    """R20"""
    await three_cases(any_database)
    seen: list[str] = []
    cursor = None
    for _ in range(3):
        async with any_database.read() as connection:
            page = await queries.queue(connection, CaseFilters(), a_page(1, cursor))
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
    async with any_database.read() as connection:
        whole = await queries.queue(connection, CaseFilters(), a_page())
        waiting = await queries.queue(connection, CaseFilters(waiting_on="PARTNER"), a_page())
        counts = await queries.counts_by_waiting_on(connection)
    far = MONDAY + timedelta(days=9999)
    deadlines = {item["id"]: item["deadline"] for item in whole["items"]}
    assert seen == sorted(seen, key=lambda case_id: (deadlines[case_id] or far, case_id)) and cursor is None
    assert [(item["id"], item["partner_name"]) for item in waiting["items"]] == [("PC-2", "Partner PA-1")]
    assert counts["PARTNER"] == 1 and sum(counts.values()) == 3 and set(counts) >= {"CARE", "NOBODY"}


async def test_a_closed_case_leaves_the_queue(any_database: Database) -> None:
    case = await store_case(any_database, a_line(demands=(PIN_DEMAND,)))
    verbs.tell(case, Cancel(actor=PARTNER, reason="no"), MONDAY)
    await announce(any_database, case)
    async with any_database.read() as connection:
        assert (await queries.queue(connection, CaseFilters(), a_page()))["items"] == []
        assert sum((await queries.counts_by_waiting_on(connection)).values()) == 0


async def test_the_orders_report_has_a_line_for_each_line(any_database: Database) -> None:
    """R41"""
    await three_cases(any_database)
    rows: list[dict] = []
    cursor = None
    while True:
        async with any_database.read() as connection:
            page = await queries.orders_report(connection, CaseFilters(partner="PA-1"), a_page(1, cursor))
        rows += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert [(row["case"], row["number"], row["porting_date"], row["porting_date_is"]) for row in rows] == [
        ("PC-2", "+390612345678", WISH, "WISHED"), ("PC-1", "+498912345678", date(2026, 12, 17), "CONFIRMED"),
    ]  # fmt: skip
    assert (rows[0]["order_type"], rows[0]["order_date"], rows[0]["status"]) == (
        "FULL_PORTING", MONDAY.date(), "MISSING_DATA",
    )  # fmt: skip


async def test_the_orders_report_goes_on_within_a_case(any_database: Database) -> None:
    """R41"""
    numbers = [f"+49891234567{last}" for last in range(5)]
    await store_case(any_database, *(a_line(number) for number in numbers))
    rows: list[str] = []
    cursor = None
    async with any_database.read() as connection:
        while len(rows) < len(numbers):
            page = await queries.orders_report(connection, CaseFilters(partner="PA-1"), a_page(2, cursor))
            rows += [row["number"] for row in page["items"]]
            cursor = page["next_cursor"]
    assert (rows, cursor) == (numbers, None)


@pytest.mark.parametrize("filters", [CaseFilters(), CaseFilters(partner="PA-1"), CaseFilters(status="CONFIRMED")])
async def test_a_page_of_the_orders_report_reads_no_more_than_it_shows(
    database: Database, filters: CaseFilters
) -> None:
    """R41: it follows an index of the cases, and does not sort every line of an operator's book for each page."""
    plan = await plan_of(database, lambda connection: queries.orders_report(connection, filters, a_page()))
    assert "cases USING INDEX ix_cases" in plan[0]
    assert "USE TEMP B-TREE FOR ORDER BY" not in plan


@pytest.mark.parametrize("filters", [CaseFilters(), CaseFilters(waiting_on="CARE")])
async def test_a_page_of_the_queue_reads_no_more_than_it_shows(database: Database, filters: CaseFilters) -> None:
    """R20: the whole queue, and that of one tab."""
    plan = await plan_of(database, lambda connection: queries.queue(connection, filters, a_page()))
    assert "cases USING INDEX ix_cases_open" in plan[0]
    assert "USE TEMP B-TREE FOR ORDER BY" not in plan


async def test_the_counts_of_the_tabs_read_an_index_alone_and_no_closed_case(database: Database) -> None:
    """R20"""
    plan = await plan_of(database, queries.counts_by_waiting_on)
    assert plan == ["SEARCH cases USING COVERING INDEX ix_cases_open_waiting (waiting_on=?)"]


async def plan_of(database: Database, ask: Callable[[AsyncConnection], Awaitable[Any]]) -> list[str]:
    """How SQLite answers the first question that is asked."""
    asked: list[tuple[str, Any]] = []
    async with database.read() as connection:
        event.listen(connection.sync_connection, "before_cursor_execute", lambda *told: asked.append(told[2:4]))
        await ask(connection)
        statement, values = asked[0]
        return [row[-1] for row in await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]


async def test_temporary_numbers_that_are_out_are_listed_with_their_lines(any_database: Database) -> None:
    """R34"""
    case = await store_case(any_database, a_line("+498912345678"), a_line("+498912345679"), ivp=True)
    (instruction,) = [one for one in case.instructions if one.kind == "assign_temporary_numbers"]
    given = (Assigned("+498912345678", "+498955500001", MONDAY),)
    verbs.done(case, instruction, TemporaryNumbersFound(assigned=given, unavailable=("+498912345679",)), MONDAY)
    await announce(any_database, case)
    async with any_database.read() as connection:
        (item,) = (await queries.temporary_numbers(connection, a_page(), "PA-1"))["items"]
        assert (await queries.temporary_numbers(connection, a_page(), "PA-2"))["items"] == []
    assert (item["number"], item["line"], item["case"], item["active_at"]) == (
        "+498955500001", "+498912345678", "PC-1", MONDAY,
    )  # fmt: skip


async def test_a_list_shows_twenty_lines_of_a_case_and_how_many_there_are(any_database: Database) -> None:
    await store_case(any_database, *(a_line(f"+4989123456{number:02d}") for number in range(30)))
    async with any_database.read() as connection:
        (item,) = (await queries.cases(connection, CaseFilters(), a_page()))["items"]
        case = await queries.case(connection, "PC-1")
    assert case is not None
    assert (len(item["lines"]), item["lines_count"], len(case["lines"])) == (20, 30, 30)
    assert [line["number"] for line in item["lines"]] == [line["number"] for line in case["lines"][:20]]
