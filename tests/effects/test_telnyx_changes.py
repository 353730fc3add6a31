"""What the adapter does with an order that is out: corrections, dates, cancellation, splits (R19, R23-R25)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest

from carriers.contract import EndCustomer, LosingCarrier, Trouble, TroubleKind
from porting.instructions import Accepted, Refused
from porting.orders import OrderSnapshot, OrderStatus
from tests.effects.carrier_stand import MUNICH, WISH, Stand, a_document, a_request

NEIGHBOUR, NEW_YORK = "+498912345679", "+12125552345"
LATER, PROPOSED = date(2027, 2, 3), date(2027, 2, 9)


async def confirmed(stand: Stand, *steps: dict[str, object]) -> OrderSnapshot:
    """An order with a confirmed date, whose number runs through the steps."""
    if steps:
        await stand.script(MUNICH, *steps)
    await stand.submitted()
    await stand.advance(days=3)
    return await stand.shown()


def told(answer: Accepted | Refused) -> tuple[OrderSnapshot, ...]:
    assert isinstance(answer, Accepted) and answer.news, answer
    return answer.news.snapshots


async def test_a_corrected_pin_sends_the_order_again(stand: Stand) -> None:
    await stand.script(MUNICH, {"after": "1bd", "do": "exception", "codes": ["PASSCODE_PIN_INVALID"]})
    await stand.submitted()
    await stand.advance(days=2)
    stopped = await stand.shown()
    assert [(one.code, one.carrier_code, one.field) for one in stopped.reasons] == [
        ("PIN_INVALID", "PASSCODE_PIN_INVALID", "losing_carrier.pin")
    ]
    amended = a_request(
        carrier_order_id=stopped.carrier_order_id, losing_carrier=LosingCarrier(pin="9999"),
        documents=(a_document(), a_document("invoice", b"bill", "DOC-2")),
    )  # fmt: skip
    (again,) = told(await stand.carrier.amend(amended))
    assert (again.status, again.reasons) == (OrderStatus.RECEIVED, ())
    (order,) = (await stand.received())["items"]
    assert order["end_user"]["admin"]["pin_passcode"] == "9999"
    assert order["documents"]["invoice"]
    await stand.advance(days=5)
    assert (await stand.shown()).date == WISH


async def test_a_stopped_order_bears_the_names_that_the_carriers_people_use(stand: Stand) -> None:
    """R20: the sub-request among them; an order that goes its way needs none."""
    await stand.script(MUNICH, {"after": "1bd", "do": "exception", "codes": ["OTHER"]})
    sent = await stand.submitted()
    key = f"sr_{sent.carrier_order_id[:8]}"
    await stand.advance(days=2)
    stopped = await stand.shown()
    assert (sent.known_as, stopped.status) == ("", OrderStatus.EXCEPTION)
    assert stopped.known_as.startswith(f"support key {key}, sub-request {key}, port request pr_")


async def test_a_repeated_amendment_sends_the_order_again_once(stand: Stand) -> None:
    await stand.script(MUNICH, {"do": "exception", "codes": ["PASSCODE_PIN_INVALID"]})
    await stand.submitted()
    await stand.advance(minutes=1)
    for _ in range(2):
        (again,) = told(await stand.carrier.amend(a_request()))
        assert again.status is OrderStatus.RECEIVED
    assert (await stand.counts())["confirm"] == 2


async def test_an_order_that_was_refused_before_it_was_there_is_made_when_amended(stand: Stand) -> None:
    nobody = a_request(end_customer=EndCustomer(contact_name="Erika"))
    assert isinstance(await stand.carrier.submit(nobody), Refused)
    (snapshot,) = told(await stand.carrier.amend(a_request()))
    assert snapshot.status is OrderStatus.RECEIVED
    assert (await stand.counts())["orders"] == 1


async def test_an_accepted_date_change_moves_the_date_after_the_carriers_word(stand: Stand) -> None:
    """R25: until it answers, the old date stands."""
    order = a_request(carrier_order_id=(await confirmed(stand)).carrier_order_id)
    (asked,) = told(await stand.carrier.change_date(order, LATER))
    assert (asked.date, asked.requested_date, asked.date_declined, asked.proposed_date) == (WISH, LATER, False, None)
    await stand.advance(days=1)
    accepted = await stand.shown()
    assert (accepted.date, accepted.date_declined) == (LATER, False)
    assert [hint.kind for hint in stand.hints][-1] == "porting_order.status_changed"


async def test_a_date_asked_for_twice_is_asked_once(stand: Stand) -> None:
    await confirmed(stand)
    await stand.carrier.change_date(a_request(), LATER)
    await stand.advance(hours=20)
    await stand.carrier.change_date(a_request(), LATER)
    await stand.advance(hours=5)
    assert (await stand.shown()).date == LATER
    await stand.carrier.change_date(a_request(), LATER)
    assert (await stand.counts())["update"] == 3


async def test_a_declined_date_change_leaves_the_old_date(stand: Stand) -> None:
    await confirmed(stand, {"do": "decline_date_change"})
    await stand.carrier.change_date(a_request(), LATER)
    await stand.advance(days=1)
    declined = await stand.shown()
    assert (declined.status, declined.date, declined.date_declined) == (OrderStatus.DATE_CONFIRMED, WISH, True)
    assert declined.proposed_date is None
    assert [one.code for one in declined.reasons] == ["DATE_NOT_AVAILABLE"]
    (asked,) = told(await stand.carrier.change_date(a_request(), LATER))
    assert asked.date_declined is False
    await stand.advance(days=3)
    assert (await stand.shown()).date == LATER


async def test_a_counter_proposal_names_the_carriers_date_and_can_be_taken_up(stand: Stand) -> None:
    await confirmed(stand, {"do": "counter_date", "date": "2027-02-09"})
    await stand.carrier.change_date(a_request(), LATER)
    await stand.advance(days=1)
    countered = await stand.shown()
    assert (countered.date, countered.date_declined, countered.proposed_date) == (WISH, True, PROPOSED)
    (asked,) = told(await stand.carrier.change_date(a_request(), PROPOSED))
    assert (asked.date_declined, asked.proposed_date) == (False, None)
    await stand.advance(days=3)
    assert (await stand.shown()).date == PROPOSED


async def test_the_date_first_wished_for_can_be_asked_for_again(stand: Stand) -> None:
    """It still stands there as requested, although another was confirmed and nobody asked for it since."""
    await confirmed(stand, {"do": "confirm", "date": "2027-02-01"})
    assert (await stand.shown()).requested_date == WISH
    await stand.carrier.change_date(a_request(), WISH)
    await stand.advance(days=1)
    assert (await stand.shown()).date == WISH


async def test_a_date_that_the_carrier_does_not_take_is_refused(stand: Stand) -> None:
    await confirmed(stand)
    answer = await stand.carrier.change_date(a_request(), date(2027, 1, 31))
    assert isinstance(answer, Refused)
    assert [(one.code, one.field) for one in answer.reasons] == [("DATE_NOT_AVAILABLE", "requested_date")]


async def test_a_cancelled_order_goes_through_pending(stand: Stand) -> None:
    await confirmed(stand)
    for _ in range(2):
        (pending,) = told(await stand.carrier.cancel(a_request(), whole=True, reason="changed their mind"))
        assert pending.status is OrderStatus.CANCEL_PENDING
    await stand.advance(hours=1)
    assert (await stand.shown()).status is OrderStatus.CANCELLED
    (gone,) = told(await stand.carrier.cancel(a_request(), whole=True, reason="changed their mind"))
    assert gone.status is OrderStatus.CANCELLED
    assert (await stand.counts())["cancel"] == 1


async def test_within_48_hours_of_the_date_the_carrier_refuses_to_cancel(stand: Stand) -> None:
    await confirmed(stand)
    await stand.advance(days=10)
    answer = await stand.carrier.cancel(a_request(), whole=True, reason="too late")
    assert isinstance(answer, Refused)
    assert [(one.code, one.carrier_code) for one in answer.reasons] == [("TOO_LATE", "10016")]


async def test_a_draft_is_deleted_and_told_as_cancelled(stand: Stand) -> None:
    await stand.carrier._orders._create(a_request(), [MUNICH])
    (deleted,) = told(await stand.carrier.cancel(a_request(), whole=True, reason="never sent"))
    assert (deleted.status, deleted.raw_status) == (OrderStatus.CANCELLED, "deleted")
    assert await stand.carrier.read("PC-1-1") == ()


async def test_a_part_is_cut_out_by_a_comment_and_comes_back_cancelled(stand: Stand) -> None:
    range_ = "+4989010710X"
    await stand.submitted(range_, MUNICH)
    part = a_request(range_)
    for _ in range(2):
        told(await stand.carrier.cancel(part, whole=False, reason="keeps its fax"))
    (said,) = [one["detail"]["body"] for one in (await stand.received())["received"] if one["verb"] == "comment"]
    assert said == "Please cancel these numbers of the order: +49890107100 to +49890107109"
    await stand.advance(hours=1)
    snapshots = await stand.carrier.read("PC-1-1")
    members = tuple(f"+4989010710{last}" for last in range(10))
    assert {snapshot.numbers: snapshot.status for snapshot in snapshots} == {
        (MUNICH,): OrderStatus.RECEIVED, members: OrderStatus.CANCELLED,
    }  # fmt: skip
    assert [hint.kind for hint in stand.hints] == ["porting_order.split", "porting_order.status_changed"]
    first = next(one for one in snapshots if one.numbers == (MUNICH,))
    assert stand.hints[0].carrier_order_id == first.carrier_order_id
    told(await stand.carrier.cancel(part, whole=False, reason="keeps its fax"))
    assert (await stand.counts())["comment"] == 1


async def test_a_part_that_is_all_of_one_order_cancels_that_order(stand: Stand) -> None:
    await stand.submitted(MUNICH, NEW_YORK)
    told(await stand.carrier.cancel(a_request(NEW_YORK), whole=False, reason="stays"))
    statuses = {one.numbers: one.status for one in await stand.carrier.read("PC-1-1")}
    assert statuses == {(MUNICH,): OrderStatus.RECEIVED, (NEW_YORK,): OrderStatus.CANCEL_PENDING}


async def test_a_comment_is_put_once_on_each_order_that_is_meant(stand: Stand) -> None:
    first = await stand.submitted(MUNICH, NEW_YORK)
    order = a_request(carrier_order_id=first.carrier_order_id)
    for _ in range(2):
        told(await stand.carrier.tell(order, "The fax must keep working."))
    assert (await stand.counts())["comment"] == 1


async def test_a_split_is_seen_from_either_side(stand: Stand) -> None:
    await stand.script(NEIGHBOUR, {"after": "1bd", "do": "split"})
    first = await stand.submitted(MUNICH, NEIGHBOUR)
    assert first.numbers == (MUNICH, NEIGHBOUR)
    await stand.advance(days=1)
    snapshots = await stand.carrier.read("PC-1-1", first.carrier_order_id)
    assert sorted(one.numbers for one in snapshots) == [(MUNICH,), (NEIGHBOUR,)]
    branch = next(one for one in snapshots if one.numbers == (NEIGHBOUR,))
    assert {one.carrier_order_id for one in await stand.carrier.read("", branch.carrier_order_id)} == {
        one.carrier_order_id for one in snapshots
    }


async def test_a_later_state_always_bears_a_later_as_of(stand: Stand) -> None:
    seen = [await stand.submitted()]
    for _ in range(16):
        await stand.advance(days=1)
        seen.append(await stand.shown())
    changes = [one for before, one in pairwise(seen) if one.raw_status != before.raw_status]
    assert [one.status for one in changes] == [
        OrderStatus.ACKNOWLEDGED, OrderStatus.DATE_CONFIRMED, OrderStatus.PORTED,
    ]  # fmt: skip
    assert [one.as_of for one in changes] == sorted({one.as_of for one in changes})


async def test_an_unknown_reference_has_no_orders_and_an_unknown_id_is_not_found(stand: Stand) -> None:
    assert await stand.carrier.read("PC-unknown") == ()
    assert await stand.carrier.read("PC-unknown", "6f9cdd3a-5e32-4c25-b6a7-30a1f9b0d6a1") == ()
    with pytest.raises(Trouble) as trouble:
        await stand.carrier.read("", "6f9cdd3a-5e32-4c25-b6a7-30a1f9b0d6a1")
    assert (trouble.value.kind, trouble.value.permanent) == (TroubleKind.NOT_FOUND, True)


async def test_every_code_of_the_vendor_is_read(stand: Stand) -> None:
    """R19: each of the 21, through the whole path; where the vendor's words name no remedy, ours stand (R10)."""
    from carriers.telnyx_words import FIELDS, REASONS
    from sandbox.carrier.reasons import EXCEPTION_TYPES

    numbers = {f"+4989555{position:04}": code for position, code in enumerate(EXCEPTION_TYPES)}
    for number, code in numbers.items():
        await stand.script(number, {"do": "exception", "codes": [code]})
    await stand.carrier.submit(a_request(*numbers))
    await stand.advance(minutes=1)
    read = {one.numbers[0]: one for one in await stand.carrier.read("PC-1-1")}
    assert len(read) == 21
    for number, code in numbers.items():
        (given,) = read[number].reasons
        text = FIELDS[code][1] if code in FIELDS else EXCEPTION_TYPES[code]
        assert (given.carrier_code, given.code, given.text) == (code, REASONS[code], text)


async def test_a_repeated_write_after_an_outage_is_carried_out_once(stand: Stand) -> None:
    """Fault 9: the carrier takes the order, then fails; so do the date change and the comment."""
    fails: dict[str, object] = {"do": "http_500_after_write"}
    await stand.script(MUNICH, fails)
    for expected in (Trouble, None):
        try:
            await stand.carrier.submit(a_request())
            assert expected is None
        except Trouble as trouble:
            assert expected and trouble.kind is TroubleKind.OUTCOME_UNKNOWN
    assert (await stand.counts())["orders"] == 1
    await stand.advance(days=4)
    for act in (
        lambda: stand.carrier.change_date(a_request(), LATER),
        lambda: stand.carrier.tell(a_request(), "hello"),
        lambda: stand.carrier.cancel(replace(a_request()), whole=True, reason=""),
    ):
        await stand.script(MUNICH, fails)
        with pytest.raises(Trouble):
            await act()
        told(await act())
    counts = await stand.counts()
    assert (counts["comment"], counts["cancel"]) == (1, 1)
