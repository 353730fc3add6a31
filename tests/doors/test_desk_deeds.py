"""What care does at the desk: each deed shown before it is done, done once, and refused in words at its field."""

import re
from datetime import date
from html import unescape
from typing import Any

import httpx2
import pytest

from porting.commands import Cancel, ChangeDate, EnterNews, ExtendClock, NewsKind
from porting.status import Status
from service.engine import EngineUnavailable
from tests.doors.desk_fixtures import a_template, a_visitor_of_care, a_world  # noqa: F401
from tests.doors.desk_samples import HOSTILE
from tests.doors.desk_world import World, hidden
from tests.doors.test_desk_case import words_of

DATE = {"date": "2026-12-29", "accept_fee": "1"}


async def fill(
    staff: httpx2.AsyncClient, case_id: str, path: str, given: dict[str, Any], query: str = ""
) -> tuple[dict[str, Any], httpx2.Response]:
    """The first step: the form is opened, filled in and posted."""
    page = await staff.get(f"/desk/cases/{case_id}/{path}{query}")
    assert page.status_code == 200, page.text
    form = hidden(page.text) | given
    return form, await staff.post(f"/desk/cases/{case_id}/{path}", data=form)


async def carry_out(staff: httpx2.AsyncClient, case_id: str, path: str, given: dict[str, Any]) -> httpx2.Response:
    """Both steps."""
    form, checked = await fill(staff, case_id, path, given)
    assert checked.status_code == 200, words_of(checked.text)
    sent = kept(checked.text) | {"csrf": form["csrf"], "step": "do"}
    return await staff.post(f"/desk/cases/{case_id}/{path}", data=sent)


def kept(page: str) -> dict[str, Any]:
    """The hidden fields that the second step sends on."""
    found: dict[str, Any] = {}
    last_form = page[page.rindex("<form") :]
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', last_form):
        found.setdefault(name, []).append(unescape(value))
    return found


def faults(answer: httpx2.Response) -> list[tuple[str, str]]:
    """The summary on top: the field that each fault links to, and its text."""
    box = answer.text.split('class="problems"')[1].split("</div>")[0]
    linked = re.findall(r'<li><a href="#([^"]+)">([^<]+)</a>', box)
    return [(field, unescape(text)) for field, text in linked] + [
        ("", unescape(text)) for text in re.findall(r"<li>([^<]+)</li>", box)
    ]


async def test_a_date_is_moved_in_two_steps_and_only_the_second_does_it(
    world: World, staff: httpx2.AsyncClient
) -> None:
    """R23, R24, R25"""
    case_id = await world.confirmed()
    form, checked = await fill(staff, case_id, "date", DATE)
    words = words_of(checked.text)
    assert "Move the date to Tue 29 Dec 2026?" in words
    assert "Until it answers, Tue 22 Dec 2026 stands" in words
    assert "50.00 EUR is charged at once, and not returned if the donor declines" in words
    assert world.engine.told == []
    sent = kept(checked.text) | {"csrf": form["csrf"], "step": "do"}
    answer = await staff.post(f"/desk/cases/{case_id}/date", data=sent)
    assert answer.headers["location"] == f"/desk/cases/{case_id}"
    _, command = world.engine.told[0]
    assert isinstance(command, ChangeDate)
    assert (command.date, command.accept_fee, command.currency) == (date(2026, 12, 29), True, "EUR")
    page = words_of((await staff.get(f"/desk/cases/{case_id}")).text)
    assert "The carrier is being asked for the new date." in page
    assert "Date change PENDING The carrier was asked for Tue 29 Dec 2026" in page
    assert "The fee of 50.00 EUR was charged" in page


async def test_the_month_shows_what_can_be_had_and_why_the_rest_cannot(
    world: World, staff: httpx2.AsyncClient
) -> None:
    """R23: Epiphany counts in Munich"""
    case_id = await world.confirmed(day=date(2026, 12, 22))
    page = (await staff.get(f"/desk/cases/{case_id}/date?month=2027-01")).text
    days = re.findall(r'type="radio" name="date" value="([^"]+)"', page)
    assert days[0] == "2027-01-04"
    assert "2027-01-06" not in days
    assert re.search(r'title="Epiphany"><s class="num">6</s><span class="why">Epiphany</span>', page)
    assert 'Last day on which it can be changed</dt><dd><time datetime="2026-12-15">' in page
    assert "50.00 EUR" in page


