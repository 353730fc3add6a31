"""Work by hand and validations over HTTP: done, late, repeated, refused, and what nonsense leaves behind (R15, R43)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from activities.carrier_request import carrier_request
from activities.task_book import TaskTable
from carriers.by_hand import CAPABILITIES, ByHandCarrier
from porting import verbs
from porting.instructions import Checked, SubmitOrder, ValidateNumbers
from tests.doors.api_fixtures import *  # noqa: F403
from tests.doors.api_world import ApiWorld, Caller, is_problem

CASES = "/v1/porting-cases"
NUMBER = "+498912345678"


async def by_hand(api: ApiWorld, acme: Caller, *numbers: str) -> tuple[str, str]:
    """A case whose order became a task; its address and the task's id."""
    answer = await acme.open(*numbers, documents=[await acme.upload()])
    case_id = answer.json()["id"]
    case = api.engine.cases[case_id]
    case.orders[0].capabilities = CAPABILITIES
    await carry_out(api, case_id)
    return f"{CASES}/{case_id}", case.orders[0].tasks[0].id


async def carry_out(api: ApiWorld, case_id: str) -> None:
    """What the case wants of its carrier becomes a task, as the worker does it."""
    case, carrier = api.engine.cases[case_id], ByHandCarrier(TaskTable(api.database, api.calendars, api.time))
    for instruction in [one for one in case.instructions if isinstance(one, SubmitOrder | ValidateNumbers)]:
        request = await carrier_request(api.database, instruction)
        if isinstance(instruction, SubmitOrder):
            verbs.done(case, instruction, await carrier.submit(request), api.now)
        else:
            verbs.done(case, instruction, Checked(task=await carrier.check(request)), api.now)
    await api.engine.announce(case_id)


async def validated(api: ApiWorld, acme: Caller) -> tuple[str, str]:
    """A case by hand whose partner asked for a validation; its address and that task's id."""
    address, _ = await by_hand(api, acme)
    assert (await acme.post(f"{address}/validations", {})).status_code == 202
    await carry_out(api, address.removeprefix(f"{CASES}/"))
    return address, api.engine.cases[address.removeprefix(f"{CASES}/")].orders[0].tasks[-1].id


def answered(**changes: Any) -> dict[str, Any]:
    return {"note": "Asked by phone.", "answers": [{"number": NUMBER, "portable": True} | changes]}


async def test_care_lists_the_tasks_with_all_that_the_other_form_asks_for(
    api: ApiWorld, acme: Caller, care: Caller
) -> None:
    """R43: what is due, and the whole request."""
    address, task = await by_hand(api, acme)
    [shown] = (await care.get(f"{address}/tasks")).json()["items"]
    assert (shown["id"], shown["kind"], shown["status"], shown["numbers"]) == (task, "SUBMIT", "OPEN", [NUMBER])
    assert shown["form"]["losing_carrier"]["account_number"] == "4400112233"
    assert shown["form"]["end_customer"]["address"]["city"] == "München"
    assert shown["due_on"] > api.now.date().isoformat() and [paper["kind"] for paper in shown["form"]["documents"]]


async def test_a_task_that_is_done_says_who_when_and_how(api: ApiWorld, acme: Caller, care: Caller) -> None:
    """R43: and from then on the losing side has its time."""
    address, task = await by_hand(api, acme)
    paper = await care.upload("other", path=f"{address}/documents")
    done = await care.post(f"{address}/tasks/{task}/done", {"note": "Sent by mail.", "documents": [paper]})
    assert (done.status_code, done.json()["waiting_on"]) == (200, "CARRIER")
    [shown] = (await care.get(f"{address}/tasks")).json()["items"]
    assert (shown["status"], shown["done_by"], shown["note"]) == ("DONE", "Vera", "Sent by mail.")
    assert shown["done_at"] and shown["documents"] == [paper]


async def test_a_repeated_call_marks_a_task_done_once(api: ApiWorld, acme: Caller, care: Caller) -> None:
    """R43: the same key gives the first answer; another key hears that the task is settled."""
    address, task = await by_hand(api, acme)
    headers = {"Idempotency-Key": "done-once"}
    first, again = [await care.post(f"{address}/tasks/{task}/done", {"note": "Sent."}, headers=headers) for _ in "12"]
    assert (first.status_code, again.status_code) == (200, 200)
    timeline = (await care.get(f"{address}/timeline")).json()["items"]
    assert [entry["kind"] for entry in timeline].count("task_done") == 1
    assert is_problem(await care.post(f"{address}/tasks/{task}/done", {"note": "Sent."}), 409, "task_settled")


