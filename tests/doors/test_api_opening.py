"""Opening a case: what is refused and how, what is accepted, and that an acknowledged case is there for good."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from api.schemas.opening import LosingCarrierBody
from porting.capabilities import Capabilities
from porting.instructions import SubmitOrder
from service.engine import EngineUnavailable
from storage import partners
from tests.doors.api_fixtures import *  # noqa: F403
from tests.doors.api_world import ApiWorld, Caller, a_body
from tests.examples import instructed

CASES = "/v1/porting-cases"
CHECK = "/v1/porting-cases/check"


def codes(answer: Any) -> list[str]:
    """The codes of all faults, in their order."""
    return [fault["code"] for fault in answer.json().get("errors", ())]


async def test_a_complete_request_is_a_case_with_its_address_and_version(acme: Caller) -> None:
    answer = await acme.open("+4989010710X", "+498912345678", documents=[await acme.upload()])
    case = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/v1/porting-cases/{case['id']}"
    assert answer.headers["etag"] == f'"{case["version"]}"'
    assert case["id"].startswith("PC-") and case["status"] == "SUBMITTED" and case["waiting_on"] == "CARRIER"
    assert [(line["number"], line["first"], line["last"], line["count"]) for line in case["lines"]] == [
        ("+4989010710X", "+49890107100", "+49890107109", 10),
        ("+498912345678", "+498912345678", "+498912345678", 1),
    ]
    assert (await acme.get(answer.headers["location"])).json() == case


async def test_ids_sort_as_cases_were_opened(api: ApiWorld, acme: Caller) -> None:
    ids = []
    for n in range(3):
        ids.append((await acme.open(f"+49891234567{n}", reference=f"o-{n}")).json()["id"])
        api.advance(seconds=1)
    assert ids == sorted(ids)


async def test_numbers_are_echoed_without_the_spelling_of_the_partner(acme: Caller) -> None:
    """R01"""
    answer = await acme.open("+49 (89) 1234-5678", "+1 800 FLOWERS")
    assert [line["number"] for line in answer.json()["lines"]] == ["+498912345678", "+18003569377"]


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("+49890107XXXX", "range_too_large"),
        ("+49X9123", "invalid_number"),
        ("089 12345678", "invalid_number"),
        ("112", "not_portable"),
        ("+1911", "not_portable"),
        ("13 14 50", "not_portable"),
        ("+49 900 1234567", "not_portable"),
        ("+498912345678;ext=12", "invalid_number"),
        ("+498912345678x5", "invalid_number"),
        ("+4915112345678", "no_carrier"),
        ("+8613812345678", "not_portable"),
        ("\ud800", "invalid_number"),
        ("\u0000", "invalid_number"),
        ("", "invalid_number"),
    ],
)
async def test_a_number_that_cannot_be_ported_is_refused_at_its_place(acme: Caller, number: str, code: str) -> None:
    """R01, R02, R05"""
    answer = await acme.open("+498912345678", number)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]] == [("/numbers/1", code)]
    assert answer.json()["code"] == code


async def test_a_national_number_gets_a_hint(acme: Caller) -> None:
    """R01"""
    assert "+49" in (await acme.open("089 12345678")).json()["detail"]


async def test_the_same_number_twice_in_one_request_is_refused(acme: Caller) -> None:
    """R04: a range collides with every number in it."""
    answer = await acme.open("+4989010710X", "+498912345678", "+49890107105")
    found = [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]]
    assert found == [("/numbers/2", "numbers_overlap")]


async def test_ten_thousand_and_one_numbers_are_too_many(acme: Caller) -> None:
    answer = await acme.open(*(f"+498912{n:06d}" for n in range(10_001)))
    assert (answer.status_code, answer.json()["code"]) == (422, "too_many_numbers")


async def test_a_range_counts_as_its_numbers(acme: Caller) -> None:
    answer = await acme.open(*(f"+49891{n:04d}XXX" for n in range(11)))
    assert (answer.status_code, answer.json()["code"]) == (422, "too_many_numbers")


async def test_more_numbers_than_a_carrier_takes_at_once_are_several_orders_of_one_case(
    api: ApiWorld, acme: Caller
) -> None:
    """R07: by what the carrier can do; a range is never torn for it (R03)."""
    api.intake._desk = replace(api.intake._desk, capabilities={"telnyx": Capabilities(max_numbers=12)})
    ordered = [*(f"+4989123456{n:02}" for n in range(20, 35)), "+4989010710X"]
    opened = (await acme.open(*ordered, documents=[await acme.upload()])).json()
    case = api.engine.cases[opened["id"]]
    held = [[line.number for line in case.lines if line.order == order.number] for order in case.orders]
    assert held == [ordered[:12], ordered[12:15], ordered[15:]]
    assert [one.numbers for one in instructed(case, SubmitOrder)] == [tuple(numbers) for numbers in held]
    assert [line["number"] for line in opened["lines"]] == ordered


async def test_no_numbers_at_all_are_refused(acme: Caller) -> None:
    assert codes(await acme.post(CASES, a_body() | {"numbers": []})) == ["too_short"]


async def test_a_number_of_another_partner_is_taken_and_nobody_is_named(acme: Caller, beta: Caller) -> None:
    """R04"""
    case_id = (await acme.open("+4989010710X")).json()["id"]
    answer = await beta.open("+49890107105")
    assert (answer.status_code, answer.json()["code"]) == (409, "number_taken")
    assert case_id not in answer.text and "acme" not in answer.text.lower() and "+4989010710X" not in answer.text


async def test_a_number_of_ones_own_names_the_case(acme: Caller) -> None:
    """R04"""
    case_id = (await acme.open("+498912345678")).json()["id"]
    answer = await acme.open("+498912345678", reference="order-2")
    assert (answer.status_code, answer.json()["code"], answer.json()["case"]) == (409, "number_taken", case_id)


async def test_a_part_of_ones_own_range_cannot_be_split_off(acme: Caller) -> None:
    """R03, R04"""
    await acme.open("+4989010710X")
    answer = await acme.open("+49890107105", reference="order-2")
    assert answer.status_code == 409
    assert "+4989010710X" in answer.json()["detail"] and "cannot be split" in answer.json()["detail"]


async def test_a_closed_case_frees_its_numbers(acme: Caller) -> None:
    """R04"""
    case_id = (await acme.open("+498912345678")).json()["id"]
    await acme.post(f"{CASES}/{case_id}/cancellation", {"reason": "no"})
    await acme.world.engine.announce(case_id)
    closed = (await acme.get(f"{CASES}/{case_id}")).json()
    assert closed["status"] == "TERMINATED"
    assert (await acme.open("+498912345678", reference="order-2")).status_code == 201


@pytest.mark.parametrize("status", ["NEW", "SUSPENDED", "CANCELLED"])
async def test_only_an_active_partner_opens_cases(api: ApiWorld, acme: Caller, status: str) -> None:
    """R12"""
    async with api.database.begin() as connection:
        await partners.set_status(connection, "acme", status)
    answer = await acme.open()
    assert (answer.status_code, answer.json()["code"]) == (403, "partner_not_active")
    assert status in answer.json()["detail"]
    assert await api.count("cases") == 0


async def test_care_opens_no_cases(care: Caller) -> None:
    assert (await care.open()).status_code == 403


# Monday 30 November 2026, 09:00 in Munich; Germany's lead time is five business days: Monday 7 December.
@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ("2026-12-04", "date_too_early"),
        ("2026-12-12", "not_a_business_day"),
        ("2026-12-25", "not_a_business_day"),
        ("2027-01-06", "not_a_business_day"),
        ("2026-11-27", "date_in_the_past"),
        ("2031-12-01", "date_too_far"),
        ("2027-02-30", "invalid_date"),
        ("20261214", "invalid_date"),
        ("2026-12-14T10:00:00Z", "time_not_selectable"),
        ("2026-12-14 10:00", "time_not_selectable"),
        (1_800_000_000, "invalid_date"),
    ],
)
async def test_a_wish_that_cannot_be_had_is_refused(acme: Caller, wish: Any, code: str) -> None:
    """R08"""
    answer = await acme.open(requested_date=wish)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer.json()["errors"][0]["pointer"] == "/requested_date"


async def test_a_refused_wish_names_the_nearest_date_and_the_next_three(acme: Caller) -> None:
    """R08: Epiphany is a holiday in Munich."""
    answer = (await acme.open(requested_date="2027-01-06")).json()
    assert answer["nearest_date"] == "2026-12-07"
    assert answer["next_dates"] == ["2027-01-07", "2027-01-08", "2027-01-11"]


async def test_epiphany_is_a_business_day_in_berlin(acme: Caller) -> None:
    """R08"""
    assert (await acme.open("+493012345678", requested_date="2027-01-06")).status_code == 201


async def test_a_wish_must_hold_for_every_line(acme: Caller) -> None:
    """R07, R08: Italy's lead time is ten business days, and 8 December is a holiday there."""
    answer = await acme.open("+498912345678", "+390612345678", requested_date="2026-12-08")
    assert answer.status_code == 422
    assert set(codes(answer)) == {"not_a_business_day"}
    assert answer.json()["nearest_date"] == "2026-12-15"


