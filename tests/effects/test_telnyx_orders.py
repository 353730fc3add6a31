"""The adapter makes, finds and sends orders at the simulated carrier, the vendor's SDK on strict (R07, R09-R11)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from carriers.contract import CarrierRequest, EndCustomer, LosingCarrier, Trouble, TroubleKind
from carriers.telnyx import TelnyxCarrier
from carriers.telnyx_client import TelnyxClient
from porting.instructions import Accepted, Refused
from porting.orders import OrderSnapshot, OrderStatus
from tests.effects.carrier_stand import MUNICH, WISH, Stand, a_document, a_request

NEW_YORK, TOLL_FREE, HUNDRED = "+12125552345", "+18005552345", "+4989107100XX"


class Killed(BaseException):
    """The process died here."""


async def taken(stand: Stand, order: CarrierRequest) -> tuple[OrderSnapshot, ...]:
    answer = await stand.carrier.submit(order)
    assert isinstance(answer, Accepted) and answer.news, answer
    return answer.news.snapshots


async def test_an_order_is_made_filled_and_sent(stand: Stand) -> None:
    (snapshot,) = await taken(stand, a_request())
    assert (snapshot.status, snapshot.raw_status) == (OrderStatus.RECEIVED, "in-process")
    assert (snapshot.reference, snapshot.numbers, snapshot.requested_date) == ("PC-1-1", (MUNICH,), WISH)
    assert await stand.counts() == {"create": 1, "update": 1, "confirm": 1, "orders": 1}


async def test_an_order_lives_its_life(stand: Stand) -> None:
    await stand.submitted()
    await stand.advance(days=1)
    assert (await stand.shown()).status is OrderStatus.ACKNOWLEDGED
    await stand.advance(days=2)
    confirmed = await stand.shown()
    assert (confirmed.status, confirmed.date, confirmed.date_declined) == (OrderStatus.DATE_CONFIRMED, WISH, False)
    await stand.advance(days=12)
    ported = await stand.shown()
    assert (ported.status, ported.date) == (OrderStatus.PORTED, date(2027, 1, 25))
    assert [hint.kind for hint in stand.hints] == ["porting_order.status_changed"] * 3
    assert {hint.reference for hint in stand.hints} == {"PC-1-1"}


async def test_a_repeated_submit_finds_the_order_and_sends_nothing_twice(stand: Stand) -> None:
    await stand.submitted()
    (again,) = await taken(stand, a_request())
    assert again.status is OrderStatus.RECEIVED
    assert await stand.counts() == {"create": 1, "update": 1, "confirm": 1, "orders": 1}


async def test_a_late_repeat_of_a_submit_does_not_resend_an_order_that_the_carrier_stopped(stand: Stand) -> None:
    await stand.script(MUNICH, {"do": "exception", "codes": ["PASSCODE_PIN_INVALID"]})
    await stand.submitted()
    await stand.advance(minutes=1)
    (again,) = await taken(stand, a_request())
    assert again.status is OrderStatus.EXCEPTION
    assert (await stand.counts())["confirm"] == 1


async def test_a_submit_killed_at_any_call_and_repeated_makes_one_order(stand: Stand) -> None:
    """Fault 3: before or after each of its calls, the one that makes the order and the one that sends it included."""
    losing = LosingCarrier(contract_end_date=date(2027, 3, 31))
    for call in range(12):
        for after in (False, True):
            name = f"PC-{call}-{after}"
            order = a_request(reference=name, losing_carrier=losing, documents=(a_document(id_=name),))
            with pytest.raises(Killed):
                await _dying(stand.new_carrier(), call, after).submit(order)
            (snapshot,) = await taken(stand, order)
            assert snapshot.status is OrderStatus.RECEIVED
            counts = await stand.counts(name)
            assert (counts["create"], counts["confirm"], counts["orders"], counts["comment"]) == (1, 1, 1, 1), name
            assert counts["upload"] == 1, name


def _dying(carrier: Any, at_call: int, after: bool) -> Any:
    """The carrier, whose process dies before or after the n-th call to the vendor."""
    client: TelnyxClient = carrier._client
    calls = iter(range(10_000))
    real = client._call

    async def call(*args: Any, **kwargs: Any) -> Any:
        dies = next(calls) == at_call
        if dies and not after:
            raise Killed
        answer = await real(*args, **kwargs)
        if dies:
            raise Killed
        return answer

    client._call = call  # type: ignore[method-assign]
    return carrier


async def test_submits_at_once_leave_one_order(stand: Stand) -> None:
    """One that sees its draft taken for a double is told to come again, and then finds the order."""
    carriers = [stand.new_carrier() for _ in range(4)]
    for attempt in range(8):
        order = a_request(reference=f"PC-{attempt}")
        answers = await asyncio.gather(*(_submit_again(carrier, order) for carrier in carriers))
        assert all(isinstance(answer, Accepted) for answer in answers), answers
        counts = await stand.counts(order.reference)
        assert (counts["orders"], counts["confirm"]) == (1, 1)
        assert (await stand.shown(order.reference)).status is OrderStatus.RECEIVED


async def _submit_again(carrier: TelnyxCarrier, order: CarrierRequest) -> Accepted | Refused:
    while True:
        try:
            return await carrier.submit(order)
        except Trouble as trouble:
            assert trouble.kind is TroubleKind.OUTCOME_UNKNOWN


@pytest.mark.parametrize("sent_meanwhile", [False, True])
async def test_a_draft_that_another_attempt_sent_is_not_replaced_by_its_double(
    stand: Stand, sent_meanwhile: bool
) -> None:
    """Of the same second: each attempt holds the other's draft for the double, and one of them has sent its own."""
    orders, vendor = stand.carrier._orders, stand.carrier._client
    await orders._create(a_request(), [MUNICH])
    await orders._create(a_request(), [MUNICH])
    kept, double = await orders.under("PC-1-1")
    real = orders.delete_draft

    async def delete(order: dict[str, Any]) -> None:
        if sent_meanwhile:
            name = {"admin": {"entity_name": "Beispiel GmbH"}}
            await vendor.write(lambda api: api.porting_orders.with_raw_response.update, order["id"], end_user=name)
            await vendor.write(lambda api: api.porting_orders.actions.with_raw_response.confirm, order["id"])
        orders.delete_draft = real  # type: ignore[method-assign]
        await real(order)

    orders.delete_draft = delete  # type: ignore[method-assign]
    (snapshot,) = await taken(stand, a_request())
    assert snapshot.carrier_order_id == (double["id"] if sent_meanwhile else kept["id"])
    counts = await stand.counts()
    assert (counts["orders"], counts["confirm"]) == (1, 1)