async def test_tasks_are_cares_alone(api: ApiWorld, acme: Caller, beta: Caller) -> None:
    """R43: a partner neither sees nor settles them, and another partner sees no case."""
    address, task = await by_hand(api, acme)
    for caller, status in ((acme, 403), (beta, 404)):
        assert (await caller.get(f"{address}/tasks")).status_code in (status, 403)
        assert (await caller.post(f"{address}/tasks/{task}/done", {})).status_code in (status, 403)
    assert is_problem(await beta.post(f"{address}/validations", {}), 404, "not_found")
    assert api.engine.cases[address.removeprefix(f"{CASES}/")].orders[0].tasks


async def test_a_task_of_another_case_is_none_of_this(api: ApiWorld, acme: Caller, care: Caller) -> None:
    """R43"""
    address, task = await by_hand(api, acme)
    other = (await acme.opened("+498912345679", reference="order-2"))["id"]
    for place, name in ((other, task), (address.removeprefix(f"{CASES}/"), "TK-0"), (other, "%00'--")):
        assert (await care.post(f"{CASES}/{place}/tasks/{name}/done", {})).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"note": "\x00"}, {"note": "a\u202eb"}, {"note": "x" * 20_000}, {"note": 7}, {"documents": "DOC-1"},
        {"documents": ["DOC-NONE"]}, {"answers": [{"number": "nobody", "portable": True}]},
        {"answers": [{"number": NUMBER, "portable": "maybe"}]}, {"answers": {}}, {"surprise": 1}, [],
    ],
)  # fmt: skip
async def test_nonsense_settles_no_task(api: ApiWorld, acme: Caller, care: Caller, body: Any) -> None:
    """R43"""
    address, task = await by_hand(api, acme)
    assert (await care.post(f"{address}/tasks/{task}/done", body)).status_code == 422
    assert [one["status"] for one in (await care.get(f"{address}/tasks")).json()["items"]] == ["OPEN"]


async def test_a_task_that_is_late_is_told_and_waits_for_care(api: ApiWorld, acme: Caller, care: Caller) -> None:
    """R20, R43"""
    address, _ = await by_hand(api, acme)
    case_id = address.removeprefix(f"{CASES}/")
    api.advance(days=3)
    verbs.ring(api.engine.cases[case_id], api.now)
    await api.engine.announce(case_id)
    shown = (await care.get(address)).json()
    assert shown["waiting_on"] == "CARE" and shown["next_step"].startswith("Overdue since")


async def test_a_validation_is_asked_once_and_answered_on_its_lines(
    api: ApiWorld, acme: Caller, care: Caller
) -> None:
    """R15: with its age, who has the number, and how long it holds."""
    address, task = await validated(api, acme)
    assert is_problem(await acme.post(f"{address}/validations", {}), 409, "validation_pending")
    said = answered(donor="Deutsche Telekom", earliest_date="2026-12-20", valid_until="2026-12-31")
    api.advance(hours=2)
    done = await care.post(f"{address}/tasks/{task}/done", said)
    assert done.status_code == 200, done.text
    [line] = (await acme.get(address)).json()["lines"]
    found = line["validation"]
    assert (found["status"], found["donor"], found["valid_until"]) == ("PORTABLE", "Deutsche Telekom", "2026-12-31")
    assert found["earliest_date"] == "2026-12-20" and found["at"].startswith(api.now.isoformat()[:16])


async def test_a_validation_is_done_only_with_an_answer_on_each_line(
    api: ApiWorld, acme: Caller, care: Caller
) -> None:
    """R15"""
    address, task = await validated(api, acme)
    refused = await care.post(f"{address}/tasks/{task}/done", {"note": "Asked."})
    assert is_problem(refused, refused.status_code, "answer_required")


async def test_a_carrier_that_cannot_be_asked_is_said_plainly(api: ApiWorld, acme: Caller) -> None:
    """R15"""
    case = await acme.opened()
    order = api.engine.cases[case["id"]].orders[0]
    order.capabilities = replace(order.capabilities, can_validate=False)
    refused = await acme.post(f"{CASES}/{case['id']}/validations", {})
    assert is_problem(refused, 422, "validation_not_supported")


@pytest.mark.parametrize("numbers", [["nobody"], ["+4989123456"], [], 7, ["+498912345678\x00"]])
async def test_a_validation_of_nonsense_is_refused(api: ApiWorld, acme: Caller, numbers: Any) -> None:
    """R15"""
    case = await acme.opened()
    before = len(api.engine.cases[case["id"]].instructions)
    answer = await acme.post(f"{CASES}/{case['id']}/validations", {"numbers": numbers})
    assert answer.status_code in (404, 422), answer.text
    assert len(api.engine.cases[case["id"]].instructions) == before


