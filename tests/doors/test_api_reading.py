"""Reading: the case and its story, lists and filters, the finder, the calendar, requirements, reports and their CSV."""

import csv
import io
from typing import Any

import pytest

from porting.commands import NewsKind
from tests.doors.api_fixtures import *  # noqa: F403
from tests.doors.api_world import ApiWorld, Caller, is_problem

CASES = "/v1/porting-cases"


def ids(answer: Any) -> list[str]:
    return [case["id"] for case in answer.json()["items"]]


async def test_the_case_says_whom_it_waits_for_since_when_and_what_happens_next(acme: Caller) -> None:
    """R20"""
    case = await acme.opened()
    assert case["waiting_on"] == "CARRIER" and case["waiting_since"] and case["next_step"].endswith(".")


async def test_a_date_is_a_wish_until_it_is_confirmed(api: ApiWorld, acme: Caller) -> None:
    """R21, R22: at 14:00 where the number is."""
    case = await acme.opened(requested_date="2026-12-21")
    line = case["lines"][0]
    assert [line[name] for name in ("requested_date", "confirmed_date", "cutover_at")] == ["2026-12-21", None, None]
    await api.news(case["id"], NewsKind.CONFIRMED, day=api.now.date().replace(month=12, day=22))
    line = (await acme.get(f"{CASES}/{case['id']}")).json()["lines"][0]
    assert (line["requested_date"], line["confirmed_date"]) == ("2026-12-21", "2026-12-22")
    assert line["cutover_at"] == "2026-12-22T13:00:00Z"


async def test_the_timeline_tells_everything_oldest_first(acme: Caller) -> None:
    case_id = await acme.confirmed()
    events = (await acme.get(f"{CASES}/{case_id}/timeline")).json()["items"]
    assert [event["kind"] for event in events] == ["case_opened", "order_acknowledged", "date_confirmed"]
    assert [event["sequence"] for event in events] == [1, 2, 3]
    assert events[0]["actor"] == {"role": "partner", "name": "Acme"}
    assert all(event["summary"] and event["numbers"] == ["+498912345678"] for event in events)


async def test_mails_are_listed_with_case_and_number_in_their_subject(acme: Caller) -> None:
    """R39"""
    case_id = (await acme.opened())["id"]
    mail = (await acme.get(f"{CASES}/{case_id}/emails")).json()["items"][0]
    assert case_id in mail["subject"] and "+498912345678" in mail["subject"]
    assert (mail["to"], mail["status"]) == ("porting@acme.example", "QUEUED")


async def test_each_filter_finds_what_it_names_and_nothing_else(api: ApiWorld, acme: Caller, care: Caller) -> None:
    """R41: also a number inside a range."""
    berlin = (await acme.opened("+493012345678", reference="b-1", requested_date="2026-12-21"))["id"]
    api.advance(seconds=1)
    rome = (await acme.open("+39061234567X", reference="r-1", losing_carrier={"name": "TIM"}, details={})).json()["id"]
    found = {
        "status=MISSING_DATA": [rome], "status=PENDING_APPROVAL": [berlin], "status=COMPLETED": [],
        "waiting_on=PARTNER": [rome], "waiting_on=CARRIER": [berlin], "number=%2B390612345675": [rome],
        "number=+390612345675": [rome], "reference=b-1": [berlin], "country=it": [rome], "losing_carrier=tim": [rome],
        "partner=acme": [rome, berlin], "porting_date_from=2026-12-21": [berlin], "porting_date_to=2026-12-20": [rome],
        "updated_since=2026-11-30T08:00:01Z": [rome], "q=telekom": [berlin], "q=b-1": [berlin],
        "q=030/123 456 78": [berlin], f"q={rome}": [rome], "q=%25": [], "q=_": [], "": [rome, berlin],
    }  # fmt: skip
    for caller in (acme, care):
        assert {query: ids(await caller.get(f"{CASES}?{query}")) for query in found} == found
    assert ids(await care.get(f"{CASES}?partner=beta")) == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("status=DONE", "invalid_choice"), ("waiting_on=ME", "invalid_choice"), ("number=089", "invalid_number"),
        ("country=GER", "invalid"), ("porting_date_from=2027-02-30", "invalid_date"),
        ("porting_date_to=2027-01-01T10:00:00Z", "time_not_selectable"), ("updated_since=yesterday", "invalid"),
        ("updated_since=2026-11-30T08:00:00", "invalid"), ("updated_since=0001-01-01T00:00:00%2B14:00", "invalid"),
        ("q=%00", "invalid_text"), ("reference=a%0d%0ab", "invalid_text"),
    ],
)  # fmt: skip
async def test_a_filter_that_says_nothing_is_refused(acme: Caller, query: str, code: str) -> None:
    assert is_problem(await acme.get(f"{CASES}?{query}"), 422, code)