async def test_drafts_of_two_attempts_that_raced_leave_the_oldest(stand: Stand) -> None:
    orders = stand.carrier._orders
    await orders._create(a_request(), [MUNICH])
    await stand.advance(seconds=5)
    await orders._create(a_request(), [MUNICH])
    first, _second = await orders.under("PC-1-1")
    (snapshot,) = await taken(stand, a_request())
    assert snapshot.carrier_order_id == first["id"]
    assert (await stand.counts())["orders"] == 1


async def test_numbers_of_a_half_made_order_are_added(stand: Stand) -> None:
    other = "+498912345679"
    await stand.carrier._orders._create(a_request(), [MUNICH])
    snapshots = await taken(stand, a_request(MUNICH, other))
    assert sorted(snapshot.numbers for snapshot in snapshots) == [(MUNICH,), (other,)]
    assert {snapshot.status for snapshot in snapshots} == {OrderStatus.RECEIVED}


async def test_a_case_becomes_an_order_for_each_country_and_type(stand: Stand) -> None:
    snapshots = await taken(stand, a_request(MUNICH, NEW_YORK, TOLL_FREE))
    assert sorted(snapshot.numbers for snapshot in snapshots) == [(NEW_YORK,), (TOLL_FREE,), (MUNICH,)]
    assert {snapshot.status for snapshot in snapshots} == {OrderStatus.RECEIVED}
    assert await stand.counts() == {"create": 1, "update": 3, "confirm": 3, "orders": 3}
    assert (await stand.counts("DOC-1"))["upload"] == 1


async def test_a_range_goes_as_its_single_numbers(stand: Stand) -> None:
    snapshot = await stand.submitted("+4989010710X")
    assert snapshot.numbers == tuple(f"+4989010710{last}" for last in range(10))


async def test_a_long_order_that_is_the_only_one_is_told_without_its_numbers(stand: Stand) -> None:
    assert (await stand.submitted(HUNDRED)).numbers == ()
    assert (await stand.shown()).numbers == ()


async def test_long_orders_side_by_side_are_told_with_all_their_numbers(stand: Stand) -> None:
    snapshots = await taken(stand, a_request(HUNDRED, NEW_YORK))
    assert sorted(len(snapshot.numbers) for snapshot in snapshots) == [1, 100]