async def test_epiphany_is_a_day_like_others_in_berlin(world: World, staff: httpx2.AsyncClient) -> None:
    """R23"""
    case_id = await world.confirmed("+493012345678", day=date(2026, 12, 22))
    page = (await staff.get(f"/desk/cases/{case_id}/date?month=2027-01")).text
    assert 'value="2027-01-06"' in page


async def test_days_too_early_for_the_notice_are_struck_out(world: World, staff: httpx2.AsyncClient) -> None:
    """R23: five business days from Monday 30 November"""
    case_id = await world.confirmed()
    page = (await staff.get(f"/desk/cases/{case_id}/date")).text
    days = re.findall(r'type="radio" name="date" value="([^"]+)"', page)
    assert days[0] == "2026-12-07"
    assert "The first day that can be had is <time datetime=\"2026-12-07\">" in page
    assert '<s class="num">4</s><span class="why">too early</span>' in page
    assert '<s class="num">22</s><span class="why">stands now</span>' in page


async def test_a_date_asked_too_late_is_refused_with_the_last_day(world: World, staff: httpx2.AsyncClient) -> None:
    """R23"""
    case_id = await world.confirmed(day=date(2026, 12, 22))
    form = hidden((await staff.get(f"/desk/cases/{case_id}/date")).text) | DATE | {"date": "2027-01-12", "step": "do"}
    world.advance(days=16)
    page = (await staff.get(f"/desk/cases/{case_id}/date")).text
    assert "It is too late to change the date: the last day for it was 2026-12-15." in words_of(page)
    assert 'name="accept_fee"' not in page
    answer = await staff.post(f"/desk/cases/{case_id}/date", data=form)
    assert answer.status_code == 422
    ((field, text),) = faults(answer)
    assert field == ""
    assert "the last day for it was 2026-12-15" in text
    assert world.engine.told == []


@pytest.mark.parametrize(
    ("day", "said"), [("2026-12-25", "Christmas"), ("2026-12-26", "2026-12-26"), ("2026-12-03", "too early")]
)
async def test_a_day_that_cannot_be_had_is_refused_at_the_date(
    world: World, staff: httpx2.AsyncClient, day: str, said: str
) -> None:
    """R08, R23: whoever posts it by hand"""
    case_id = await world.confirmed()
    answer = await carry_out(staff, case_id, "date", DATE | {"date": day})
    ((field, text),) = faults(answer)
    assert field == "date"
    assert said in text
    assert 'id="date-wrong"' in answer.text


async def test_without_a_day_nothing_is_asked(world: World, staff: httpx2.AsyncClient) -> None:
    case_id = await world.confirmed()
    _, answer = await fill(staff, case_id, "date", {"accept_fee": "1"})
    assert answer.status_code == 422
    assert faults(answer) == [("date", "Choose one of the days that can be had.")]


async def test_the_fee_must_be_agreed_or_waived(world: World, staff: httpx2.AsyncClient) -> None:
    """R24"""
    case_id = await world.confirmed()
    answer = await carry_out(staff, case_id, "date", {"date": "2026-12-29"})
    ((field, text),) = faults(answer)
    assert field == "accept_fee"
    assert "50.00 EUR" in text
    assert re.search(r'value="2026-12-29" checked', answer.text)


async def test_care_waives_the_fee_with_a_reason(world: World, staff: httpx2.AsyncClient) -> None:
    """R24"""
    case_id = await world.confirmed()
    answer = await carry_out(staff, case_id, "date", {"date": "2026-12-29", "waive": f"Our mistake {HOSTILE}"})
    assert answer.status_code == 303
    page = (await staff.get(f"/desk/cases/{case_id}")).text
    assert "The fee was waived: Our mistake &lt;script&gt;" in page
    assert "<script" not in page