@pytest.mark.parametrize(
    "spelling",
    ["+4989010710X", "+49890107105", "0049 89 0107105", "+49 (89) 0107-105", "498901071 05", "089/0107105"],
)
async def test_the_finder_takes_any_spelling_of_any_member(acme: Caller, care: Caller, spelling: str) -> None:
    """R41"""
    case_id = (await acme.open("+4989010710X")).json()["id"]
    expected = [{"case": case_id, "line": "+4989010710X", "status": "MISSING_DATA", "partner": "acme"}]
    for caller in (acme, care):
        assert (await caller.get(f"/v1/numbers/{spelling}")).json()["items"] == expected


async def test_the_finder_shows_every_case_newest_first(api: ApiWorld, acme: Caller) -> None:
    first = (await acme.open()).json()["id"]
    await acme.post(f"{CASES}/{first}/cancellation", {})
    api.advance(days=1)
    second = (await acme.open(reference="order-2")).json()["id"]
    found = (await acme.get("/v1/numbers/+498912345678")).json()["items"]
    assert [(one["case"], one["status"]) for one in found] == [(second, "MISSING_DATA"), (first, "TERMINATED")]


@pytest.mark.parametrize("nonsense", ["abc", "%00", "+", "1234", "' OR 1=1", "%ED%A0%80"])
async def test_what_is_no_number_is_not_searched_for(acme: Caller, nonsense: str) -> None:
    assert is_problem(await acme.get(f"/v1/numbers/{nonsense}"), 422, "invalid_number")


async def test_a_country_lists_what_it_asks_for(acme: Caller) -> None:
    """R11"""
    items = {item["field"]: item for item in (await acme.get("/v1/requirements?country=fr")).json()["items"]}
    assert items["details.rio"]["required"] and items["details.rio"]["pattern"] and items["details.rio"]["example"]
    assert items["loa"]["kind"] == "DOCUMENT"
    assert set(items["loa"]) >= {"field", "kind", "required", "prompt", "example", "pattern"}


async def test_requirements_go_by_the_kind_of_number(acme: Caller) -> None:
    """R11: an American mobile number needs its PIN."""
    needed = {}
    for kind in ("GEOGRAPHIC", "MOBILE"):
        found = (await acme.get("/v1/requirements", params={"country": "US", "number_type": kind})).json()["items"]
        needed[kind] = next(item["required"] for item in found if item["field"] == "losing_carrier.pin")
    assert needed == {"GEOGRAPHIC": False, "MOBILE": True}


@pytest.mark.parametrize(
    ("query", "code"),
    [("", "required"), ("country=CN", "not_portable"), ("country=D", "invalid"),
     ("country=DE&number_type=PAGER", "invalid_choice")],
)  # fmt: skip
async def test_requirements_of_nowhere_are_refused(acme: Caller, query: str, code: str) -> None:
    assert is_problem(await acme.get(f"/v1/requirements?{query}"), 422, code)


async def test_the_calendar_gives_each_other_day_its_reason(acme: Caller) -> None:
    """R08"""
    query = {"number": "+498912345678", "from": "2026-12-04", "to": "2027-01-07"}
    found = (await acme.get("/v1/calendar", params=query)).json()
    days = {day["date"]: (day["bookable"], day["reason"]) for day in found["items"]}
    assert (found["rule"], found["earliest"], len(days)) == ("NEW_ORDER", "2026-12-07", 35)
    assert days["2026-12-07"] == days["2026-12-24"] == (True, None)
    assert days["2026-12-04"] == (False, "The first possible date is 2026-12-07")
    assert [days[day] for day in ("2026-12-12", "2027-01-06")] == [(False, "Saturday"), (False, "Epiphany")]


async def test_epiphany_is_no_reason_in_berlin(acme: Caller) -> None:
    query = {"number": "+493012345678", "from": "2027-01-06", "to": "2027-01-06"}
    assert (await acme.get("/v1/calendar", params=query)).json()["items"][0]["bookable"]


