"""The page of a case: what comes next, the lines, what is missing, what happened, mails and papers."""

import re
from datetime import date

import httpx2
import pytest

from porting.commands import NewsKind
from service.engine import EngineUnavailable
from tests.doors.desk_fixtures import a_template, a_visitor_of_care, a_world  # noqa: F401
from tests.doors.desk_samples import HOSTILE
from tests.doors.desk_world import World, hidden


async def page_of(staff: httpx2.AsyncClient, case_id: str, query: str = "") -> str:
    answer = await staff.get(f"/desk/cases/{case_id}{query}")
    assert answer.status_code == 200
    return answer.text


def words_of(page: str) -> str:
    """What is read: without tags, with single spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


async def test_the_next_step_whom_it_waits_for_and_until_when_stand_on_top(
    world: World, staff: httpx2.AsyncClient
) -> None:
    """R20"""
    case_id = await world.open(documents=[])
    words = words_of(await page_of(staff, case_id))
    assert "The partner gives or corrects by Wed 30 Dec 2026" in words
    assert "Waits for Partner Since a moment ago" in words
    assert "Until in 30 days Wed 30 Dec 2026, 08:00 UTC" in words


async def test_the_partners_silence_is_counted_down(world: World, staff: httpx2.AsyncClient) -> None:
    """R28"""
    case_id = await world.open(documents=[])
    world.advance(days=12, hours=3)
    page = await page_of(staff, case_id)
    assert "12 of 30 days" in words_of(page)
    assert '<progress id="silence" max="30" value="12">' in page


async def test_no_clock_is_shown_while_nothing_is_missing(world: World, staff: httpx2.AsyncClient) -> None:
    """R28"""
    assert "<progress" not in await page_of(staff, await world.confirmed())


async def test_a_wish_is_marked_as_a_wish_until_a_date_is_confirmed(world: World, staff: httpx2.AsyncClient) -> None:
    """R21"""
    case_id = await world.open(requested_date="2026-12-21")
    words = words_of(await page_of(staff, case_id))
    assert "Mon 21 Dec 2026 A wish, not confirmed" in words
    await world.send(case_id)
    await world.news(case_id, NewsKind.CONFIRMED, day=date(2026, 12, 22))
    words = words_of(await page_of(staff, case_id))
    assert "Tue 22 Dec 2026, 14:00 CET Confirmed, wished Mon 21 Dec 2026" in words
    assert "A wish, not confirmed" not in words


async def test_a_cutover_is_shown_where_the_number_is(world: World, staff: httpx2.AsyncClient) -> None:
    """R22"""
    us = {"name": "Old Bell", "account_number": "1", "pin": "1234", "billing_number": "+12125550123",
          "contract_end_date": None}  # fmt: skip
    papers = [await world.letter(), await world.letter()]
    case_id = await world.open("+12125550123", losing_carrier=us, documents=papers)
    case = world.engine.cases[case_id]
    if case.missing:
        case.missing.clear()
        case.lines[0].status = type(case.lines[0].status).SUBMITTED
    await world.send(case_id)
    await world.news(case_id, NewsKind.CONFIRMED, day=date(2026, 12, 22))
    assert "Tue 22 Dec 2026, 14:00 EST" in words_of(await page_of(staff, case_id))


async def test_a_line_shows_its_carrier_order_and_the_carriers_own_words(
    world: World, staff: httpx2.AsyncClient
) -> None:
    """R07, R19"""
    case_id = await world.open()
    await world.send(case_id)
    await world.news(case_id, NewsKind.MISSING_DATA, code="PIN_INVALID")
    words = words_of(await page_of(staff, case_id))
    assert f"telnyx T-{case_id}-1" in words
    assert "The PIN or transfer code is not the right one." in words
    assert "PIN · pin invalid · asked a moment ago" in words


async def test_a_case_of_many_lines_shows_a_hundred_a_page(world: World, staff: httpx2.AsyncClient) -> None:
    numbers = [f"+4989555{n:05}" for n in range(250)]
    case_id = await world.open(*numbers)
    first, last = await page_of(staff, case_id), await page_of(staff, case_id, "?page=3")
    assert first.count('scope="row"') == 100
    assert last.count('scope="row"') == 50
    assert "250 lines" in first
    assert "Page 3 of 3" in words_of(last)
    assert (await page_of(staff, case_id, "?page=99")).count('scope="row"') == 50


async def test_the_timeline_is_newest_first_with_who_and_when(world: World, staff: httpx2.AsyncClient) -> None:
    case_id = await world.open()
    world.advance(hours=1)
    await world.send(case_id)
    page = await page_of(staff, case_id)
    entries = re.findall(r'<li id="entry-(\d+)"', page)
    assert entries == sorted(entries, key=int, reverse=True)
    words = words_of(page)
    assert "Partner Acme Telecom Mon 30 Nov 2026, 08:00 UTC The case was opened" in words


async def test_internal_entries_are_marked_and_can_be_shown_alone(world: World, staff: httpx2.AsyncClient) -> None:
    case_id = await world.open()
    await world.comment(case_id, "Everybody reads this.")
    await world.comment(case_id, "Only we read this.", internal=True)
    page = await page_of(staff, case_id)
    assert re.search(r'<li id="entry-\d+" class="internal care">', page)
    assert "INTERNAL" in page
    only = await page_of(staff, case_id, "?show=internal")
    assert "Only we read this." in only
    assert "Everybody reads this." not in only


@pytest.mark.parametrize("show", ["partner", "carrier", "care", "internal", "nonsense", ""])
async def test_every_filter_of_the_timeline_is_a_link(world: World, staff: httpx2.AsyncClient, show: str) -> None:
    case_id = await world.open()
    page = await page_of(staff, case_id, f"?show={show}")
    assert page.count('aria-current="true"') == 1


async def test_a_comment_goes_to_the_timeline_and_says_so_once(world: World, staff: httpx2.AsyncClient) -> None:
    case_id = await world.open()
    form = hidden(await page_of(staff, case_id)) | {"text": "We called them.", "internal": "1"}
    answer = await staff.post(f"/desk/cases/{case_id}/comments", data=form)
    assert answer.status_code == 303
    page = await page_of(staff, case_id)
    assert "The comment stands on the timeline." in page
    assert "We called them." in page
    assert "The comment stands on the timeline." not in await page_of(staff, case_id)
    _, command = world.engine.told[-1]
    assert (command.actor.role, command.actor.name) == ("care", "Mia Berg")


async def test_a_comment_sent_twice_is_written_once(world: World, staff: httpx2.AsyncClient) -> None:
    case_id = await world.open()
    form = hidden(await page_of(staff, case_id)) | {"text": "Once."}
    for _ in range(2):
        await staff.post(f"/desk/cases/{case_id}/comments", data=form)
    assert (await page_of(staff, case_id)).count(">Once.<") == 1


async def test_an_empty_comment_is_refused_at_its_field(world: World, staff: httpx2.AsyncClient) -> None:
    case_id = await world.open()
    form = hidden(await page_of(staff, case_id)) | {"text": "  ", "internal": "1"}
    answer = await staff.post(f"/desk/cases/{case_id}/comments", data=form)
    assert answer.status_code == 422
    assert '<a href="#text">Give the comment.</a>' in answer.text
    assert re.search(r'id="internal"[^>]*checked', answer.text)


async def test_a_comment_that_may_have_arrived_goes_out_again_as_the_same(
    world: World, staff: httpx2.AsyncClient
) -> None:
    case_id = await world.open()
    form = hidden(await page_of(staff, case_id)) | {"text": "Careful."}
    world.engine.trouble = EngineUnavailable()
    answer = await staff.post(f"/desk/cases/{case_id}/comments", data=form)
    assert "cannot be reached just now" in answer.text
    assert hidden(answer.text)["key"] == form["key"]
    assert ">Careful.</textarea>" in answer.text


async def test_a_closed_case_offers_nothing_and_takes_no_comment(world: World, staff: httpx2.AsyncClient) -> None:
    case_id = await world.confirmed()
    form = hidden(await page_of(staff, case_id)) | {"text": "Too late."}
    await world.news(case_id, NewsKind.ACTIVATED)
    page = await page_of(staff, case_id)
    assert 'aria-label="What you can do"' not in page
    assert "nothing can be written on it any more" in page
    answer = await staff.post(f"/desk/cases/{case_id}/comments", data=form)
    assert "The case is closed" in answer.text


async def test_the_pin_is_not_shown(world: World, staff: httpx2.AsyncClient) -> None:
    assert "1234<" not in await page_of(staff, await world.open())


async def test_the_page_links_to_the_process_in_temporal(world: World, staff: httpx2.AsyncClient) -> None:
    case_id = await world.open()
    link = f"http://127.0.0.1:8233/namespaces/default/workflows/{case_id}"
    assert f'href="{link}"' in await page_of(staff, case_id)


async def test_a_countrys_advice_stands_on_the_case(world: World, staff: httpx2.AsyncClient) -> None:
    """R44"""
    page = words_of(await page_of(staff, await world.open("+41442345678", documents=[])))
    assert "Good to know" in page
    assert "anonymous" in page


async def test_a_mail_is_shown_as_text_and_in_a_closed_frame(world: World, staff: httpx2.AsyncClient) -> None:
    case_id = await world.open()
    await world.mail(case_id, text=f"Hello {HOSTILE}", html=f"<p>Hello</p>{HOSTILE}")
    page = await page_of(staff, case_id)
    path = re.search(r'href="(/desk/cases/[^"]+/mails/\d+)"', page)
    assert path
    shown = (await staff.get(path[1])).text
    assert "Hello &lt;script&gt;" in shown
    assert re.search(r"<iframe[^>]* sandbox ", shown)
    letter = await staff.get(f"{path[1]}/html")
    assert letter.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert letter.headers["x-content-type-options"] == "nosniff"


async def test_a_mail_of_another_case_is_not_found(world: World, staff: httpx2.AsyncClient) -> None:
    case_id, other = await world.open("+498912345678"), await world.open("+498912345679")
    await world.mail(other)
    for number in ("1", "x", "9" * 30, "-1"):
        assert (await staff.get(f"/desk/cases/{case_id}/mails/{number}")).status_code == 404


async def test_a_document_is_a_file_to_keep_under_a_harmless_name(world: World, staff: httpx2.AsyncClient) -> None:
    paper = await world.letter(name='Vollmacht "Müller"\r\nX: y.pdf')
    case_id = await world.open(documents=[paper])
    answer = await staff.get(f"/desk/cases/{case_id}/documents/{paper}")
    assert answer.content == b"%PDF-1.7"
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith('attachment; filename="Vollmacht _M_ller___X_ y.pdf"')
    assert "x" not in answer.headers


async def test_a_document_of_another_case_is_not_found(world: World, staff: httpx2.AsyncClient) -> None:
    paper = await world.letter()
    await world.open("+498912345678", documents=[paper])
    other = await world.open("+498912345679")
    assert (await staff.get(f"/desk/cases/{other}/documents/{paper}")).status_code == 404


async def test_what_people_wrote_stands_on_the_case_as_text(world: World, staff: httpx2.AsyncClient) -> None:
    customer = {"name": HOSTILE, "contact_name": HOSTILE, "email": HOSTILE, "address": {"street": HOSTILE}}
    case_id = await world.open(reference=HOSTILE, end_customer=customer, comment=HOSTILE)
    await world.mail(case_id, subject=HOSTILE)
    page = await page_of(staff, case_id)
    assert "<script" not in page
    assert "<title>" in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}") >= 6


async def test_a_case_without_customer_or_donor_is_shown(world: World, staff: httpx2.AsyncClient) -> None:
    case_id = await world.open(end_customer=None, losing_carrier=None, documents=[])
    assert "Unnamed customer" in await page_of(staff, case_id)


@pytest.mark.parametrize("case_id", ["PC-nothing", "..%2f..%2fetc", "%00", "x" * 300])
async def test_a_case_that_is_none_says_so(staff: httpx2.AsyncClient, case_id: str) -> None:
    answer = await staff.get(f"/desk/cases/{case_id}")
    assert answer.status_code == 404
    assert "No such" in answer.text