async def test_without_a_wish_the_nearest_date_is_asked_for(acme: Caller) -> None:
    """R08"""
    lines = (await acme.open("+498912345678", "+390612345678")).json()["lines"]
    assert [line["requested_date"] for line in lines] == ["2026-12-07", "2026-12-15"]
    assert [line["confirmed_date"] for line in lines] == [None, None]


async def test_lines_of_two_countries_are_one_case(acme: Caller) -> None:
    """R07"""
    case = (await acme.open("+498912345678", "+390612345678")).json()
    assert {line["country"] for line in case["lines"]} == {"DE", "IT"}


async def test_what_a_country_asks_for_and_is_not_there_is_asked_for(acme: Caller) -> None:
    """R11: accepted, and not sent before it is complete."""
    answer = await acme.open(end_customer={"name": "Huber", "address": {"postal_code": "8033", "city": "München"}})
    case = answer.json()
    assert (answer.status_code, case["status"], case["waiting_on"]) == (201, "MISSING_DATA", "PARTNER")
    asked = {item["field"]: (item["code"], item["kind"]) for item in case["missing"]}
    assert asked == {
        "end_customer.address.street": ("DATA_MISSING", "VALUE"),
        "end_customer.address.house_number": ("DATA_MISSING", "VALUE"),
        "end_customer.address.postal_code": ("DATA_INVALID", "VALUE"),
        "loa": ("DATA_MISSING", "DOCUMENT"),
    }
    assert case["waiting_since"] == "2026-11-30T08:00:00Z" and case["deadline"] == "2026-12-30T08:00:00Z"