async def test_a_thousand_numbers_with_failures_are_read_in_full(stand: Stand) -> None:
    thousand = "+498910711XXX"
    await stand.script(thousand, {"do": "fail_activation", "numbers": ["+498910711999"]})
    await stand.submitted(thousand)
    await stand.advance(days=15)
    assert (await stand.shown()).failed == ("+498910711999",)


async def test_the_order_holds_the_customers_data(stand: Stand) -> None:
    await stand.submitted()
    (order,) = (await stand.received())["items"]
    admin, location = order["end_user"]["admin"], order["end_user"]["location"]
    assert (admin["entity_name"], admin["auth_person_name"]) == ("Beispiel GmbH", "Erika Beispiel")
    assert (admin["account_number"], admin["pin_passcode"]) == ("A-1", "1234")
    assert (location["street_address"], location["postal_code"], location["country_code"]) == (
        "Marienplatz 1", "80331", "DE",
    )  # fmt: skip
    assert order["misc"]["type"] == "full"
    assert order["customer_group_reference"] == "PC-1"
    # 14:00 in Munich, on the wished day (R22).
    assert order["activation_settings"]["foc_datetime_requested"].startswith("2027-01-25T13:00:00")


async def test_the_number_stands_before_the_street_where_that_is_the_custom(stand: Stand) -> None:
    customer = a_request().end_customer
    abroad = replace(customer.address, street="Broadway", house_number="600", country="US")
    await stand.submitted(NEW_YORK, end_customer=replace(customer, address=abroad))
    (order,) = (await stand.received())["items"]
    assert order["end_user"]["location"]["street_address"] == "600 Broadway"


async def test_lines_that_stay_behind_are_disconnected_on_wish(stand: Stand) -> None:
    """R10"""
    await stand.submitted(NEW_YORK, disconnect_remaining=True)
    (order,) = (await stand.received())["items"]
    assert (order["misc"]["type"], order["misc"]["remaining_numbers_action"]) == ("partial", "disconnect")


@pytest.mark.parametrize("disconnect", [False, True])
async def test_lines_that_stay_behind_are_kept_under_a_number_of_their_own(stand: Stand, disconnect: bool) -> None:
    """R10: the number goes out as the carrier writes it, and goes before a wish to disconnect."""
    kept = LosingCarrier(account_number="4400112233", new_billing_number="+1 (212) 555-0199")
    await stand.submitted(NEW_YORK, losing_carrier=kept, disconnect_remaining=disconnect)
    (order,) = (await stand.received())["items"]
    assert (order["misc"]["type"], order["misc"]["remaining_numbers_action"]) == ("partial", "keep")
    assert order["misc"]["new_billing_phone_number"] == "+12125550199"


async def test_the_end_of_the_contract_and_odd_details_go_along_once(stand: Stand) -> None:
    """R09, R11"""
    order = a_request(
        losing_carrier=LosingCarrier(contract_end_date=date(2027, 3, 31)), details={"access_type": "SINGLE"}
    )
    await taken(stand, order)
    await taken(stand, order)
    said = [one["detail"]["body"] for one in (await stand.received())["received"] if one["verb"] == "comment"]
    assert said == [
        "The end customer's contract with the losing carrier ends on 2027-03-31.\nAccess type: SINGLE"
    ]


@pytest.mark.parametrize(
    ("number", "detail", "code"), [("+33145678901", "rio", "01P123456A1B"), ("+390612345678", "migration_code", "TOA1")]
)
async def test_a_transfer_code_answers_the_requirement_and_stands_as_pin(
    stand: Stand, number: str, detail: str, code: str
) -> None:
    await stand.submitted(number, details={detail: code}, losing_carrier=LosingCarrier())
    (order,) = (await stand.received())["items"]
    assert order["end_user"]["admin"]["pin_passcode"] == code
    assert code in {requirement["field_value"] for requirement in order["requirements"]}


async def test_papers_are_named_or_attached_and_uploaded_once(stand: Stand) -> None:
    papers = (
        a_document("loa", b"old", "DOC-1"), a_document("invoice", b"bill", "DOC-2"),
        a_document("identity", b"card", "DOC-3"), a_document("loa", b"new", "DOC-4"),
    )  # fmt: skip
    await stand.submitted(documents=papers)
    received = (await stand.received())["received"]
    ids = {one["reference"]: one["detail"]["id"] for one in received if one["verb"] == "upload"}
    (order,) = (await stand.received())["items"]
    assert order["documents"] == {"loa": ids["DOC-4"], "invoice": ids["DOC-2"]}
    (attached,) = [one["detail"]["additional_documents"] for one in received if one["verb"] == "papers"]
    assert attached == [{"document_id": ids["DOC-3"], "document_type": "other"}]


