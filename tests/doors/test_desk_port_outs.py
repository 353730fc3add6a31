"""Port-outs on the desk: every notice with how far it is, entering one, settling one (R38)."""

import html
import re

import httpx2
from sqlalchemy import update

from porting.commands import NewsKind
from service import port_out_calls
from storage import port_outs, tables
from tests.doors.desk_fixtures import a_template, a_visitor_of_care, a_world  # noqa: F401
from tests.doors.desk_samples import HOSTILE
from tests.doors.desk_world import CARE, URL, World, field
from tests.examples import WISH

PATH = "/desk/port-outs"
NUMBER = "+498912345678"
OURS = {"Origin": URL}


async def ported(world: World, number: str = NUMBER) -> str:
    case_id = await world.confirmed(number)
    await world.news(case_id, NewsKind.ACTIVATED)
    return case_id


async def enter(staff: httpx2.AsyncClient, **given: str) -> httpx2.Response:
    """What care types into the form, from its own page."""
    csrf = field((await staff.get(PATH)).text, "csrf")
    form = {"csrf": csrf, "number": NUMBER, "winning_carrier": "Example Telecom", "leaves_on": "2026-12-21"}
    return await staff.post(PATH, data=form | given, headers=OURS)


def words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


async def test_without_a_notice_the_page_says_how_one_comes(staff: httpx2.AsyncClient) -> None:
    page = (await staff.get(PATH)).text
    assert "No number leaves us" in page and "Enter a notice" in page


async def test_a_notice_that_was_entered_is_listed_with_its_case(world: World, staff: httpx2.AsyncClient) -> None:
    case_id = await ported(world)
    answer = await enter(staff)
    assert (answer.status_code, answer.headers["location"]) == (303, PATH)
    page = await staff.get(PATH)
    assert f'href="/desk/cases/{case_id}"' in page.text
    for text in (NUMBER, "Mon 21 Dec 2026", "Example Telecom", "Acme Telecom", "told by Mia Berg", "RECEIVED"):
        assert text in words(page.text)


async def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(staff: httpx2.AsyncClient) -> None:
    """R01."""
    answer = await enter(staff, number="089 12345678", leaves_on="21.12.")
    assert answer.status_code == 422 and 'value="089 12345678"' in answer.text
    assert "Choose the day on which the number leaves." in words(answer.text)
    again = await enter(staff, number="089 12345678")
    assert "has no country code" in words(again.text) and 'id="number-wrong"' in again.text


async def test_hostile_words_stay_words(world: World, staff: httpx2.AsyncClient) -> None:
    await ported(world)
    await enter(staff, winning_carrier=HOSTILE)
    page = (await staff.get(PATH)).text
    assert HOSTILE not in page and HOSTILE in words(page)


async def test_care_cancels_for_a_partner(world: World, staff: httpx2.AsyncClient) -> None:
    await ported(world)
    await enter(staff)
    page = (await staff.get(PATH)).text
    [where] = re.findall(r'action="(/desk/port-outs/PO-[^"]+)"', page)
    answer = await staff.post(where, data={"csrf": field(page, "csrf")}, headers=OURS)
    assert answer.status_code == 303
    assert "Cancelled by Mia Berg; nothing is switched." in words((await staff.get(PATH)).text)


async def test_at_the_hour_the_desk_says_that_it_is_too_late(world: World, staff: httpx2.AsyncClient) -> None:
    await ported(world)
    await enter(staff)
    page = (await staff.get(PATH)).text
    [where] = re.findall(r'action="(/desk/port-outs/PO-[^"]+)"', page)
    world.advance(days=22)
    answer = await staff.post(where, data={"csrf": field(page, "csrf")}, headers=OURS)
    assert answer.status_code == 422 and "The hour is there" in words(answer.text)
    unknown = await staff.post(f"{PATH}/PO-404/cancellation", data={"csrf": field(page, "csrf")}, headers=OURS)
    assert unknown.status_code == 404


async def test_a_number_that_nobody_here_has_stands_above_the_queue_until_it_is_settled(
    world: World, staff: httpx2.AsyncClient
) -> None:
    assert "no line of ours has" not in words((await staff.get("/desk")).text)
    await enter(staff, number="+4930999888XX")
    assert "1 notice of a port-out names a number that no line of ours has." in words((await staff.get("/desk")).text)
    page = (await staff.get(PATH)).text
    [where] = re.findall(r'action="(/desk/port-outs/PO-[^"]+)"', page)
    await staff.post(where, data={"csrf": field(page, "csrf")}, headers=OURS)
    assert "no line of ours has" not in words((await staff.get("/desk")).text)


async def test_the_list_goes_on_by_pages(world: World, staff: httpx2.AsyncClient) -> None:
    async with world.database.begin() as connection:
        for last in range(51):
            notice = port_out_calls.notice_of(CARE, f"+49309998{last:03}", "", WISH, world.now)
            await port_out_calls.enter(connection, notice, world.now)
    first = (await staff.get(PATH)).text
    [following] = re.findall(r'rel="next" href="([^"]+)"', first)
    second = (await staff.get(html.unescape(following))).text
    assert (first.count('scope="row"'), second.count('scope="row"')) == (50, 1) and "First page" in second
    assert (await staff.get(f"{PATH}?cursor=forged")).status_code == 400


async def test_care_reads_which_notice_counts_and_that_nothing_was_left_to_switch(
    world: World, staff: httpx2.AsyncClient
) -> None:
    """R38: neither row promises another try, or has a button left."""
    await ported(world)
    await enter(staff)
    await enter(staff, leaves_on="2026-12-22")
    [counts] = re.findall(r'action="/desk/port-outs/(PO-[^"]+)/cancellation"', (await staff.get(PATH)).text)
    assert f"{counts} counts in its place." in words((await staff.get(PATH)).text)
    over = {"state": "DONE", "next_try_at": None, "told_at": world.now, "note": port_outs.NOT_HELD}
    async with world.database.begin() as connection:
        await connection.execute(update(tables.port_outs).where(tables.port_outs.c.id == counts).values(**over))
    page = (await staff.get(PATH)).text
    assert "NOT HELD" in words(page).upper() and "the case had none of them any more" in words(page)
    assert "It is tried again" not in page and "/cancellation" not in page