async def test_the_contracts_end_goes_into_the_case(acme: Caller) -> None:
    """R09"""
    body = a_body()
    body["losing_carrier"]["contract_end_date"] = "2026-12-31"
    assert (await acme.post(CASES, body)).json()["losing_carrier"]["contract_end_date"] == "2026-12-31"


async def test_the_document_says_that_nobody_answers_for_the_contracts_end(acme: Caller) -> None:
    """R09"""
    schemas = (await acme.get("/openapi.json")).json()["components"]["schemas"]
    says = schemas["LosingCarrierBody"]["properties"]["contract_end_date"]["description"]
    assert "answers for nothing" in says


async def test_the_pin_is_never_shown(acme: Caller, care: Caller) -> None:
    case = (await acme.open()).json()
    shown = [await who.get(f"{CASES}/{case['id']}") for who in (acme, care)] + [await acme.get(CASES)]
    assert not any("canary" in answer.text for answer in shown)


async def test_outbound_only_is_due_after_a_business_day_at_the_same_hour(api: ApiWorld, acme: Caller) -> None:
    """R06: no carrier, no lead time, nothing asked for."""
    case = (await acme.open("+4915112345678", order_type="OUTBOUND_ONLY", end_customer={})).json()
    line = case["lines"][0]
    assert (case["status"], line["requested_date"], line["carrier"]) == ("SUBMITTED", "2026-12-01", None)
    assert api.engine.cases[case["id"]].lines[0].outbound_due == api.now + timedelta(days=1)


async def test_outbound_only_ordered_on_a_friday_is_due_on_monday(api: ApiWorld, acme: Caller) -> None:
    """R06: the day of the order does not count, and a weekend holds no business day."""
    api.advance(days=4)
    case = (await acme.open(order_type="OUTBOUND_ONLY")).json()
    assert case["lines"][0]["requested_date"] == "2026-12-07"


async def test_outbound_only_numbers_get_no_temporary_numbers(acme: Caller) -> None:
    """R06"""
    assert codes(await acme.open(order_type="OUTBOUND_ONLY", ivp=True)) == ["ivp_not_possible"]


async def test_remaining_lines_are_disconnected_in_america_only(acme: Caller) -> None:
    """R10"""
    assert codes(await acme.open(disconnect_remaining=True)) == ["disconnect_not_possible"]
    assert (await acme.open("+12125551234", disconnect_remaining=True)).status_code == 201


