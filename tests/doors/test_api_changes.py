"""Changing a case over HTTP: each refusal with its code, each change with what it leaves behind."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from carriers.telnyx_words import our_reason
from porting.commands import AddComment, AnswerItems, NewsKind
from porting.errors import ChangePending
from tests.doors.api_fixtures import *  # noqa: F403
from tests.doors.api_world import PDF, ApiWorld, Caller, is_problem

CASES = "/v1/porting-cases"
DOCUMENT = {"file": ("loa.pdf", PDF)}


async def lacking(acme: Caller, **changes: Any) -> dict[str, Any]:
    """A case that lacks something: the letter of authorisation, if nothing else."""
    return dict((await acme.open(**changes)).json())


async def answer(acme: Caller, case_id: str, *answers: dict[str, Any], comment: str = "") -> Any:
    return await acme.post(f"{CASES}/{case_id}/answers", {"answers": list(answers), "comment": comment})


async def change(caller: Caller, case_id: str, day: str, **body: Any) -> Any:
    return await caller.post(f"{CASES}/{case_id}/date-changes", {"date": day, "accept_fee": True} | body)


# What is missing


async def test_answers_bring_the_lines_back_on_their_way(api: ApiWorld, acme: Caller) -> None:
    """R11, R28"""
    case = await lacking(acme)
    paper = await acme.upload(path=f"{CASES}/{case['id']}/documents")
    after = await answer(acme, case["id"], {"missing_id": "M1", "document_id": paper}, comment="Here it is.")
    assert (after.status_code, after.json()["status"], after.json()["comments_count"]) == (200, "SUBMITTED", 1)
    assert [item["status"] for item in after.json()["missing"]] == ["ANSWERED"]
    assert after.headers["etag"] == f'"{after.json()["version"]}"'


async def test_a_line_waits_until_all_its_items_are_settled(acme: Caller) -> None:
    """R11"""
    case = await lacking(acme, end_customer={"name": "Huber"}, documents=[await acme.upload()])
    given = {
        "end_customer.address.street": "Marienplatz", "end_customer.address.house_number": "1",
        "end_customer.address.postal_code": "80331", "end_customer.address.city": "München",
    }  # fmt: skip
    answers = [{"missing_id": item["id"], "value": given[item["field"]]} for item in case["missing"]]
    assert (await answer(acme, case["id"], *answers[:3])).json()["status"] == "MISSING_DATA"
    after = (await answer(acme, case["id"], answers[3])).json()
    assert after["status"] == "SUBMITTED"
    assert after["end_customer"]["address"]["postal_code"] == "80331"


async def test_the_process_carries_the_answers_id_and_not_its_value(api: ApiWorld, acme: Caller) -> None:
    case = await lacking(acme, end_customer={"name": "Huber"})
    item = next(item for item in case["missing"] if item["field"].endswith("city"))
    await answer(acme, case["id"], {"missing_id": item["id"], "value": "canary-town"})
    command = api.engine.told[-1][1]
    assert isinstance(command, AnswerItems) and "canary" not in repr(command)


@pytest.mark.parametrize(
    ("given", "code", "pointer"),
    [
        ({"missing_id": "M99", "value": "x"}, "unknown_missing_item", "/answers/0/missing_id"),
        ({"missing_id": "M1", "value": "8033"}, "invalid_answer", "/answers/0/value"),
        ({"missing_id": "M1", "value": " "}, "invalid_answer", "/answers/0/value"),
        ({"missing_id": "M1"}, "invalid_answer", "/answers/0/value"),
        ({"missing_id": "M2", "value": "x"}, "invalid_answer", "/answers/0/document_id"),
        ({"missing_id": "M2", "document_id": "DOC-none"}, "unknown_document", "/answers/0/document_id"),
        ({"missing_id": "M1", "value": "a\r\nb"}, "invalid_text", "/answers/0/value"),
        ({"missing_id": "M1", "action": "burn"}, "invalid_choice", "/answers/0/action"),
    ],
)
async def test_an_answer_that_does_not_fit_is_refused_with_the_question(
    api: ApiWorld, acme: Caller, given: dict[str, Any], code: str, pointer: str
) -> None:
    """R19"""
    address = {"street": "Marienplatz", "house_number": "1", "city": "München"}
    case = await lacking(acme, end_customer={"name": "Huber", "address": address})
    assert [item["field"] for item in case["missing"]] == ["end_customer.address.postal_code", "loa"]
    refused = await answer(acme, case["id"], given)
    assert is_problem(refused, 422, code)
    assert refused.json()["errors"][0]["pointer"] == pointer
    assert api.engine.told == [] and await api.count("answers") == 0


async def test_one_item_answered_twice_in_a_call_is_refused(acme: Caller) -> None:
    case, paper = await lacking(acme), await acme.upload()
    item = {"missing_id": "M1", "document_id": paper}
    assert is_problem(await answer(acme, case["id"], item, item), 422, "invalid_answer")


async def test_an_item_answered_before_is_settled(acme: Caller) -> None:
    case, item = await lacking(acme, end_customer={"name": "Huber"}), {"missing_id": "M1", "value": "Marienplatz"}
    assert (await answer(acme, case["id"], item)).status_code == 200
    assert is_problem(await answer(acme, case["id"], item), 409, "item_settled")


async def test_a_paper_of_another_partner_settles_nothing(acme: Caller, beta: Caller) -> None:
    case, paper = await lacking(acme), await beta.upload()
    refused = await answer(acme, case["id"], {"missing_id": "M1", "document_id": paper})
    assert is_problem(refused, 422, "unknown_document")


async def test_a_choice_takes_lines_out_of_the_request(api: ApiWorld, acme: Caller) -> None:
    """R19: keep, correct or remove."""
    case = await acme.opened()
    await api.news(case["id"], NewsKind.MISSING_DATA, code="NUMBER_SET_MISMATCH")
    assert is_problem(await answer(acme, case["id"], {"missing_id": "M1", "value": "x"}), 422, "invalid_answer")
    after = await answer(acme, case["id"], {"missing_id": "M1", "action": "remove"})
    assert after.status_code == 200
    command = api.engine.told[-1][1]
    assert isinstance(command, AnswerItems) and command.removed == ("M1",)


@pytest.mark.parametrize(
    ("value", "code"), [("+12125551234", "billing_number_ported"), ("0199", "invalid_number"), ("+12125550199", "")]
)
async def test_a_billing_number_for_what_stays_is_checked_like_the_first(
    api: ApiWorld, acme: Caller, value: str, code: str
) -> None:
    """R10, R19: the carrier asks for it when the main number leaves."""
    papers = [await acme.upload(), await acme.upload("invoice")]
    account = {"account_number": "9876543210", "billing_number": "+12125551234"}
    where = {"name": "Example Inc.", "address": {"postal_code": "10001"}}
    case = await acme.opened(
        "+12125551234", disconnect_remaining=True, documents=papers, losing_carrier=account, end_customer=where
    )
    demand = our_reason("MAIN_BTN_PORTING")
    await api.news(case["id"], NewsKind.MISSING_DATA, given=(demand,))
    answered = await answer(acme, case["id"], {"missing_id": "M1", "value": value})
    if code:
        assert is_problem(answered, 422, code)
        return
    assert answered.json()["losing_carrier"]["new_billing_number"] == value
    copy = (await acme.get(f"{CASES}/{case['id']}/copy")).json()
    assert (copy["disconnect_remaining"], copy["losing_carrier"]["new_billing_number"]) == (False, value)


@pytest.mark.parametrize(
    ("day", "code"),
    [("2026-12-25", "not_a_business_day"), ("2026-12-01", "date_too_early"), ("tomorrow", "invalid_date"),
     ("2027-02-30", "invalid_date"), ("2026-12-21T10:00", "time_not_selectable")],
)  # fmt: skip
async def test_another_wish_is_checked_like_the_first(api: ApiWorld, acme: Caller, day: str, code: str) -> None:
    """R08"""
    case = await acme.opened()
    await api.news(case["id"], NewsKind.MISSING_DATA, code="DATE_NOT_AVAILABLE")
    refused = await answer(acme, case["id"], {"missing_id": "M1", "value": day})
    assert is_problem(refused, 422, code)
    good = await answer(acme, case["id"], {"missing_id": "M1", "value": "2026-12-21"})
    assert good.json()["lines"][0]["requested_date"] == "2026-12-21"


# Comments and papers


async def test_a_comment_restarts_the_clock_of_silence(api: ApiWorld, acme: Caller, care: Caller) -> None:
    """R28: any act of the partner does, care's do not."""
    case = await lacking(acme)
    api.advance(days=10)
    await care.post(f"{CASES}/{case['id']}/comments", {"text": "Any news?"})
    assert (await acme.get(f"{CASES}/{case['id']}")).json()["silence_deadline"] == case["silence_deadline"]
    assert (await acme.post(f"{CASES}/{case['id']}/comments", {"text": "Soon."})).status_code == 201
    assert (await acme.get(f"{CASES}/{case['id']}")).json()["silence_deadline"] == "2027-01-09T08:00:00Z"