async def test_one_change_at_a_time(world: World, staff: httpx2.AsyncClient) -> None:
    """R25"""
    case_id = await world.confirmed()
    await carry_out(staff, case_id, "date", DATE)
    answer = await carry_out(staff, case_id, "date", DATE | {"date": "2027-01-12"})
    assert "has not answered the change" in faults(answer)[0][1]


async def test_a_day_that_the_carrier_proposed_can_be_taken_without_notice_and_fee(
    world: World, staff: httpx2.AsyncClient
) -> None:
    """R25"""
    case_id = await world.confirmed()
    await carry_out(staff, case_id, "date", DATE)
    await world.news(case_id, NewsKind.DATE_DECLINED, day=date(2026, 12, 3))
    case = await staff.get(f"/desk/cases/{case_id}")
    link = re.search(r'href="([^"]+)">Take up Thu 3 Dec 2026<', case.text)
    assert link
    page = (await staff.get(unescape(link[1]))).text
    assert 'value="2026-12-03" checked' in page
    answer = await carry_out(staff, case_id, "date", {"date": "2026-12-03"})
    assert answer.status_code == 303


async def test_one_carrier_order_can_be_moved_alone(world: World, staff: httpx2.AsyncClient) -> None:
    """R07, R25: the carrier keeps one date for the whole order"""
    case_id = await world.open("+498912345678", "+390612345678", documents=[await world.letter()], reference="two")
    case = world.engine.cases[case_id]
    case.missing.clear()
    case.silence = None
    for line in case.lines:
        line.status = Status.SUBMITTED
    await world.send(case_id)
    await world.news(case_id, NewsKind.CONFIRMED, day=date(2026, 12, 22))
    page = (await staff.get(f"/desk/cases/{case_id}/date")).text
    assert "All of them" in page
    order = f"T-{case_id}-2"
    alone = (await staff.get(f"/desk/cases/{case_id}/date?order={order}")).text
    assert "+390612345678" in words_of(alone)
    answer = await carry_out(staff, case_id, "date", DATE | {"order": order})
    assert answer.status_code == 303
    _, command = world.engine.told[-1]
    assert isinstance(command, ChangeDate)
    assert command.numbers == ("+390612345678",)


async def test_a_case_without_a_date_has_none_to_change(world: World, staff: httpx2.AsyncClient) -> None:
    """R23"""
    case_id = await world.open()
    answer = await staff.get(f"/desk/cases/{case_id}/date")
    assert answer.status_code == 409
    assert "Only a confirmed date can be changed" in answer.text


async def test_a_case_that_changed_meanwhile_is_shown_again_with_what_happened(
    world: World, staff: httpx2.AsyncClient
) -> None:
    case_id = await world.confirmed()
    form = hidden((await staff.get(f"/desk/cases/{case_id}/date")).text) | DATE
    world.advance(minutes=5)
    await world.news(case_id, NewsKind.DATE_MOVED, day=date(2027, 1, 5))
    answer = await staff.post(f"/desk/cases/{case_id}/date", data=form | {"step": "do"})
    assert answer.status_code == 409
    assert "from Tue 22 Dec 2026 to Tue 5 Jan 2027" in faults(answer)[0][1]
    assert [command for _, command in world.engine.told if isinstance(command, ChangeDate)] == []
    again = await staff.post(f"/desk/cases/{case_id}/date", data=form | hidden(answer.text) | {"step": "do"})
    assert again.status_code == 303


async def test_a_form_sent_twice_is_one_change_and_one_fee(world: World, staff: httpx2.AsyncClient) -> None:
    """R24"""
    case_id = await world.confirmed()
    form = hidden((await staff.get(f"/desk/cases/{case_id}/date")).text) | DATE | {"step": "do"}
    assert (await staff.post(f"/desk/cases/{case_id}/date", data=form)).status_code == 303
    again = await staff.post(f"/desk/cases/{case_id}/date", data=form)
    assert again.status_code == 409
    assert len(world.engine.told) == 1