@pytest.mark.parametrize(
    ("number", "kept", "options", "code"),
    [
        ("+12125551234", "0199", {}, "invalid_number"),
        ("+12125551234", "+1212555019X", {}, "invalid_number"),
        ("+12125551234", "+1 212 555 1234", {}, "billing_number_ported"),
        ("+1212555123X", "+12125551237", {}, "billing_number_ported"),
        ("+12125551234", "+12125550199", {"disconnect_remaining": True}, "kept_and_disconnected"),
        ("+498912345678", "+498912345679", {}, "keep_not_possible"),
    ],
)
async def test_lines_that_stay_get_a_billing_number_that_stays(
    acme: Caller, number: str, kept: str, options: dict[str, Any], code: str
) -> None:
    """R10"""
    answer = await acme.open(number, losing_carrier={"new_billing_number": kept}, **options)
    assert (codes(answer), answer.json()["errors"][0]["pointer"]) == ([code], "/losing_carrier/new_billing_number")


async def test_a_billing_number_for_what_stays_is_taken_in_america(acme: Caller) -> None:
    """R10"""
    answer = await acme.open("+12125551234", losing_carrier={"new_billing_number": "+12125550199"})
    assert answer.status_code == 201, answer.text
    assert answer.json()["losing_carrier"]["new_billing_number"] == "+12125550199"


async def test_a_request_without_it_is_the_same_as_ever() -> None:
    """I1: cases that were opened before there was the field are found again by their digest."""
    assert "new_billing_number" not in LosingCarrierBody().model_dump(mode="json")


async def test_a_request_gets_every_problem_at_once(acme: Caller) -> None:
    """R14"""
    body = a_body("089 1", "+498912345678", requested_date="2026-12-12", documents=["DOC-none"], surprise=1)
    answer = await acme.post(CASES, body | {"notify": ["no address"]})
    assert answer.json()["code"] == "validation_failed"
    assert {(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]} == {
        ("/surprise", "unknown_field"), ("/notify/0", "invalid_email"), ("/numbers/0", "invalid_number"),
        ("/requested_date", "not_a_business_day"), ("/documents/0", "unknown_document"),
    }  # fmt: skip


async def test_a_dry_run_says_the_same_and_stores_nothing(api: ApiWorld, acme: Caller) -> None:
    """R14"""
    await acme.open("+498912345670", reference="taken")
    answer = await acme.post(CHECK, a_body("089 1", "+498912345670", requested_date="2026-12-12", surprise=1))
    found = answer.json()
    assert (answer.status_code, found["acceptable"]) == (200, False)
    assert [problem["code"] for problem in found["problems"]] == [
        "unknown_field", "invalid_number", "not_a_business_day", "number_taken",
    ]  # fmt: skip
    assert found["problems"][2]["nearest_date"] == found["nearest_date"] == "2026-12-07"
    assert await api.count("cases") == 1


async def test_a_dry_run_of_a_good_request_names_date_and_demands(api: ApiWorld, acme: Caller) -> None:
    """R11, R14"""
    found = (await acme.post(CHECK, a_body())).json()
    assert (found["acceptable"], found["problems"], found["nearest_date"]) == (True, [], "2026-12-07")
    assert [item["field"] for item in found["lines"][0]["missing"]] == ["loa"]
    assert await api.count("cases") == 0


async def test_a_dry_run_tells_a_suspended_partner(api: ApiWorld, acme: Caller) -> None:
    """R12, R14"""
    async with api.database.begin() as connection:
        await partners.set_status(connection, "acme", "SUSPENDED")
    found = (await acme.post(CHECK, a_body())).json()
    assert [problem["code"] for problem in found["problems"]] == ["partner_not_active"]


async def test_an_opening_comment_stands_on_the_timeline(acme: Caller) -> None:
    case = (await acme.open(comment="Please call\nbefore noon.")).json()
    timeline = (await acme.get(f"{CASES}/{case['id']}/timeline")).json()["items"]
    assert [event["kind"] for event in timeline] == ["case_opened", "data_missing", "comment_added"]
    assert timeline[2]["detail"]["text"] == "Please call\nbefore noon."
    assert case["comments_count"] == 1


async def test_the_same_reference_and_body_is_the_same_case(api: ApiWorld, acme: Caller) -> None:
    """Also weeks later, when its dates could not be asked for any more."""
    first = await acme.open(requested_date="2026-12-14")
    api.advance(days=60)
    again = await acme.open("+49 89 1234 5678", requested_date="2026-12-14")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    assert await api.count("cases") == 1