async def test_internal_comments_are_cares_alone(acme: Caller, care: Caller) -> None:
    case = await lacking(acme)
    path = f"{CASES}/{case['id']}"
    body = {"text": "Their third try.", "internal": True}
    assert is_problem(await acme.post(f"{path}/comments", body), 403, "forbidden")
    assert (await care.post(f"{path}/comments", body)).status_code == 201
    seen = [[event["kind"] for event in (await who.get(f"{path}/timeline")).json()["items"]] for who in (acme, care)]
    assert seen == [["case_opened", "data_missing"], ["case_opened", "data_missing", "comment_added"]]
    assert [(await who.get(path)).json()["comments_count"] for who in (acme, care)] == [0, 1]


async def test_only_care_speaks_to_the_carrier(api: ApiWorld, acme: Caller, care: Caller) -> None:
    case = await acme.opened()
    body = {"text": "Please hurry.", "to_carrier": True}
    assert is_problem(await acme.post(f"{CASES}/{case['id']}/comments", body), 403, "forbidden")
    await care.post(f"{CASES}/{case['id']}/comments", body)
    command = api.engine.told[-1][1]
    assert isinstance(command, AddComment) and command.to_carrier


@pytest.mark.parametrize("text", ["", "   ", "a\u0000b", "x" * 10_001, None, 3])
async def test_a_comment_that_says_nothing_or_hides_something_is_refused(acme: Caller, text: Any) -> None:
    case = await lacking(acme)
    assert (await acme.post(f"{CASES}/{case['id']}/comments", {"text": text})).status_code == 422