async def test_only_what_care_entered_is_corrected(api: ApiWorld, acme: Caller, care: Caller) -> None:
    """R43: a new entry names the wrong one; both stay."""
    address, _ = await by_hand(api, acme)
    wrong = {"kind": "acknowledged", "said_by": "Jo", "said_at": "2026-11-23T10:00:00Z"}
    assert (await care.post(f"{address}/carrier-news", wrong)).status_code == 200
    timeline = (await care.get(f"{address}/timeline")).json()["items"]
    entry = next(one for one in timeline if one["kind"] == "order_acknowledged")
    opened = next(one for one in timeline if one["kind"] == "case_opened")
    right = {"kind": "missing_data", "reasons": [{"code": "ACCOUNT_MISMATCH", "text": "unknown"}]}
    refused = await care.post(f"{address}/carrier-news", right | {"corrects": opened["sequence"]})
    assert is_problem(refused, 422, "not_correctable")
    taken = await care.post(f"{address}/carrier-news", right | {"corrects": entry["sequence"]})
    assert taken.status_code == 200
    after = (await care.get(f"{address}/timeline")).json()["items"]
    assert any(f"corrects entry {entry['sequence']}" in one["summary"] for one in after)
    assert any(one["sequence"] == entry["sequence"] for one in after)


async def test_fix_tasks_are_kept_corrected_or_removed_by_the_partner(
    api: ApiWorld, acme: Caller, care: Caller
) -> None:
    """R15: before the order is out, an answer that disagrees asks field by field."""
    answer = await acme.open(documents=[])
    case_id = answer.json()["id"]
    case = api.engine.cases[case_id]
    case.orders[0].capabilities = CAPABILITIES
    assert (await acme.post(f"{CASES}/{case_id}/validations", {})).status_code == 202
    await carry_out(api, case_id)
    task = case.orders[0].tasks[0].id
    said = answered(portable=False, reason={"code": "NAME_MISMATCH", "text": "Other holder"})
    assert (await care.post(f"{CASES}/{case_id}/tasks/{task}/done", said)).status_code == 200
    items = (await acme.get(f"{CASES}/{case_id}")).json()["missing"]
    [item] = [one for one in items if one["code"] == "NAME_MISMATCH"]
    assert item["kind"] == "CHOICE" and "Keep what you gave, correct it" in item["prompt"]
    mended = {"missing_id": item["id"], "action": "correct", "value": "Huber Backwaren GmbH"}
    done = await acme.post(f"{CASES}/{case_id}/answers", {"answers": [mended]})
    assert done.status_code == 200, done.text
    assert {one["id"]: one["status"] for one in done.json()["missing"]}[item["id"]] == "ANSWERED"


async def disputed(api: ApiWorld, acme: Caller, care: Caller) -> str:
    """Care has yet to pass the order on when a validation disagrees on name and postal code; the case's address."""
    address, task = await validated(api, acme)
    reasons = [
        {"code": "NAME_MISMATCH", "text": "The bill bears another name.", "donor_value": "Huber Backwaren GmbH"},
        {"code": "POSTAL_CODE_MISMATCH"},
    ]
    said = answered(portable=False, reasons=reasons, valid_until="2026-12-01")
    assert (await care.post(f"{address}/tasks/{task}/done", said)).status_code == 200
    return address


async def test_each_field_that_disagrees_is_settled_by_itself_and_renews_what_care_passes_on(
    api: ApiWorld, acme: Caller, care: Caller
) -> None:
    """R11, R15, R43: one task to submit, with what was corrected in it."""
    address = await disputed(api, acme, care)
    shown = (await acme.get(address)).json()
    assert [item["field"] for item in shown["missing"]] == ["end_customer.name", "end_customer.address.postal_code"]
    assert "The losing carrier has: Huber Backwaren GmbH." in shown["missing"][0]["prompt"]
    name, postal = (item["id"] for item in shown["missing"])
    bare = {"missing_id": name, "action": "correct"}
    assert (await acme.post(f"{address}/answers", {"answers": [bare]})).status_code == 422
    settled = await acme.post(f"{address}/answers", {"answers": [bare | {"value": "Huber Backwaren GmbH"}]})
    assert settled.json()["status"] == "MISSING_DATA"
    settled = await acme.post(f"{address}/answers", {"answers": [{"missing_id": postal, "action": "keep"}]})
    assert settled.json()["status"] == "SUBMITTED", settled.text
    api.advance(hours=1)
    await carry_out(api, address.removeprefix(f"{CASES}/"))
    tasks = [one for one in (await care.get(f"{address}/tasks")).json()["items"] if one["kind"] == "SUBMIT"]
    assert [(one["status"], one["form"]["end_customer"]["name"]) for one in tasks] == [("OPEN", "Huber Backwaren GmbH")]
    assert tasks[0]["renewed_at"] and (await care.get(address)).json()["next_step"].startswith("Care has yet to pass")
    assert tasks[0]["form"]["end_customer"]["address"]["postal_code"] == "80331"


