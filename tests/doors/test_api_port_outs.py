"""Port-outs over the API: care enters and lists them, a partner cancels its own numbers (R38)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from porting.commands import NewsKind
from tests.doors.api_fixtures import *  # noqa: F403
from tests.doors.api_world import MONDAY, ApiWorld, Caller, at_once, is_problem

PATH = "/v1/port-outs"
NUMBER, RANGE = "+498912345678", "+4989010710X"
DAY = "2026-12-21"


def a_notice(number: str = NUMBER, **changes: Any) -> dict[str, Any]:
    return {"number": number, "winning_carrier": "Example Telecom", "leaves_on": DAY} | changes


async def ported(api: ApiWorld, partner: Caller, *numbers: str, reference: str = "order-1") -> str:
    """The id of a case whose lines work with us."""
    case_id = await partner.confirmed(*numbers, reference=reference)
    await api.news(case_id, NewsKind.ACTIVATED)
    return case_id


async def test_care_enters_a_notice_and_finds_it_listed(api: ApiWorld, acme: Caller, care: Caller) -> None:
    case_id = await ported(api, acme)
    answer = await care.post(PATH, a_notice())
    assert answer.status_code == 201, answer.text
    body = answer.json()
    assert answer.headers["Location"] == f"{PATH}/{body['id']}"
    assert (body["number"], body["numbers"], body["lines"]) == (NUMBER, [NUMBER], [NUMBER])
    assert (body["case"], body["partner"], body["leaves_on"]) == (case_id, "acme", DAY)
    assert (body["winning_carrier"], body["source"], body["told_by"]) == ("Example Telecom", "care", "Vera")
    assert (body["status"], body["switch_at"]) == ("RECEIVED", "2026-12-21T13:00:00Z")
    assert (await care.get(PATH)).json() == {"items": [body], "next_cursor": None}
    assert (await care.get(answer.headers["Location"])).json() == body


@pytest.mark.parametrize("spelled", ["+49 (0)89 / 1234-5678", "0049 89 12345678", " +49.89.12345678 "])
async def test_a_number_may_be_spelled_in_any_way_with_its_country(
    api: ApiWorld, acme: Caller, care: Caller, spelled: str
) -> None:
    """R01."""
    await ported(api, acme)
    assert (await care.post(PATH, a_notice(spelled))).json()["number"] == NUMBER


async def test_a_part_of_a_range_can_leave(api: ApiWorld, acme: Caller, care: Caller) -> None:
    """R03 is about orders of ours; what leaves, the winning carrier decides."""
    await ported(api, acme, RANGE)
    body = (await care.post(PATH, a_notice("+49890107104"))).json()
    assert (body["numbers"], body["lines"]) == (["+49890107104"], [RANGE])


async def test_the_same_notice_is_one_however_it_is_repeated(api: ApiWorld, acme: Caller, care: Caller) -> None:
    """I2: with the same key the same answer, without one the notice that exists; ten at once are one."""
    await ported(api, acme)
    key = {"Idempotency-Key": "notice-1"}
    first, again = [await care.post(PATH, a_notice(), headers=key) for _ in range(2)]
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.headers["Idempotent-Replayed"] == "true" and again.content == first.content
    without = await at_once(*(care.post(PATH, a_notice("0049 89 12345678")) for _ in range(10)))
    assert {(one.status_code, one.json()["id"]) for one in without} == {(200, first.json()["id"])}
    other = await care.post(PATH, a_notice(leaves_on="2026-12-22"), headers=key)
    assert is_problem(other, 422, "idempotency_key_reused")
    assert await api.count("port_outs") == 1


async def test_a_number_that_nobody_here_has_is_kept_for_care_until_it_is_settled(care: Caller) -> None:
    answer = await care.post(PATH, a_notice("+4930123456XX"))
    assert answer.status_code == 201
    body = answer.json()
    assert (body["status"], body["case"], body["switch_at"]) == ("UNKNOWN_NUMBER", None, None)
    settled = await care.post(f"{PATH}/{body['id']}/cancellation")
    assert (settled.status_code, settled.json()["status"]) == (200, "CANCELLED")


async def test_a_range_of_which_several_cases_have_a_part_names_each(
    api: ApiWorld, acme: Caller, beta: Caller, care: Caller
) -> None:
    await ported(api, acme, "+49890107101", reference="one")
    await ported(api, beta, "+49890107102", reference="two")
    answer = await care.post(PATH, a_notice(RANGE))
    assert is_problem(answer, 422, "several_cases")
    assert set(answer.json()["lines"]) == {"+49890107101", "+49890107102"} and await api.count("port_outs") == 0


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"number": "089 12345678"}, "/number", "invalid_number"),
        ({"number": "+49X9123"}, "/number", "invalid_number"),
        ({"number": "+498912XXXX"}, "/number", "range_too_large"),
        ({"number": "112"}, "/number", "not_portable"),
        ({"number": "\ud800"}, "/number", "invalid_text"),
        ({"number": "+"}, "/number", "invalid_number"),
        ({"number": 7}, "/number", "invalid"),
        ({"leaves_on": "2026-12-21T13:00:00Z"}, "/leaves_on", "time_not_selectable"),
        ({"leaves_on": "2027-02-30"}, "/leaves_on", "invalid_date"),
        ({"leaves_on": "0001-01-01"}, "/leaves_on", "out_of_range"),
        ({"leaves_on": "9999-12-31"}, "/leaves_on", "out_of_range"),
        ({"leaves_on": None}, "/leaves_on", "invalid_date"),
        ({"winning_carrier": "x\r\nBcc: e@x"}, "/winning_carrier", "invalid_text"),
        ({"winning_carrier": "x" * 201}, "/winning_carrier", "too_long"),
        ({"status": "TOLD"}, "/status", "unknown_field"),
    ],
)
async def test_what_is_wrong_is_named_with_its_field(
    api: ApiWorld, care: Caller, changes: dict[str, Any], pointer: str, code: str
) -> None:
    answer = await care.post(PATH, a_notice() | changes)
    assert is_problem(answer, 422, code)
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert await api.count("port_outs") == 0


async def test_a_partner_neither_enters_nor_lists_port_outs(acme: Caller) -> None:
    """The call is care's, whatever its body says."""
    assert is_problem(await acme.post(PATH, {"nonsense": 1}), 403, "forbidden")
    assert is_problem(await acme.get(PATH), 403, "forbidden")
    assert is_problem(await acme.get(f"{PATH}/PO-1"), 403, "forbidden")