@pytest.mark.parametrize(
    "content",
    [b"MZ\x90", b"<html>%PDF-1.7", b"<svg/>", b"PK\x03\x04", b"", b" %PDF-1.7", b"GIF89a", b"\x00%PDF-"],
)
async def test_what_is_no_paper_is_refused_whatever_its_name(api: ApiWorld, acme: Caller, content: bytes) -> None:
    """Told by its first bytes."""
    case = await lacking(acme)
    for path in ("/v1/documents", f"{CASES}/{case['id']}/documents"):
        files = {"file": ("loa.pdf", content, "application/pdf")}
        refused = await acme.client.post(path, files=files, data={"kind": "loa"})
        assert is_problem(refused, 415, "unsupported_media_type")
    assert await api.count("documents") == 0


async def test_a_paper_that_is_too_large_is_refused(acme: Caller) -> None:
    for size in (10 * 1024 * 1024 + 1, 12 * 1024 * 1024):
        files = {"file": ("loa.pdf", b"%PDF-" + b" " * size)}
        assert is_problem(await acme.client.post("/v1/documents", files=files, data={"kind": "loa"}), 413, "too_large")


@pytest.mark.parametrize("name", ["../../etc/passwd", 'a"b.pdf', "x\r\nSet-Cookie: a.pdf", "\u202efdp.exe", "." * 300])
async def test_the_name_of_a_file_is_only_a_name(acme: Caller, name: str) -> None:
    kept = (await acme.client.post("/v1/documents", files={"file": (name, PDF)}, data={"kind": "loa"})).json()["name"]
    assert 0 < len(kept) <= 120 and kept.isprintable() and not set(kept) & set('/\\"\r\n\u202e')


@pytest.mark.parametrize("kind", ["", "LOA", "a b", "x" * 60, "loa\n"])
async def test_a_kind_that_is_no_word_is_refused(acme: Caller, kind: str) -> None:
    refused = await acme.client.post("/v1/documents", files=DOCUMENT, data={"kind": kind})
    assert refused.status_code == 422 and refused.json()["errors"][0]["pointer"] == "/kind"