async def test_an_engine_that_is_away_loses_nothing_of_the_form(world: World, staff: httpx2.AsyncClient) -> None:
    case_id = await world.confirmed()
    world.engine.trouble = EngineUnavailable()
    form, checked = await fill(staff, case_id, "date", DATE | {"waive": "Our mistake"})
    sent = kept(checked.text) | {"csrf": form["csrf"], "step": "do"}
    answer = await staff.post(f"/desk/cases/{case_id}/date", data=sent)
    assert "cannot be reached just now" in faults(answer)[0][1]
    assert 'value="Our mistake"' in answer.text
    assert hidden(answer.text)["key"] == form["key"]


async def test_something_can_be_changed_before_it_is_done(world: World, staff: httpx2.AsyncClient) -> None:
    case_id = await world.confirmed()
    form, checked = await fill(staff, case_id, "date", DATE | {"waive": "Our mistake"})
    back = await staff.post(
        f"/desk/cases/{case_id}/date", data=kept(checked.text) | {"csrf": form["csrf"], "step": "edit"}
    )
    assert back.status_code == 200
    assert re.search(r'value="2026-12-29" checked', back.text)
    assert 'value="Our mistake"' in back.text


async def test_care_gives_the_partner_more_time(world: World, staff: httpx2.AsyncClient) -> None:
    """R30"""
    case_id = await world.open(documents=[])
    answer = await carry_out(staff, case_id, "extension", {"days": "14", "reason": "The customer is on holiday."})
    assert answer.status_code == 303
    assert isinstance(world.engine.told[-1][1], ExtendClock)
    page = words_of((await staff.get(f"/desk/cases/{case_id}")).text)
    assert "The partner has more time now" in page
    assert "0 of 44 days" in page
    assert "The customer is on holiday." in page


@pytest.mark.parametrize(
    ("given", "field"), [({"days": "0", "reason": "x"}, "days"), ({"days": "7", "reason": " "}, "reason"),
                         ({"days": "soon", "reason": "x"}, "days"), ({"days": "7", "reason": "a\nb"}, "reason")],
)  # fmt: skip
async def test_more_time_needs_days_and_a_reason(
    world: World, staff: httpx2.AsyncClient, given: dict[str, str], field: str
) -> None:
    """R30"""
    case_id = await world.open(documents=[])
    _, answer = await fill(staff, case_id, "extension", given)
    assert answer.status_code == 422
    assert [name for name, _ in faults(answer)] == [field]
    assert f'value="{given["days"]}"' in answer.text


async def test_more_time_where_no_clock_runs_is_refused_in_words(world: World, staff: httpx2.AsyncClient) -> None:
    """R30"""
    case_id = await world.confirmed()
    answer = await carry_out(staff, case_id, "extension", {"days": "7", "reason": "x"})
    assert "there is no clock to extend" in faults(answer)[0][1]


async def test_lines_are_cancelled_after_a_look_at_what_it_means(world: World, staff: httpx2.AsyncClient) -> None:
    """R03"""
    case_id = await world.confirmed("+4989123456X", "+498912345780")
    given = {"numbers": ["+498912345780"], "reason": "The customer stays."}
    _, checked = await fill(staff, case_id, "cancellation", given)
    assert "Cancel 1 line?" in words_of(checked.text)
    answer = await carry_out(staff, case_id, "cancellation", given)
    assert answer.status_code == 303
    _, command = world.engine.told[-1]
    assert isinstance(command, Cancel)
    assert command.numbers == ("+498912345780",)


async def test_part_of_a_range_cannot_be_cancelled(world: World, staff: httpx2.AsyncClient) -> None:
    """R03"""
    case_id = await world.confirmed("+4989123456X")
    answer = await carry_out(staff, case_id, "cancellation", {"numbers": "+49891234565", "reason": "x"})
    ((field, text),) = faults(answer)
    assert field == "numbers"
    assert "is part of +4989123456X" in text