async def test_the_same_reference_and_another_body_is_refused(acme: Caller) -> None:
    await acme.open()
    answer = await acme.open("+498912345679")
    assert (answer.status_code, answer.json()["code"]) == (409, "reference_taken")


async def test_two_partners_may_use_one_reference(acme: Caller, beta: Caller) -> None:
    assert (await acme.open("+498912345678")).status_code == 201
    assert (await beta.open("+498912345679")).status_code == 201


async def test_a_case_is_acknowledged_although_the_engine_is_away(api: ApiWorld, acme: Caller) -> None:
    """Fault 6: the answer is ours, not the engine's."""
    api.engine.away = EngineUnavailable(5)
    answer = await acme.open()
    assert answer.status_code == 201
    assert (await acme.get(f"{CASES}/{answer.json()['id']}")).status_code == 200


async def test_an_opened_case_writes_its_first_mail_in_the_same_breath(api: ApiWorld, acme: Caller) -> None:
    """R39"""
    case_id = (await acme.open()).json()["id"]
    mails = (await acme.get(f"{CASES}/{case_id}/emails")).json()["items"]
    assert mails and all(case_id in mail["subject"] and "+498912345678" in mail["text"] for mail in mails)


async def test_a_paper_of_another_partner_is_unknown(acme: Caller, beta: Caller) -> None:
    answer = await acme.open(documents=[await beta.upload()])
    assert codes(answer) == ["unknown_document"]


async def test_a_paper_of_a_former_case_serves_again(acme: Caller) -> None:
    """R29"""
    paper = await acme.upload()
    await acme.open("+498912345678", documents=[paper])
    case = (await acme.open("+498912345679", reference="order-2", documents=[paper])).json()
    assert case["missing"] == [] and [document["kind"] for document in case["documents"]] == ["loa"]


async def test_advice_of_the_country_stands_on_the_case(acme: Caller) -> None:
    """R44"""
    case = (await acme.open("+41443643532")).json()
    assert case["advice"][0]["country"] == "CH" and "anonymous" in case["advice"][0]["text"]


@pytest.mark.parametrize("field", ["status", "partner_id", "id", "waiting_on"])
async def test_what_is_not_the_clients_to_say_is_an_unknown_field(acme: Caller, field: str) -> None:
    answer = await acme.post(CASES, a_body() | {field: "COMPLETED"})
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_field")
    assert answer.json()["errors"][0]["pointer"] == f"/{field}"


@pytest.mark.parametrize("text", ["\ud800", "a\u0000b", "x\r\nBcc: e@x", "a\u202eb", "a\x1bb", "a\u2028b"])
async def test_a_name_with_a_trap_in_it_is_refused(acme: Caller, text: str) -> None:
    answer = await acme.open(end_customer={"name": text})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_text")
    assert answer.json()["errors"][0]["pointer"] == "/end_customer/name"


async def test_an_unknown_field_of_broken_signs_is_refused_in_words(acme: Caller) -> None:
    answer = await acme.post(CASES, a_body() | {"\ud800": 1})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_text")


@pytest.mark.parametrize("bad", ["x, y@z.example", "a@b", "a@localhost", "a b@c.example", "a@[127.0.0.1]"])
async def test_an_address_that_would_become_two_or_none_is_refused(acme: Caller, bad: str) -> None:
    assert codes(await acme.open(notify=["porting@reseller.example", bad])) == ["invalid_email"]


async def test_a_text_is_kept_in_one_unicode_form(acme: Caller) -> None:
    case = (await acme.open(end_customer={"name": "Mu\u0308ller"})).json()
    assert case["end_customer"]["name"] == "M\u00fcller"


async def test_a_hostile_name_is_only_a_name(acme: Caller) -> None:
    name = "{{7*7}} <script>alert(1)</script> =cmd|' /C calc'!A0"
    case = (await acme.open(end_customer={"name": name})).json()
    assert case["end_customer"]["name"] == name


async def test_ten_thousand_numbers_are_one_case(api: ApiWorld, acme: Caller) -> None:
    numbers = [f"+498912{n:06d}" for n in range(10_000)]
    answer = await acme.open(*numbers, documents=[await acme.upload()])
    assert answer.status_code == 201, answer.text[:500]
    assert answer.json()["lines_count"] == len(answer.json()["lines"]) == 10_000
    assert {line["requested_date"] for line in answer.json()["lines"]} == {str(date(2026, 12, 14))}