async def test_a_paper_is_handed_out_as_a_download(acme: Caller, care: Caller) -> None:
    paper = await acme.upload()
    got = await care.get(f"/v1/documents/{paper}")
    assert (got.content, got.headers["content-type"]) == (PDF, "application/pdf")
    assert got.headers["content-disposition"].startswith("attachment")


# Dates


async def test_a_date_change_is_pending_charged_and_the_old_date_stands(api: ApiWorld, acme: Caller) -> None:
    """R23, R24, R25"""
    case_id = await acme.confirmed()
    after = await change(acme, case_id, "2027-01-11")
    body = after.json()
    assert after.status_code == 202
    assert (body["date_change"]["status"], body["date_change"]["date"]) == ("PENDING", "2027-01-11")
    assert body["date_change"]["fee"] == {"amount": "50.00", "currency": "EUR"}
    assert body["lines"][0]["confirmed_date"] == "2026-12-22"
    charges = (await acme.get("/v1/charges")).json()["items"]
    assert [(one["kind"], one["amount"], one["case"], one["waived"]) for one in charges] == [
        ("DATE_CHANGE", "50.00", case_id, False)
    ]


async def test_a_fee_is_in_the_partners_currency_also_when_care_asks(beta: Caller, care: Caller) -> None:
    """R24"""
    case_id = await beta.confirmed()
    assert (await change(care, case_id, "2027-01-11")).json()["date_change"]["fee"]["currency"] == "GBP"


async def test_a_fee_that_is_not_accepted_is_refused(api: ApiWorld, acme: Caller) -> None:
    """R24"""
    case_id = await acme.confirmed()
    assert is_problem(await change(acme, case_id, "2027-01-11", accept_fee=False), 422, "fee_not_accepted")
    assert await api.count("charges") == 0


async def test_only_care_waives_the_fee_and_says_why(acme: Caller, care: Caller) -> None:
    """R24"""
    case_id = await acme.confirmed()
    why = {"accept_fee": False, "waive_fee_reason": "our mistake"}
    assert is_problem(await change(acme, case_id, "2027-01-11", **why), 403, "forbidden")
    assert (await change(care, case_id, "2027-01-11", **why)).status_code == 202
    charge = (await acme.get("/v1/charges")).json()["items"][0]
    assert (charge["waived"], "our mistake" in charge["reason"]) == (True, True)


async def test_a_second_change_waits_for_the_first(acme: Caller) -> None:
    """R25"""
    case_id = await acme.confirmed()
    await change(acme, case_id, "2027-01-11")
    assert is_problem(await change(acme, case_id, "2027-01-12"), 409, "change_pending")


@pytest.mark.parametrize("day", ["2027-01-11", "2026-12-25", "2026-12-01"])
async def test_what_is_not_confirmed_cannot_be_changed_whatever_the_day(acme: Caller, day: str) -> None:
    """R23"""
    case_id = (await acme.opened())["id"]
    assert is_problem(await change(acme, case_id, day), 409, "not_confirmed")


@pytest.mark.parametrize(
    ("day", "code"),
    [("2027-01-06", "not_a_business_day"), ("2027-01-09", "not_a_business_day"), ("2026-12-04", "date_too_early"),
     ("2026-11-02", "date_in_the_past"), ("2031-01-07", "date_too_far")],
)  # fmt: skip
async def test_a_new_date_that_cannot_be_had_names_the_nearest(acme: Caller, day: str, code: str) -> None:
    """R08, R23"""
    case_id = await acme.confirmed()
    refused = await change(acme, case_id, day)
    assert is_problem(refused, 422, code)
    assert refused.json()["nearest_date"] == "2026-12-07" and len(refused.json()["next_dates"]) == 3


async def test_the_date_that_stands_is_no_change(acme: Caller) -> None:
    case_id = await acme.confirmed()
    assert is_problem(await change(acme, case_id, "2026-12-22"), 422, "date_unchanged")


