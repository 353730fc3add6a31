"""The queue: what comes first, whom it waits for, what the search finds, and the same as CSV."""

import csv
import io
import re
from datetime import date

import httpx2
import pytest

from porting.commands import NewsKind
from storage.partners import Partner, add_partner
from tests.doors.desk_fixtures import a_template, a_visitor_of_care, a_world  # noqa: F401
from tests.doors.desk_samples import HOSTILE
from tests.doors.desk_world import World


def cases_on(page: str) -> list[str]:
    """The cases of the table, from the top."""
    return re.findall(r'scope="row"><a href="/desk/cases/([^"]+)"', page)


async def test_an_empty_desk_says_how_cases_come(staff: httpx2.AsyncClient) -> None:
    page = (await staff.get("/desk")).text
    assert "No case yet" in page
    assert "as soon as a partner opens one" in page


async def test_the_next_deadline_comes_first(world: World, staff: httpx2.AsyncClient) -> None:
    """R20"""
    later = await world.confirmed("+498912345678", day=date(2027, 1, 12))
    sooner = await world.confirmed("+498912345679", day=date(2026, 12, 22))
    assert cases_on((await staff.get("/desk")).text) == [sooner, later]


async def test_a_row_says_what_the_case_is_about(world: World, staff: httpx2.AsyncClient) -> None:
    """R20"""
    case_id = await world.confirmed("+4989123456X", "+498912345780", "+498912345781")
    await world.news(case_id, NewsKind.MISSING_DATA, "+498912345781", code="PIN_INVALID")
    page = (await staff.get("/desk")).text
    for text in ("+4989123456X", "+2", "Bäckerei Huber GmbH", "Acme Telecom", "DE", "MISSING DATA", "CONFIRMED",
                 "PARTNER</span>", "in 30 days", '<time datetime="2026-12-30T08:00:00Z">'):  # fmt: skip
        assert text in page
    assert re.search(r"2 × <span[^>]*>CONFIRMED", page)


async def test_tabs_show_whom_cases_wait_for_and_how_many(world: World, staff: httpx2.AsyncClient) -> None:
    """R20"""
    waiting = await world.open("+498912345678", documents=[])
    await world.confirmed("+498912345679")
    page = (await staff.get("/desk?waiting=PARTNER")).text
    assert cases_on(page) == [waiting]
    assert re.search(r'aria-current="page">Partner <span class="number">1<', page)
    assert re.search(r'>Open <span class="number">2<', page)
    assert "Nobody waits here" in (await staff.get("/desk?waiting=CARE")).text


async def test_closed_cases_are_found_under_all(world: World, staff: httpx2.AsyncClient) -> None:
    closed = await world.confirmed()
    await world.news(closed, NewsKind.ACTIVATED)
    assert cases_on((await staff.get("/desk")).text) == []
    assert cases_on((await staff.get("/desk?waiting=ALL")).text) == [closed]


@pytest.mark.parametrize(
    "typed",
    ["+4989123456X", "+49891234565", "0049 89 / 123456-5", "(089) 12 34 565", "089 1234565", "49891234565",
     "+49\u200b 89\u00a01234565"],
)  # fmt: skip
async def test_a_number_in_any_spelling_leads_to_its_case(
    world: World, staff: httpx2.AsyncClient, typed: str
) -> None:
    """R41"""
    case_id = await world.open("+4989123456X")
    await world.open("+493012345678")
    answer = await staff.get("/desk", params={"q": typed})
    assert answer.headers.get("location") == f"/desk/cases/{case_id}"


async def test_a_case_id_or_a_reference_leads_to_the_case(world: World, staff: httpx2.AsyncClient) -> None:
    case_id = await world.open("+498912345678", reference="Order 7")
    await world.open("+498912345679", reference="Order 77")
    for typed in (case_id, case_id.lower(), f"  {case_id} ", "order 7"):
        answer = await staff.get("/desk", params={"q": typed})
        assert answer.headers.get("location") == f"/desk/cases/{case_id}"


async def test_a_search_by_name_lists_what_it_finds_closed_cases_too(
    world: World, staff: httpx2.AsyncClient
) -> None:
    closed = await world.confirmed("+498912345678")
    await world.news(closed, NewsKind.ACTIVATED)
    other = await world.open("+498912345679")
    answer = await staff.get("/desk", params={"q": "huber"})
    assert sorted(cases_on(answer.text)) == sorted([closed, other])


@pytest.mark.parametrize("typed", [HOSTILE, "%", "_", "'; DROP TABLE cases; --", "x" * 5000, "+49 89 1"])
async def test_a_search_for_nothing_says_so_and_shows_what_was_typed(
    world: World, staff: httpx2.AsyncClient, typed: str
) -> None:
    await world.open("+493012345678")
    answer = await staff.get("/desk", params={"q": typed})
    assert answer.status_code == 200
    assert "Nothing is found" in answer.text
    assert "<script" not in answer.text


async def test_a_search_for_nothing_that_can_be_seen_is_the_queue(world: World, staff: httpx2.AsyncClient) -> None:
    case_id = await world.open()
    assert cases_on((await staff.get("/desk", params={"q": " \x00\u202e"})).text) == [case_id]


async def test_the_queue_goes_on_page_after_page(world: World, staff: httpx2.AsyncClient) -> None:
    opened = [await world.open(f"+4989123456{n}") for n in range(10, 15)]
    object.__setattr__(world.parts.settings, "queue_page", 2)
    seen: list[str] = []
    path = "/desk"
    while path:
        page = (await staff.get(path)).text
        seen += cases_on(page)
        found = re.search(r'rel="next" href="([^"]+)"', page)
        path = found[1].replace("&amp;", "&") if found else ""
    assert sorted(seen) == sorted(opened)
    assert "First page" in page


async def test_a_forged_page_is_refused_in_words(staff: httpx2.AsyncClient) -> None:
    answer = await staff.get("/desk?cursor=forged")
    assert answer.status_code == 400
    assert "No such page" in answer.text


async def test_the_csv_holds_the_whole_view_and_no_formula(world: World, staff: httpx2.AsyncClient) -> None:
    hostile = Partner(id="PA-evil", name="=cmd|' /C calc'!A0")
    async with world.database.begin() as connection:
        await add_partner(connection, hostile, world.now)
    await world.open("+498912345678", partner=hostile, reference="@SUM(1)")
    answer = await staff.get("/desk/queue.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'filename="portdesk-2026-11-30.csv"' in answer.headers["content-disposition"]
    (row,) = csv.DictReader(io.StringIO(answer.text))
    assert row["first_number"] == "+498912345678"
    assert row["partner"] == "'=cmd|' /C calc'!A0"
    assert row["reference"] == "'@SUM(1)"


async def test_what_partners_wrote_stands_there_as_text(world: World, staff: httpx2.AsyncClient) -> None:
    customer = {"name": HOSTILE, "contact_name": HOSTILE, "email": "x@y.example", "address": None}
    await world.open("+498912345678", reference=HOSTILE, end_customer=customer)
    page = (await staff.get("/desk")).text
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}") >= 2
    assert "<script" not in page
    assert "49" not in re.findall(r"script&gt;(\d+)", page)