async def test_a_wish_that_is_over_is_left_out(stand: Stand) -> None:
    """R08: a partner who took its time is not refused for it; the carrier names a date."""
    snapshot = await stand.submitted(requested_date=date(2027, 1, 8))
    assert (snapshot.status, snapshot.requested_date) == (OrderStatus.RECEIVED, None)


async def test_a_number_that_cannot_be_ported_is_refused_before_anything_is_ordered(stand: Stand) -> None:
    """R19: the carrier is asked first, and its own word stands beside ours."""
    await stand.script(MUNICH, {"do": "not_portable", "text": "No coverage"})
    for act in (stand.carrier.submit, stand.carrier.amend):
        answer = await act(a_request())
        assert isinstance(answer, Refused)
        assert [(one.code, one.carrier_code) for one in answer.reasons] == [("NOT_PORTABLE", "No coverage")]
    assert await stand.counts() == {}


async def test_lines_that_cannot_be_ported_do_not_hold_up_the_others(stand: Stand) -> None:
    """R07: a range with one such number is refused whole, since it cannot be split (R03)."""
    range_ = "+4989010710X"
    await stand.script("+49890107105", {"do": "not_portable"})
    for _ in range(2):
        (snapshot,) = await taken(stand, a_request(MUNICH, range_))
        assert (snapshot.numbers, snapshot.status) == ((MUNICH,), OrderStatus.RECEIVED)
        (refused,) = snapshot.refused
        assert refused.numbers == tuple(f"+4989010710{last}" for last in range(10))
        assert [one.code for one in refused.reasons] == ["NOT_PORTABLE"]
    assert (await stand.counts())["orders"] == 1


async def test_an_order_without_a_name_is_refused_with_the_field(stand: Stand) -> None:
    answer = await stand.carrier.submit(a_request(end_customer=EndCustomer(contact_name="Erika")))
    assert isinstance(answer, Refused)
    assert [(reason.code, reason.field) for reason in answer.reasons] == [("DATA_INVALID", "end_customer.name")]


@pytest.mark.parametrize(
    ("wish", "asked"),
    [
        (date(2027, 1, 24), date(2027, 1, 25)), (date(2027, 1, 12), date(2027, 1, 14)), (WISH, WISH),
        (date(2027, 4, 30), date(2027, 4, 30)),
    ],
    ids=["a Sunday", "too soon", "an open day", "behind the last window"],
)  # fmt: skip
async def test_a_wish_outside_the_windows_asks_for_the_next_allowed_date(stand: Stand, wish: date, asked: date) -> None:
    """R08: what the carrier is asked for shows in the snapshot."""
    assert (await stand.submitted(requested_date=wish)).requested_date == asked


async def test_a_date_that_the_carrier_does_not_take_is_refused_as_such(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("carriers.telnyx_sending.nearest_allowed", _as_wished)
    answer = await stand.carrier.submit(a_request(requested_date=date(2027, 1, 24)))
    assert isinstance(answer, Refused)
    (reason,) = answer.reasons
    assert (reason.code, reason.field) == ("DATE_NOT_AVAILABLE", "requested_date")
    assert "Sunday" in reason.text


async def _as_wished(client: Any, order: str, wish: datetime, zone: str) -> datetime:
    """A window that was still open when it was read."""
    return wish


async def test_of_two_orders_the_refused_one_is_told_as_stopped(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """18 January 2027 is a holiday in New York and none in Munich."""
    monkeypatch.setattr("carriers.telnyx_sending.nearest_allowed", _as_wished)
    snapshots = await taken(stand, a_request(MUNICH, NEW_YORK, requested_date=date(2027, 1, 18)))
    told = {snapshot.numbers[0]: (snapshot.status, [one.field for one in snapshot.reasons]) for snapshot in snapshots}
    assert told == {MUNICH: (OrderStatus.RECEIVED, []), NEW_YORK: (OrderStatus.EXCEPTION, ["requested_date"])}
    (stopped,) = [one for one in snapshots if one.status is OrderStatus.EXCEPTION]
    amended = a_request(NEW_YORK, requested_date=date(2027, 1, 20), carrier_order_id=stopped.carrier_order_id)
    answer = await stand.carrier.amend(amended)
    assert isinstance(answer, Accepted)
    assert {one.status for one in await stand.carrier.read("PC-1-1")} == {OrderStatus.RECEIVED}