async def test_a_partner_cancels_its_own_numbers_before_their_hour(
    api: ApiWorld, acme: Caller, beta: Caller, care: Caller
) -> None:
    """R38: without a cancellation they would be outbound-only."""
    await ported(api, acme)
    where = f"{PATH}/{(await care.post(PATH, a_notice())).json()['id']}/cancellation"
    assert is_problem(await beta.post(where), 404, "not_found")
    first, again = [await acme.post(where) for _ in range(2)]
    assert first.json() == again.json()
    assert (first.json()["status"], first.json()["cancelled_by"]) == ("CANCELLED", "Acme")


async def test_a_cancellation_at_the_hour_is_refused(api: ApiWorld, acme: Caller, care: Caller) -> None:
    await ported(api, acme)
    where = f"{PATH}/{(await care.post(PATH, a_notice())).json()['id']}/cancellation"
    api.now = MONDAY + timedelta(days=21, hours=5)
    assert is_problem(await acme.post(where), 409, "port_out_over")
    assert is_problem(await care.post(f"{PATH}/PO-404/cancellation"), 404, "not_found")


async def test_the_list_goes_on_where_it_stopped_newest_first(api: ApiWorld, care: Caller) -> None:
    made = []
    for last in range(5):
        made.append((await care.post(PATH, a_notice(f"+4930123456{last}"))).json()["id"])
        api.advance(minutes=1)
    found, cursor = [], ""
    while cursor is not None:
        page = (await care.get(PATH, params={"limit": "2"} | ({"cursor": cursor} if cursor else {}))).json()
        found += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert found == made[::-1]
    assert is_problem(await care.get(PATH, params={"cursor": "forged"}), 400, "invalid_cursor")
    assert is_problem(await care.get(PATH, params={"limit": "1e9"}), 400, "invalid_limit")


async def test_a_day_that_care_moves_takes_the_place_of_the_old_and_can_be_moved_back(
    api: ApiWorld, acme: Caller, care: Caller
) -> None:
    """R38: a partner that cancels the old notice is told which one counts."""
    await ported(api, acme)
    old = (await care.post(PATH, a_notice())).json()
    new = (await care.post(PATH, a_notice(leaves_on="2026-12-22"))).json()
    shown = (await care.get(f"{PATH}/{old['id']}")).json()
    assert (shown["status"], shown["repeats"], new["status"]) == ("REPEATED", new["id"], "RECEIVED")
    refused = await acme.post(f"{PATH}/{old['id']}/cancellation")
    assert is_problem(refused, 409, "port_out_over") and new["id"] in refused.json()["detail"]
    back = await care.post(PATH, a_notice())
    assert (back.status_code, back.json()["status"], back.json()["leaves_on"]) == (201, "RECEIVED", DAY)
    assert (await care.get(f"{PATH}/{new['id']}")).json()["repeats"] == back.json()["id"] != old["id"]


async def test_a_notice_that_was_cancelled_by_mistake_is_entered_anew(
    api: ApiWorld, acme: Caller, care: Caller
) -> None:
    """R38."""
    await ported(api, acme)
    first = (await care.post(PATH, a_notice())).json()
    await care.post(f"{PATH}/{first['id']}/cancellation")
    again = await care.post(PATH, a_notice())
    assert (again.status_code, again.json()["status"]) == (201, "RECEIVED") and again.json()["id"] != first["id"]
    same = await care.post(PATH, a_notice())
    assert (same.status_code, same.json()["id"]) == (200, again.json()["id"])