# 22 December less five business days is 15 December; in Munich that day ends at 23:00 UTC.
@pytest.mark.parametrize(
    ("now", "status"),
    [(datetime(2026, 12, 15, 22, 59, 59, tzinfo=UTC), 202), (datetime(2026, 12, 15, 23, 0, 0, tzinfo=UTC), 422)],
)
async def test_the_last_day_ends_at_midnight_where_the_number_is(
    api: ApiWorld, acme: Caller, now: datetime, status: int
) -> None:
    """R23"""
    case_id = await acme.confirmed()
    api.now = now
    answered = await change(acme, case_id, "2027-01-20")
    assert answered.status_code == status, answered.text
    assert status == 202 or (answered.json()["code"], answered.json()["last_day"]) == ("too_late", "2026-12-15")


async def test_too_late_is_said_before_the_day_is_judged(api: ApiWorld, acme: Caller) -> None:
    """R23: nobody looks for a better day in vain."""
    case_id = await acme.confirmed()
    api.now = datetime(2026, 12, 17, 9, tzinfo=UTC)
    refused = await change(acme, case_id, "2026-12-26")
    assert is_problem(refused, 422, "too_late")
    assert refused.json()["last_day"] == "2026-12-15"


async def test_a_new_date_is_no_moment(acme: Caller) -> None:
    case_id = await acme.confirmed()
    assert is_problem(await change(acme, case_id, "2027-01-11T09:00:00+01:00"), 422, "time_not_selectable")


async def test_a_date_that_the_carrier_proposed_is_early_enough(api: ApiWorld, acme: Caller) -> None:
    """R25: taking up the proposal costs nothing more."""
    case_id = await acme.confirmed()
    await change(acme, case_id, "2027-01-11")
    await api.news(case_id, NewsKind.DATE_DECLINED, date(2026, 12, 3))
    api.now = datetime(2026, 12, 1, 9, tzinfo=UTC)
    after = await change(acme, case_id, "2026-12-03", accept_fee=False)
    assert (after.status_code, after.json()["date_change"]["fee"]["amount"]) == (202, "0.00")


async def test_a_part_of_a_range_has_no_date_of_its_own(acme: Caller) -> None:
    """R03"""
    case_id = await acme.confirmed("+4989010710X")
    refused = await change(acme, case_id, "2027-01-11", numbers=["+49890107105"])
    assert is_problem(refused, 422, "range_cannot_be_split")


async def test_a_refusal_of_the_case_comes_through_with_its_code(api: ApiWorld, acme: Caller) -> None:
    case_id = await acme.confirmed()
    api.engine.away = ChangePending("One at a time.")
    assert is_problem(await change(acme, case_id, "2027-01-11"), 409, "change_pending")


# Cancellation, extension, carrier news


async def test_a_part_of_a_range_cannot_be_cancelled(acme: Caller) -> None:
    """R03"""
    case = await acme.opened("+4989010710X", "+498912345678")
    path = f"{CASES}/{case['id']}/cancellation"
    refused = await acme.post(path, {"numbers": ["+49890107105"], "reason": "x"})
    assert is_problem(refused, 422, "range_cannot_be_split")
    assert is_problem(await acme.post(path, {"numbers": ["+493012345678"]}), 422, "unknown_number")
    assert is_problem(await acme.post(path, {"numbers": ["089"]}), 422, "invalid_number")
    assert is_problem(await acme.post(path, {"numbers": []}), 422, "too_short")


async def test_a_line_is_cancelled_however_it_is_spelled(acme: Caller) -> None:
    case = await acme.opened("+4989010710X", "+498912345678")
    after = await acme.post(f"{CASES}/{case['id']}/cancellation", {"numbers": ["+49 89 12345678"], "reason": "x"})
    assert (after.status_code, [line["cancellation"] for line in after.json()["lines"]]) == (202, [None, "REQUESTED"])


async def test_an_open_line_that_no_carrier_has_ends_at_once(acme: Caller) -> None:
    case = await lacking(acme)
    after = await acme.post(f"{CASES}/{case['id']}/cancellation", {"reason": "x"})
    assert (after.json()["status"], after.json()["waiting_on"]) == ("TERMINATED", "NOBODY")


