"""The script language of the simulated carrier: each step does what docs/sandbox.md says, at the time it says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from carriers.contract import Trouble, TroubleKind
from porting.orders import OrderSnapshot, OrderStatus
from sandbox.carrier.script import FIELDS, BadScript, Span, read_steps
from tests.effects.carrier_stand import MONDAY, MUNICH, WISH, Stand, a_request

NEIGHBOUR = "+498912345679"


async def after(stand: Stand, *steps: dict[str, Any], **time: float) -> OrderSnapshot:
    """The order of a number with that script, so long after it was sent."""
    await stand.script(MUNICH, *steps)
    await stand.submitted()
    await stand.advance(**time)
    return await stand.shown()


@pytest.mark.parametrize(
    ("steps", "where", "what"),
    [
        ({}, "/steps", "a list"),
        ([17], "/steps/0", "an object"),
        ([{}], "/steps/0/do", "one of accept_date_change, acknowledge, activate"),
        ([{"do": "explode"}], "/steps/0/do", "one of"),
        ([{"do": "confirm", "when": "2d"}], "/steps/0/when", "confirm has no such field"),
        ([{"do": "confirm", "codes": ["OTHER"]}], "/steps/0/codes", "no such field"),
        ([{"do": "exception"}], "/steps/0/codes", "exception needs it"),
        ([{"do": "exception", "codes": []}], "/steps/0/codes", "a list of codes"),
        ([{"do": "exception", "codes": ["pin"]}], "/steps/0/codes", "a list of codes"),
        ([{"do": "move_date"}], "/steps/0/date", "move_date needs it"),
        ([{"do": "confirm", "date": "tomorrow"}], "/steps/0/date", "a date is written"),
        ([{"do": "confirm", "date": "2027-02-30"}], "/steps/0/date", "a date is written"),
        ([{"do": "confirm", "date": 5}], "/steps/0/date", "a text"),
        ([{"do": "confirm", "after": "2 days"}], "/steps/0/after", "30m, 3h, 2d or 1bd"),
        ([{"do": "confirm", "after": "-2d"}], "/steps/0/after", "30m, 3h, 2d or 1bd"),
        ([{"do": "http_500", "for": "long"}], "/steps/0/for", "30m, 3h, 2d or 1bd"),
        ([{"do": "timeout", "seconds": True}], "/steps/0/seconds", "0 to 600"),
        ([{"do": "timeout", "seconds": 601}], "/steps/0/seconds", "0 to 600"),
        ([{"do": "comment", "text": " "}], "/steps/0/text", "a text"),
        ([{"do": "fail_activation", "numbers": ["0123"]}], "/steps/0/numbers", "single numbers"),
        ([{"do": "stay_silent"}, {"do": "cancel", "date": "+1d"}], "/steps/1/date", "no such field"),
        ([{"do": "activate"}] * 51, "/steps", "at most 50"),
    ],
)
def test_a_wrong_script_is_refused_with_the_place(steps: Any, where: str, what: str) -> None:
    with pytest.raises(BadScript) as bad:
        read_steps(steps)
    ((place, words),) = bad.value.faults
    assert place == where
    assert what in words


def test_every_fault_of_a_script_is_told_at_once() -> None:
    with pytest.raises(BadScript) as bad:
        read_steps([{"do": "explode"}, {"do": "confirm", "after": "soon", "date": "never"}])
    assert {where for where, _ in bad.value.faults} == {"/steps/0/do", "/steps/1/after", "/steps/1/date"}


def test_lengths_of_time_are_read() -> None:
    steps = read_steps([{"do": "confirm", "after": text} for text in ("30m", "3h", "2d", "1bd")])
    assert [step.after for step in steps] == [
        Span(timedelta(minutes=30)), Span(timedelta(hours=3)), Span(timedelta(days=2)), Span(business_days=1),
    ]  # fmt: skip


async def test_a_wrong_script_or_number_gets_422(stand: Stand) -> None:
    for number, body, pointer in (
        (MUNICH, {"steps": [{"do": "explode"}]}, "/steps/0/do"),
        (MUNICH, {"steps": None}, "/steps"),
        (MUNICH, {}, "/steps"),
        ("089123", {"steps": []}, "/number"),
    ):
        answer = await stand.control.put(f"/_sim/scripts/{number}", json=body)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


async def test_a_script_is_kept_under_the_canonical_number(stand: Stand) -> None:
    answer = await stand.control.put("/_sim/scripts/+49 (89) 1234 5678", json={"steps": []})
    assert answer.json() == {"number": MUNICH, "steps": []}


async def test_without_a_script_it_is_acknowledged_confirmed_and_activated(stand: Stand) -> None:
    await stand.submitted()
    await stand.until(datetime(2027, 1, 12, 7, 59, 59, tzinfo=UTC))
    assert (await stand.shown()).status is OrderStatus.RECEIVED
    await stand.advance(seconds=1)
    assert (await stand.shown()).status is OrderStatus.ACKNOWLEDGED
    await stand.advance(days=2)
    assert (await stand.shown()).date == WISH
    await stand.until(datetime(2027, 1, 25, 12, 59, 59, tzinfo=UTC))
    assert (await stand.shown()).status is OrderStatus.DATE_CONFIRMED
    await stand.advance(seconds=1)
    assert (await stand.shown()).status is OrderStatus.PORTED


async def test_a_wish_that_passed_is_confirmed_for_the_nearest_date(stand: Stand) -> None:
    await stand.script(MUNICH, {"after": "10bd", "do": "confirm"})
    await stand.submitted(requested_date=date(2027, 1, 18))
    await stand.advance(days=14)
    assert (await stand.shown()).date == date(2027, 1, 26)


async def test_business_days_are_those_of_the_numbers_region(stand: Stand) -> None:
    """Epiphany, 6 January, is none in Munich and one in Berlin."""
    stand.clock.at = datetime(2027, 1, 5, 8, tzinfo=UTC)
    berlin = "+493012345678"
    await stand.submitted(MUNICH, reference="PC-munich")
    await stand.submitted(berlin, reference="PC-berlin")
    await stand.advance(days=1)
    assert (await stand.shown("PC-munich")).status is OrderStatus.RECEIVED
    assert (await stand.shown("PC-berlin")).status is OrderStatus.ACKNOWLEDGED


async def test_a_date_counts_from_the_step_and_after_from_the_arrival(stand: Stand) -> None:
    shown = await after(stand, {"after": "2d", "do": "confirm", "date": "+10bd"}, days=2)
    assert (shown.status, shown.date) == (OrderStatus.DATE_CONFIRMED, date(2027, 1, 27))


async def test_after_counts_from_the_step_before(stand: Stand) -> None:
    steps = ({"after": "2d", "do": "confirm"}, {"after": "3h", "do": "move_date", "date": "2027-02-03"})
    shown = await after(stand, *steps, days=2, hours=2, minutes=59)
    assert shown.date == WISH
    await stand.advance(minutes=1)
    assert (await stand.shown()).date == date(2027, 2, 3)


async def test_a_resubmitted_order_goes_on_with_the_next_step(stand: Stand) -> None:
    wrong = {"do": "exception", "codes": ["PASSCODE_PIN_INVALID"]}
    shown = await after(stand, wrong, {"after": "1h", "do": "confirm", "date": "+5bd"}, days=20)
    assert shown.status is OrderStatus.EXCEPTION
    await stand.carrier.amend(a_request())
    await stand.advance(minutes=59)
    assert (await stand.shown()).status is OrderStatus.RECEIVED
    await stand.advance(minutes=1)
    assert (await stand.shown()).status is OrderStatus.DATE_CONFIRMED


async def test_a_refusal_for_good_bears_a_code_that_nobody_mends(stand: Stand) -> None:
    shown = await after(stand, {"after": "1d", "do": "reject"}, days=1)
    assert [one.code for one in shown.reasons] == ["NOT_PORTABLE"]


async def test_the_carriers_words_can_be_given(stand: Stand) -> None:
    steps = {"do": "exception", "codes": ["OTHER"], "text": "Ask for Mr. Schmidt"}
    assert [one.text for one in (await after(stand, steps, hours=1)).reasons] == ["Ask for Mr. Schmidt"]


async def test_an_exception_resumed_by_the_carrier_goes_on_alone(stand: Stand) -> None:
    steps = ({"do": "exception", "codes": ["OSP_IRRESPONSIVE"]}, {"after": "3d", "do": "resume"})
    assert (await after(stand, *steps, days=2)).status is OrderStatus.EXCEPTION
    await stand.advance(days=2)
    assert (await stand.shown()).status is OrderStatus.ACKNOWLEDGED
    await stand.advance(days=4)
    assert (await stand.shown()).status is OrderStatus.DATE_CONFIRMED


async def test_a_moved_date_waits_for_the_confirmation_that_the_script_leaves_out(stand: Stand) -> None:
    shown = await after(stand, {"after": "1d", "do": "move_date", "date": "+15bd"}, days=3)
    assert shown.date == WISH
    await stand.advance(days=1)
    assert (await stand.shown()).date == date(2027, 2, 5)


async def test_the_acceptance_of_a_date_change_can_be_delayed(stand: Stand) -> None:
    await after(stand, {"after": "3bd", "do": "accept_date_change"}, days=3)
    await stand.carrier.change_date(a_request(), date(2027, 2, 3))
    await stand.advance(days=4)
    assert (await stand.shown()).date == WISH
    await stand.advance(days=1)
    assert (await stand.shown()).date == date(2027, 2, 3)


async def test_each_date_change_takes_the_next_answer(stand: Stand) -> None:
    await after(stand, {"do": "decline_date_change"}, {"do": "counter_date", "date": "2027-02-09"}, days=3)
    answers = []
    for day in (date(2027, 2, 3), date(2027, 2, 4), date(2027, 2, 5)):
        await stand.carrier.change_date(a_request(), day)
        await stand.advance(days=3)
        shown = await stand.shown()
        answers.append((shown.date, shown.date_declined, shown.proposed_date))
    assert answers == [(WISH, True, None), (WISH, True, date(2027, 2, 9)), (date(2027, 2, 5), False, None)]


async def test_an_answer_to_a_date_change_that_is_never_asked_for_holds_nothing_up(stand: Stand) -> None:
    shown = await after(stand, {"do": "decline_date_change"}, {"do": "fail_activation"}, days=15)
    assert shown.failed == (MUNICH,)


async def test_what_stands_behind_the_answer_to_a_date_change_waits_for_it(stand: Stand) -> None:
    steps = ({"do": "confirm"}, {"do": "decline_date_change"}, {"after": "1d", "do": "move_date", "date": "2027-02-10"})
    await after(stand, *steps, days=7)
    assert (await stand.shown()).date == WISH
    await stand.carrier.change_date(a_request(), date(2027, 2, 3))
    await stand.advance(days=2)
    assert (await stand.shown()).date == date(2027, 2, 10)


async def test_a_failed_activation_stays_failed_until_it_is_repaired(stand: Stand) -> None:
    shown = await after(stand, {"do": "fail_activation"}, {"after": "3h", "do": "activate"}, days=14, hours=6)
    assert (shown.status, shown.failed) == (OrderStatus.DATE_CONFIRMED, (MUNICH,))
    await stand.advance(hours=2)
    assert (await stand.shown()).status is OrderStatus.PORTED


async def test_an_activation_that_failed_for_good_succeeds_on_another_date(stand: Stand) -> None:
    assert (await after(stand, {"do": "fail_activation"}, days=20)).failed == (MUNICH,)
    await stand.carrier.change_date(a_request(), date(2027, 2, 10))
    await stand.advance(days=3)
    again = await stand.shown()
    assert (again.date, again.failed) == (date(2027, 2, 10), ())
    await stand.advance(days=10)
    assert (await stand.shown()).status is OrderStatus.PORTED


async def test_some_numbers_of_an_order_can_fail(stand: Stand) -> None:
    await stand.script("+4989010710X", {"do": "fail_activation", "numbers": ["+49890107103"], "codes": ["SV_CONFLICT"]})
    await stand.submitted("+4989010710X")
    await stand.advance(days=15)
    shown = await stand.shown()
    assert shown.failed == ("+49890107103",)
    assert [one.code for one in shown.reasons] == ["REGISTRY_CONFLICT"]


async def test_an_activation_acts_at_the_planned_hour_or_late(stand: Stand) -> None:
    shown = await after(stand, {"after": "1h", "do": "confirm"}, {"after": "1h", "do": "activate"}, days=14, hours=4)
    assert shown.status is OrderStatus.DATE_CONFIRMED
    await stand.advance(hours=1)
    assert (await stand.shown()).status is OrderStatus.PORTED


async def test_an_activation_can_be_late(stand: Stand) -> None:
    shown = await after(stand, {"do": "activate", "late": "6h"}, days=14, hours=10)
    assert shown.status is OrderStatus.DATE_CONFIRMED
    await stand.advance(hours=1)
    assert (await stand.shown()).status is OrderStatus.PORTED


async def test_an_activation_can_be_early_but_not_before_its_date_is_confirmed(stand: Stand) -> None:
    confirm, early = {"after": "1h", "do": "confirm"}, {"do": "activate", "early": "90d"}
    assert (await after(stand, confirm, early, minutes=59)).status is OrderStatus.RECEIVED
    await stand.advance(minutes=1)
    assert (await stand.shown()).status is OrderStatus.PORTED


async def test_a_silent_carrier_says_nothing_more(stand: Stand) -> None:
    assert (await after(stand, {"do": "stay_silent"}, days=60)).status is OrderStatus.RECEIVED
    assert stand.hints == []


async def test_a_carrier_that_falls_silent_after_the_confirmation_tells_of_no_activation(stand: Stand) -> None:
    shown = await after(stand, {"do": "confirm"}, {"do": "stay_silent"}, days=60)
    assert (shown.status, shown.date) == (OrderStatus.DATE_CONFIRMED, WISH)
    await stand.carrier.change_date(a_request(), date(2027, 4, 7))
    await stand.advance(days=7)
    assert (await stand.shown()).date == WISH


async def test_a_silent_carrier_still_cancels(stand: Stand) -> None:
    await after(stand, {"do": "stay_silent"}, days=1)
    await stand.carrier.cancel(a_request(), whole=True, reason="")
    await stand.advance(hours=1)
    assert (await stand.shown()).status is OrderStatus.CANCELLED


async def test_silence_ends_with_the_next_step(stand: Stand) -> None:
    shown = await after(stand, {"do": "stay_silent"}, {"after": "30d", "do": "confirm"}, days=31)
    assert shown.date == date(2027, 2, 11)
    await stand.advance(days=1)
    assert (await stand.shown()).status is OrderStatus.PORTED


async def test_a_carrier_can_cancel_an_order(stand: Stand) -> None:
    shown = await after(stand, {"do": "exception", "codes": ["OTHER"]}, {"after": "14d", "do": "cancel"}, days=15)
    assert shown.status is OrderStatus.CANCELLED
    assert [hint.kind for hint in stand.hints] == ["porting_order.status_changed"] * 2


async def test_a_split_takes_the_script_along(stand: Stand) -> None:
    steps = ({"after": "1bd", "do": "split"}, {"after": "1h", "do": "reject"})
    await stand.script(NEIGHBOUR, *steps)
    await stand.submitted(MUNICH, NEIGHBOUR)
    await stand.advance(days=3)
    statuses = {one.numbers: one.status for one in await stand.carrier.read("PC-1-1")}
    assert statuses == {(MUNICH,): OrderStatus.DATE_CONFIRMED, (NEIGHBOUR,): OrderStatus.EXCEPTION}
    assert "porting_order.split" in {hint.kind for hint in stand.hints}


async def test_an_order_of_one_line_is_not_split(stand: Stand) -> None:
    await after(stand, {"after": "1bd", "do": "split"}, days=4)
    assert (await stand.shown()).status is OrderStatus.DATE_CONFIRMED


async def test_numbers_with_a_script_of_their_own_form_an_order_of_their_own(stand: Stand) -> None:
    await stand.script(NEIGHBOUR, {"do": "stay_silent"})
    await stand.submitted(MUNICH, NEIGHBOUR, "+498912345670")
    await stand.advance(days=1)
    statuses = {one.numbers: one.status for one in await stand.carrier.read("PC-1-1")}
    assert statuses == {
        (MUNICH, "+498912345670"): OrderStatus.ACKNOWLEDGED, (NEIGHBOUR,): OrderStatus.RECEIVED,
    }  # fmt: skip


async def test_a_script_can_be_put_while_the_order_is_under_way(stand: Stand) -> None:
    await stand.submitted()
    await stand.advance(hours=1)
    await stand.script(MUNICH, {"after": "1h", "do": "reject"})
    await stand.advance(minutes=59)
    assert (await stand.shown()).status is OrderStatus.RECEIVED
    await stand.advance(minutes=1)
    assert (await stand.shown()).status is OrderStatus.EXCEPTION


async def test_a_new_order_for_the_number_goes_on_with_the_script(stand: Stand) -> None:
    await after(stand, {"do": "exception", "codes": ["OTHER"]}, days=1)
    await stand.carrier.cancel(a_request(), whole=True, reason="")
    await stand.submitted(reference="PC-2-1")
    await stand.advance(days=1)
    assert (await stand.shown("PC-2-1")).status is OrderStatus.ACKNOWLEDGED


async def test_nonsense_for_a_status_is_shown_until_the_next_step(stand: Stand) -> None:
    stand.recorder.nonsense = True
    lax = stand.new_carrier(strict=False)
    await stand.script(MUNICH, {"after": "1h", "do": "unknown_status", "status": "on-hold"})
    await stand.submitted()
    await stand.advance(hours=1)
    (shown,) = await lax.read("PC-1-1")
    assert (shown.status, shown.raw_status) == (OrderStatus.UNKNOWN, "on-hold")
    with pytest.raises(Trouble) as strict:
        await stand.carrier.read("PC-1-1")
    assert strict.value.kind is TroubleKind.GARBAGE
    await stand.advance(days=1)
    assert (await stand.shown()).status is OrderStatus.ACKNOWLEDGED
    await lax.close()


async def test_a_failure_strikes_once_and_before_anything_is_written(stand: Stand) -> None:
    await stand.script(MUNICH, {"do": "http_500"})
    with pytest.raises(Trouble) as trouble:
        await stand.carrier.submit(a_request())
    assert trouble.value.kind is TroubleKind.OUTCOME_UNKNOWN
    assert await stand.counts() == {}
    assert (await stand.submitted()).status is OrderStatus.RECEIVED


async def test_a_carrier_down_for_two_days_is_down_for_all_that_concerns_the_number(stand: Stand) -> None:
    await stand.script(MUNICH, {"do": "http_500", "for": "2d"})
    for _ in range(3):
        with pytest.raises(Trouble):
            await stand.carrier.submit(a_request())
        await stand.advance(hours=15)
    await stand.advance(hours=3)
    assert (await stand.submitted()).status is OrderStatus.RECEIVED
    assert (await stand.submitted(NEIGHBOUR, reference="PC-2-1")).status is OrderStatus.RECEIVED


async def test_a_fault_in_mid_life_strikes_when_its_turn_has_come(stand: Stand) -> None:
    await after(stand, {"do": "acknowledge"}, {"after": "1h", "do": "http_500"}, {"do": "confirm"}, days=1)
    assert (await stand.shown()).status is OrderStatus.ACKNOWLEDGED
    await stand.advance(hours=1)
    with pytest.raises(Trouble) as trouble:
        await stand.shown()
    assert trouble.value.kind is TroubleKind.UNAVAILABLE
    assert (await stand.shown()).status is OrderStatus.ACKNOWLEDGED


async def test_an_order_that_was_taken_without_an_answer_is_found(stand: Stand) -> None:
    hasty = stand.new_carrier(time_limit=1.0)
    await hasty._client._loaded()
    await stand.script(MUNICH, {"do": "timeout"})
    with pytest.raises(Trouble) as trouble:
        await hasty.submit(a_request())
    assert trouble.value.kind is TroubleKind.OUTCOME_UNKNOWN
    assert (await stand.submitted()).status is OrderStatus.RECEIVED
    assert (await stand.counts())["create"] == 1
    await hasty.close()


async def test_a_busy_carrier_names_its_pause(stand: Stand) -> None:
    await stand.script(MUNICH, {"do": "rate_limit", "seconds": 7})
    with pytest.raises(Trouble) as trouble:
        await stand.carrier.submit(a_request())
    assert (trouble.value.kind, trouble.value.retry_after) == (TroubleKind.UNAVAILABLE, timedelta(seconds=7))
    assert (await stand.submitted()).status is OrderStatus.RECEIVED


async def test_a_web_page_in_place_of_an_answer_is_garbage(stand: Stand) -> None:
    stand.recorder.nonsense = True
    await stand.script(MUNICH, {"do": "garbage"})
    with pytest.raises(Trouble) as trouble:
        await stand.carrier.submit(a_request())
    assert trouble.value.kind is TroubleKind.GARBAGE
    assert (await stand.submitted()).status is OrderStatus.RECEIVED


async def test_a_run_does_everything_in_the_order_of_its_dates(stand: Stand) -> None:
    """One leap over a month, webhooks in the order in which things happened."""
    await stand.submitted(reference="PC-1-1")
    await stand.submitted("+390612345678", reference="PC-2-1")
    stand.clock.at = MONDAY + timedelta(days=30)
    answer = await stand.control.post("/_sim/run", json={"to": stand.clock.at.isoformat()})
    assert answer.json() == {"next": None, "undelivered": 0}
    happened = [hint.occurred_at for hint in stand.hints]
    assert happened == sorted(happened)
    assert len(happened) == 6


def test_every_step_of_the_language_is_tried_somewhere() -> None:
    here = Path(__file__)
    told = here.read_text()
    telnyx = ("test_telnyx_webhooks.py", "test_telnyx_events.py", "test_telnyx_changes.py")
    for others in (*telnyx, "test_telnyx_orders.py", "test_simulated_carrier_document.py"):
        told += here.with_name(others).read_text()
    assert [step for step in FIELDS if f'"do": "{step}"' not in told] == []