async def test_a_case_of_many_lines_takes_them_one_a_row(world: World, staff: httpx2.AsyncClient) -> None:
    numbers = [f"+4989555{n:05}" for n in range(40)]
    case_id = await world.confirmed(*numbers)
    given = {"numbers": f"{numbers[3]}\r\n{numbers[5]}\r\n", "reason": "Two too many."}
    answer = await carry_out(staff, case_id, "cancellation", given)
    assert answer.status_code == 303
    _, command = world.engine.told[-1]
    assert isinstance(command, Cancel)
    assert command.numbers == (numbers[3], numbers[5])


@pytest.mark.parametrize(
    ("given", "status"),
    [({"kind": "activated"}, "COMPLETED"), ({"kind": "failed", "code": "ACTIVATION_FAILED"}, "PORTING_INCOMPLETE"),
     ({"kind": "missing_data", "code": "PIN_INVALID", "said": "wrong code"}, "MISSING_DATA"),
     ({"kind": "rejected", "code": "NOT_PORTABLE", "said": ""}, "REJECTED"),
     ({"kind": "date_moved", "date": "2027-01-05"}, "CONFIRMED"), ({"kind": "cancelled"}, "TERMINATED")],
)  # fmt: skip
async def test_what_a_carrier_said_by_phone_is_entered(
    world: World, staff: httpx2.AsyncClient, given: dict[str, str], status: str
) -> None:
    """R43"""
    case_id = await world.confirmed()
    answer = await carry_out(staff, case_id, "carrier-news", {"code": "", "said": ""} | given)
    assert answer.status_code == 303, words_of(answer.text)
    assert world.engine.cases[case_id].status == status
    _, command = world.engine.told[-1]
    assert isinstance(command, EnterNews)
    assert command.actor.name == "Mia Berg"


@pytest.mark.parametrize(
    ("given", "field"), [({}, "kind"), ({"kind": "confirmed"}, "date"), ({"kind": "rejected"}, "reasons"),
                         ({"kind": "nonsense"}, "kind"), ({"kind": "date_moved", "date": "soon"}, "date")],
)  # fmt: skip
async def test_news_lacks_nothing_that_it_needs(
    world: World, staff: httpx2.AsyncClient, given: dict[str, str], field: str
) -> None:
    """R43"""
    case_id = await world.confirmed()
    _, answer = await fill(staff, case_id, "carrier-news", given)
    assert [name for name, _ in faults(answer)] == [field]


async def test_news_that_the_case_cannot_take_is_refused_in_words(world: World, staff: httpx2.AsyncClient) -> None:
    """R17"""
    case_id = await world.confirmed()
    answer = await carry_out(staff, case_id, "carrier-news", {"kind": "acknowledged"})
    ((field, text),) = faults(answer)
    assert field == "kind"
    assert "cannot become" in text


async def test_a_carriers_date_on_a_holiday_is_refused_at_the_date(world: World, staff: httpx2.AsyncClient) -> None:
    """R43"""
    case_id = await world.confirmed()
    answer = await carry_out(staff, case_id, "carrier-news", {"kind": "date_moved", "date": "2027-01-06"})
    ((field, text),) = faults(answer)
    assert field == "date"
    assert "Epiphany" in text


@pytest.mark.parametrize("path", ["date", "extension", "carrier-news", "cancellation"])
async def test_what_is_typed_comes_back_as_text(world: World, staff: httpx2.AsyncClient, path: str) -> None:
    case_id = await world.confirmed()
    given = {"reason": HOSTILE, "waive": HOSTILE, "said": HOSTILE, "code": "", "days": '"><script>', "kind": HOSTILE,
             "numbers": HOSTILE, "date": HOSTILE, "month": HOSTILE, "order": ""}  # fmt: skip
    form = hidden((await staff.get(f"/desk/cases/{case_id}/{path}")).text) | given
    answer = await staff.post(f"/desk/cases/{case_id}/{path}", data=form)
    assert answer.status_code in (200, 422)
    assert "<script" not in answer.text


async def test_a_deed_on_a_case_that_is_none_says_so(staff: httpx2.AsyncClient) -> None:
    for path in ("date", "extension", "carrier-news", "cancellation"):
        assert (await staff.get(f"/desk/cases/PC-nothing/{path}")).status_code == 404