async def test_a_closed_case_takes_nothing_more(acme: Caller) -> None:
    case = await lacking(acme)
    path = f"{CASES}/{case['id']}"
    await acme.post(f"{path}/cancellation", {})
    assert is_problem(await acme.post(f"{path}/cancellation", {}), 409, "case_closed")
    assert is_problem(await acme.post(f"{path}/comments", {"text": "x"}), 409, "case_closed")
    assert is_problem(await answer(acme, case["id"], {"missing_id": "M1", "value": "x"}), 409, "case_closed")


async def test_care_gives_a_silent_partner_more_days(acme: Caller, care: Caller) -> None:
    """R30"""
    case = await lacking(acme)
    after = await care.post(f"{CASES}/{case['id']}/extension", {"days": 10, "reason": "on holiday"})
    assert (after.status_code, after.json()["silence_deadline"]) == (200, "2027-01-09T08:00:00Z")
    events = (await acme.get(f"{CASES}/{case['id']}/timeline")).json()["items"]
    assert (events[-1]["kind"], events[-1]["actor"]) == ("clock_extended", {"role": "care", "name": "Vera"})


@pytest.mark.parametrize(
    "body",
    [{"days": 0, "reason": "x"}, {"days": 366, "reason": "x"}, {"days": 5}, {"days": "5", "reason": "x"},
     {"days": 5.5, "reason": "x"}, {"days": 5, "reason": ""}],
)  # fmt: skip
async def test_an_extension_without_days_or_reason_is_refused(acme: Caller, care: Caller, body: Any) -> None:
    """R30"""
    case = await lacking(acme)
    assert (await care.post(f"{CASES}/{case['id']}/extension", body)).status_code == 422


async def test_nobody_who_is_not_waited_for_gets_more_days(acme: Caller, care: Caller) -> None:
    """R30"""
    case = await acme.opened()
    refused = await care.post(f"{CASES}/{case['id']}/extension", {"days": 5, "reason": "x"})
    assert is_problem(refused, 409, "not_waiting_for_partner")


async def test_care_enters_what_a_carrier_said(acme: Caller, care: Caller) -> None:
    """R43: the same outcomes as by wire."""
    case_id = (await acme.opened())["id"]
    path = f"{CASES}/{case_id}/carrier-news"
    after = await care.post(path, {"numbers": None, "kind": "confirmed", "date": "2026-12-22", "reasons": []})
    line = after.json()["lines"][0]
    assert (after.status_code, line["status"], line["cutover_at"]) == (200, "CONFIRMED", "2026-12-22T13:00:00Z")
    assert line["last_day_for_date_change"] == "2026-12-15"
    moved = await care.post(path, {"kind": "date_moved", "date": "2026-12-23"})
    assert moved.json()["lines"][0]["confirmed_date"] == "2026-12-23"


async def test_a_reason_that_nobody_knows_is_kept_as_it_came(acme: Caller, care: Caller) -> None:
    """R19"""
    case_id = (await acme.opened())["id"]
    body = {"kind": "rejected", "reasons": [{"code": "E17-9", "text": "Line is leased."}]}
    line = (await care.post(f"{CASES}/{case_id}/carrier-news", body)).json()["lines"][0]
    assert line["status"] == "REJECTED"
    assert line["reasons"] == [
        {"code": "OTHER", "text": "Line is leased.", "carrier_code": "E17-9", "field": None}
    ]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"kind": "confirmed"}, 422, "date_required"),
        ({"kind": "confirmed", "date": "2026-12-25"}, 422, "not_a_business_day"),
        ({"kind": "confirmed", "date": "2026-11-02"}, 422, "date_in_the_past"),
        ({"kind": "confirmed", "date": "2026-12-22T14:00"}, 422, "time_not_selectable"),
        ({"kind": "activated"}, 409, "move_not_allowed"),
        ({"kind": "date_declined"}, 409, "not_confirmed"),
        ({"kind": "lost"}, 422, "invalid_choice"),
        ({"kind": "acknowledged", "numbers": ["+493012345678"]}, 422, "unknown_number"),
    ],
)
async def test_news_that_cannot_be_is_refused(
    acme: Caller, care: Caller, body: dict[str, Any], status: int, code: str
) -> None:
    """R17, R43"""
    case_id = (await acme.opened())["id"]
    assert is_problem(await care.post(f"{CASES}/{case_id}/carrier-news", body), status, code)