async def test_where_a_date_stands_the_calendar_follows_the_notice_of_a_change(
    acme: Caller, beta: Caller, care: Caller
) -> None:
    """R23; another partner is told of no case."""
    case_id = await acme.confirmed("+4989010710X")
    found = [(await who.get("/v1/calendar?number=%2B49890107105")).json() for who in (acme, care, beta)]
    assert [(one["rule"], one["case"]) for one in found] == [
        ("DATE_CHANGE", case_id), ("DATE_CHANGE", case_id), ("NEW_ORDER", None)
    ]  # fmt: skip
    assert found[0]["earliest"] == "2026-12-07"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "required"), ("number=089", "invalid_number"), ("number=112", "not_portable"),
        ("number=%2B498912345678&from=2027-02-30", "invalid_date"),
        ("number=%2B498912345678&from=2027-01-01T10:00", "time_not_selectable"),
        ("number=%2B498912345678&from=2027-02-01&to=2027-01-01", "out_of_range"),
        ("number=%2B498912345678&from=2027-01-01&to=2029-01-01", "out_of_range"),
        ("number=%2B498912345678&from=2999-01-01", "date_too_far"),
        ("number=%2B498912345678&from=9999-12-31", "date_too_far"),
    ],
)  # fmt: skip
async def test_a_calendar_of_nothing_is_refused(acme: Caller, query: str, code: str) -> None:
    assert is_problem(await acme.get(f"/v1/calendar?{query}"), 422, code)


async def test_a_plus_that_was_not_escaped_still_means_plus(acme: Caller) -> None:
    assert (await acme.get("/v1/calendar?number=+498912345678")).json()["number"] == "+498912345678"


async def test_the_orders_report_has_a_row_for_each_line(acme: Caller) -> None:
    """R41"""
    case_id = await acme.confirmed("+4989010710X", "+498912345678", ivp=True)
    rows = (await acme.get("/v1/reports/orders")).json()["items"]
    assert [(row["case"], row["number"], row["status"], row["porting_date"]) for row in rows] == [
        (case_id, "+4989010710X", "CONFIRMED", "2026-12-22"), (case_id, "+498912345678", "CONFIRMED", "2026-12-22")
    ]  # fmt: skip
    assert {"order_type", "order_date", "temporary_number"} <= set(rows[0])


async def test_a_report_as_csv_is_no_program(acme: Caller) -> None:
    """R41: numbers stay numbers, and what would be a formula is text."""
    for n, reference in enumerate(["=cmd|' /C calc'!A0", "+1+1", "@SUM(1)", "-2", "plain, with \"quotes\""]):
        await acme.open(f"+49891234567{n}", reference=reference)
    answer = await acme.get("/v1/reports/orders.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert {row["reference"] for row in rows} == {
        "'=cmd|' /C calc'!A0", "'+1+1", "'@SUM(1)", "'-2", "plain, with \"quotes\""
    }  # fmt: skip
    assert all(row["number"].startswith("+49") for row in rows)


async def test_a_csv_holds_every_row_however_many_parts_it_takes(acme: Caller) -> None:
    await acme.open(*(f"+4989123{n:05d}" for n in range(450)))
    rows = list(csv.DictReader(io.StringIO((await acme.get("/v1/reports/orders.csv")).text)))
    assert len({row["number"] for row in rows}) == len(rows) == 450


async def test_the_ledger_shows_what_was_charged(acme: Caller, care: Caller) -> None:
    """R42"""
    case_id = await acme.confirmed()
    await acme.post(f"{CASES}/{case_id}/date-changes", {"date": "2027-01-11", "accept_fee": True})
    for caller in (acme, care):
        row = next(csv.DictReader(io.StringIO((await caller.get("/v1/charges.csv")).text)))
        assert (row["case"], row["kind"], row["amount"], row["currency"], row["waived"]) == (
            case_id, "DATE_CHANGE", "50.00", "EUR", "no"
        )  # fmt: skip


async def test_a_copy_opens_a_new_case_as_it_is(api: ApiWorld, acme: Caller) -> None:
    """R29: prefilled with the answers, without the PIN, and with a reference that is free."""
    case = (await acme.open("+4989010710X", end_customer={"name": "Huber"}, documents=[await acme.upload()])).json()
    values = {"street": "Marienplatz", "house_number": "1", "postal_code": "80331", "city": "München"}
    for item in case["missing"][:3]:
        value = values[item["field"].rpartition(".")[2]]
        await acme.post(f"{CASES}/{case['id']}/answers", {"answers": [{"missing_id": item["id"], "value": value}]})
    await acme.post(f"{CASES}/{case['id']}/cancellation", {})
    copy = (await acme.get(f"{CASES}/{case['id']}/copy")).json()
    assert copy["reference"] == "order-1-2" and copy["numbers"] == ["+4989010710X"]
    assert copy["end_customer"]["address"]["street"] == "Marienplatz" and copy["losing_carrier"]["pin"] == ""
    opened = await acme.post(CASES, copy)
    assert opened.status_code == 201, opened.text
    assert [item["field"] for item in opened.json()["missing"]] == ["end_customer.address.city"]