async def test_the_line_shows_what_disagrees_and_that_the_answer_has_lapsed(
    api: ApiWorld, acme: Caller, care: Caller
) -> None:
    """R15"""
    address = await disputed(api, acme, care)
    [line] = (await acme.get(address)).json()["lines"]
    said = line["validation"]
    assert [one["code"] for one in said["reasons"]] == ["NAME_MISMATCH", "POSTAL_CODE_MISMATCH"]
    assert said["reason"] == said["reasons"][0] and said["reason"]["donor_value"] == "Huber Backwaren GmbH"
    assert (said["at"][:16], said["lapsed"]) == (api.now.isoformat()[:16], False)
    api.advance(days=30)
    [line] = (await acme.get(address)).json()["lines"]
    assert line["validation"]["lapsed"] is True


async def test_what_the_right_pin_is_is_never_taken_down(api: ApiWorld, acme: Caller, care: Caller) -> None:
    """R15"""
    address, task = await validated(api, acme)
    said = answered(portable=False, reasons=[{"code": "PIN_INVALID", "donor_value": "4711"}])
    refused = await care.post(f"{address}/tasks/{task}/done", said)
    assert is_problem(refused, 422, "invalid") and "4711" not in refused.text
    told = {"kind": "missing_data", "reasons": [{"code": "PIN_INVALID", "donor_value": "4711"}]}
    assert is_problem(await care.post(f"{address}/carrier-news", told), 422, "invalid")


async def test_the_partner_reads_how_long_it_usually_takes_by_hand(api: ApiWorld, acme: Caller) -> None:
    """R43: on the case, where its lines are run by hand, and nowhere else."""
    address, _ = await by_hand(api, acme)
    shown = (await acme.get(address)).json()
    assert shown["lines"][0]["by_hand"] is True
    assert shown["usual_times"] == [{
        "country": "DE",
        "text": "Usually 1 business day to pass it on, 2 until the losing carrier answers, 4 to 6 in all.",
    }]  # fmt: skip
    other = await acme.opened("+498912345679", reference="order-2")
    assert (other["usual_times"], other["lines"][0]["by_hand"]) == ([], False)


async def test_lines_of_an_item_are_taken_out_by_name(api: ApiWorld, acme: Caller, care: Caller) -> None:
    """R19: where the losing side says only that the list is wrong, the partner says which."""
    address, task = await by_hand(api, acme, NUMBER, "+498912345679")
    assert (await care.post(f"{address}/tasks/{task}/done", {"note": "Sent."})).status_code == 200
    news = {"kind": "missing_data", "reasons": [{"code": "NUMBER_SET_MISMATCH"}]}
    [item] = (await care.post(f"{address}/carrier-news", news)).json()["missing"]
    out = {"missing_id": item["id"], "action": "remove", "numbers": ["+498912345670"]}
    for wrong in (out, out | {"action": "keep", "numbers": [NUMBER]}):
        assert is_problem(await acme.post(f"{address}/answers", {"answers": [wrong]}), 422, "invalid_answer")
    done = await acme.post(f"{address}/answers", {"answers": [out | {"numbers": ["+49 89 12345679"]}]})
    assert [line["cancellation"] for line in done.json()["lines"]] == [None, "REQUESTED"], done.text


async def test_one_field_has_one_value_in_a_call(api: ApiWorld, acme: Caller, care: Caller) -> None:
    """R11: the request says one thing, whichever lines it is asked for."""
    answer = await acme.open(NUMBER, "+498912345679", documents=[])
    case_id = answer.json()["id"]
    api.engine.cases[case_id].orders[0].capabilities = CAPABILITIES
    assert (await acme.post(f"{CASES}/{case_id}/validations", {})).status_code == 202
    await carry_out(api, case_id)
    task = api.engine.cases[case_id].orders[0].tasks[0].id
    said = [
        {"number": number, "portable": False, "reason": {"code": "NAME_MISMATCH", "donor_value": name}}
        for number, name in ((NUMBER, "Huber GmbH"), ("+498912345679", "Maier GmbH"))
    ]
    done = await care.post(f"{CASES}/{case_id}/tasks/{task}/done", {"note": "Asked.", "answers": said})
    items = done.json()["missing"]
    names = [item["id"] for item in items if item["field"] == "end_customer.name"]
    given = [{"missing_id": names[0], "action": "correct", "value": "Huber GmbH"}]
    both = [*given, {"missing_id": names[1], "action": "correct", "value": "Maier GmbH"}]
    assert is_problem(await acme.post(f"{CASES}/{case_id}/answers", {"answers": both}), 422, "invalid_answer")
    both[1]["action"] = "remove"
    assert (await acme.post(f"{CASES}/{case_id}/answers", {"answers": both})).status_code == 200
