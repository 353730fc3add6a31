"""What each mail tells: what happened, what it means, what to do, by when, what happens next (R20)."""

from dataclasses import replace
from datetime import date

import pytest

from notifications import samples
from notifications.envelope import Envelope
from notifications.writer import write
from porting import events
from porting.commands import Role
from porting.events import AnyEvent
from porting.reasons import reason
from porting.status import Status


def said(envelope: Envelope, template: str | None = None) -> str:
    """The text of the mail, in one line, so that a claim does not hang on where it was wrapped."""
    mails = [message for message in write(envelope) if template in (None, message.template)]
    return " ".join(mails[0].text.split())


def told(event: AnyEvent, *lines: object, **fields: str) -> str:
    known = tuple(lines) or tuple(map(samples.line, samples.NUMBERS))
    return said(samples.envelope(samples.case(known, **fields), samples.entry(event)))  # type: ignore[arg-type]


def changed(kind: type[events.Event], **fields: object) -> AnyEvent:
    return replace(samples.EVENTS[kind], **fields)  # type: ignore[type-var, return-value]


def test_the_date_asked_for_is_called_a_wish_until_it_is_confirmed_r08_r21() -> None:
    for kind in (events.CaseOpened, events.OrderAcknowledged, events.LinesResubmitted):
        assert "Date asked for: Tue 5 Jan 2027 (a wish, not confirmed yet)" in said(samples.sample(kind))


def test_a_confirmation_calls_the_date_firm_and_names_the_wish_and_the_last_day_r21_r23() -> None:
    text = said(samples.sample(events.DateConfirmed))
    assert "This date is firm." in text
    assert "You had wished for: Tue 5 Jan 2027" in text
    assert "Date can be changed: until Tue 29 Dec 2026" in text


def test_a_date_too_near_to_be_changed_is_not_offered_for_change_r23() -> None:
    text = told(changed(events.DateConfirmed, last_day_for_change=date(2026, 12, 11)))
    assert "Date can be changed: no longer: the last day for it was Fri 11 Dec 2026" in text
    assert "If the date does not suit" not in text


def test_before_a_cut_over_the_partner_is_told_of_pbx_and_unreachability_r26() -> None:
    for kind in (events.DateConfirmed, events.DateMoved, events.DateChangeAccepted, events.CutoverNear):
        text = said(samples.sample(kind))
        assert "Have the PBX configured for these numbers" in text
        assert "the numbers can be unreachable for a while during the cut-over" in text


def test_an_opened_case_with_something_missing_points_to_the_other_mail_r11() -> None:
    missing = tuple(samples.line(number, Status.MISSING_DATA) for number in samples.NUMBERS)
    assert "Another mail names what we need from you." in told(samples.EVENTS[events.CaseOpened], *missing)


def test_temporary_numbers_are_announced_at_the_opening_only_where_they_were_ordered_r31() -> None:
    assert "Instant Virtual Porting" in said(samples.sample(events.CaseOpened))
    assert "Instant Virtual Porting" not in told(changed(events.CaseOpened, ivp=False))


def test_an_outbound_only_order_speaks_of_no_porting_date_r06() -> None:
    text = told(changed(events.CaseOpened, order_type="OUTBOUND_ONLY", ivp=False))
    assert "takes 1 business day; the day of the order does not count" in text
    assert "Date asked for" not in text


def test_missing_data_names_each_item_how_to_answer_and_the_deadline_r20_r28() -> None:
    text = said(samples.sample(events.DataMissing))
    assert "1. The PIN or transfer code of the account at the losing carrier. (M1: losing_carrier.pin)" in text
    assert "2. The letter of authorisation, signed by the end customer. (M2: loa)" in text
    assert "/v1/porting-cases/PC-01JF3Z8Q9K4M7N2P5R6S8T0VWX/answers" in text
    assert "Please answer by: Wed 13 Jan 2027, 10:30 (Europe/Berlin)" in text


def test_missing_data_says_what_silence_leads_to_r29() -> None:
    text = said(samples.sample(events.DataMissing))
    assert "these lines become OUTBOUND: the numbers can then only make calls" in text
    assert "starts the 30 days again" in text


def test_what_a_carrier_refused_is_not_said_twice_and_keeps_its_code_r19() -> None:
    refused = reason("PIN_INVALID", carrier_code="PASSCODE_PIN_INVALID")
    asked = (events.Asked("M1", refused.text, "losing_carrier.pin"),)
    text = told(changed(events.DataMissing, asked=asked, reasons=(refused,)))
    assert text.count(refused.text) == 1
    assert "(M1: losing_carrier.pin; the carrier's code: PASSCODE_PIN_INVALID)" in text


def test_items_of_different_lines_stand_beside_their_lines() -> None:
    pin = (events.Asked("M1", "The PIN.", "losing_carrier.pin"),)
    rio = (events.Asked("M2", "The RIO.", "details.rio"),)
    entries = (
        samples.entry(changed(events.DataMissing, numbers=(samples.RANGE,), asked=pin, reasons=()), 7),
        samples.entry(changed(events.DataMissing, numbers=(samples.SINGLE,), asked=rio, reasons=()), 8),
    )
    text = said(samples.envelope(samples.case(tuple(map(samples.line, samples.NUMBERS))), *entries))
    places = [text.index(word) for word in (samples.RANGE, "The PIN.", samples.SINGLE, "The RIO.")]
    assert places == sorted(places)


def test_a_reminder_says_how_long_it_was_silent_and_what_is_still_open_r28() -> None:
    text = said(samples.sample(events.PartnerReminded))
    assert "We have heard nothing from you for 7 days" in text
    assert "(M2: loa)" in text
    assert "Please answer by: Wed 13 Jan 2027" in text


def test_an_extension_names_its_reason_and_the_new_deadline_r30() -> None:
    text = said(samples.sample(events.ClockExtended))
    assert "10 more days" in text
    assert "Reason: Public holidays at the end customer." in text
    assert "Please answer by: Wed 13 Jan 2027, 10:30 (Europe/Berlin)" in text


def test_the_end_of_the_thirty_days_offers_a_copy_r29() -> None:
    text = said(samples.sample(events.LinesWentOutbound))
    assert "/v1/porting-cases/PC-01JF3Z8Q9K4M7N2P5R6S8T0VWX/copy" in text
    assert "The order at the carrier is cancelled." in text
    assert "The temporary numbers are given back in 24 hours." in text


def test_a_date_change_says_what_it_costs_and_that_the_fee_is_kept_r24() -> None:
    text = said(samples.sample(events.DateChangeAsked))
    assert "Fee: 50.00 EUR" in text
    assert "It is not returned if the losing carrier declines." in text
    assert "Until the carrier answers, the old date stands." in text


def test_a_waived_fee_is_not_asked_for_and_its_inner_reason_not_shown_r24() -> None:
    text = told(changed(events.DateChangeAsked, waived_because="we lost their papers"))
    assert "Fee: none: our porting desk waived it" in text
    assert "The fee is charged" not in text
    assert "papers" not in text


def test_a_counter_proposal_says_that_taking_it_up_costs_nothing_more_r25() -> None:
    text = said(samples.sample(events.DateChangeCountered))
    assert "Date proposed: Mon 11 Jan 2027" in text
    assert "Taking up the proposal costs nothing more." in text
    assert "Date that stands: Mon 4 Jan 2027" in text


def test_a_declined_change_leaves_the_old_date_and_the_fee_r24_r25() -> None:
    text = said(samples.sample(events.DateChangeDeclined))
    assert "Date that stands: Mon 4 Jan 2027" in text
    assert "The fee for the change is not returned" in text
    assert "The losing carrier does not accept the date" in text


def test_a_delay_names_the_planned_hour_and_when_care_takes_over_r27() -> None:
    text = said(samples.sample(events.CutoverDelayed))
    assert "Planned for: Thu 7 Jan 2027, 14:00 (Europe/Berlin)" in text
    assert "by the end of the next business day" in text


def test_active_temporary_numbers_come_with_what_to_forward_where_r31() -> None:
    text = said(samples.sample(events.TemporaryNumbersActive))
    assert "forward all calls of each number to its temporary number" in text
    assert "+4989010710X → +4930555010X" in text
    assert "+498912345678 → +493055502001" in text


def test_a_price_is_named_only_where_there_is_one_r42() -> None:
    assert "Price" not in said(samples.sample(events.TemporaryNumbersActive))
    assert "Price: 1.50" in told(changed(events.TemporaryNumbersActive, price="1.50"))


@pytest.mark.parametrize("kind", [events.LinesRejected, events.LinesTerminated])
def test_who_forwards_to_a_temporary_number_is_told_to_stop_before_it_goes_r33(kind: type[events.Event]) -> None:
    text = said(samples.sample(kind))
    assert "stay in service for 24 more hours" in text
    assert "take the forwarding to them off at the losing carrier before that" in text
    assert "forwarding" not in told(samples.EVENTS[kind])


def test_a_rejection_gives_its_reasons_r19() -> None:
    assert "The number is not in service at the losing carrier." in said(samples.sample(events.LinesRejected))


def test_lines_that_end_say_that_others_go_on_only_when_there_are_some() -> None:
    gone = changed(events.LinesRejected, numbers=(samples.SINGLE,))
    rejected = samples.line(samples.SINGLE, Status.REJECTED)
    assert "The other open lines of the case go on." in told(gone, rejected, samples.line(samples.RANGE))
    assert "The other open lines" not in told(gone, rejected, samples.line(samples.RANGE, Status.COMPLETED))


def test_the_closing_mail_tells_how_each_line_ended_r29() -> None:
    lines = (samples.line(samples.RANGE, Status.COMPLETED), samples.line(samples.SINGLE, Status.OUTBOUND))
    text = told(events.CaseClosed(status="COMPLETED"), *lines)
    assert "+49890107109) completed +498912345678 outbound-only: no answer came in time" in text
    assert "/copy" in text


def test_the_closing_mail_offers_no_copy_when_nothing_went_outbound() -> None:
    assert "/copy" not in told(events.CaseClosed(status="COMPLETED"), samples.line(samples.SINGLE, Status.COMPLETED))


@pytest.mark.parametrize(
    "kind", [events.CaseOpened, events.OrderAcknowledged, events.DateConfirmed, events.DateMoved, events.CutoverNear]
)
def test_a_countrys_advice_stands_in_the_mails_that_it_concerns_r44(kind: type[events.Event]) -> None:
    swiss = tuple(samples.line(number, country="CH") for number in samples.NUMBERS)
    assert "Good to know: While the port runs, the caller's number can show as anonymous." in told(
        samples.EVENTS[kind], *swiss
    )
    assert "Good to know" not in told(samples.EVENTS[kind])


def test_where_partners_have_no_pages_the_mail_speaks_of_the_api_alone() -> None:
    for message in write(samples.sample(events.DataMissing)):
        assert "Open the case" in message.text
    text = told(samples.EVENTS[events.DataMissing], page="")
    assert "case page" not in text
    assert "The case, from the API with GET: https://" in text
    assert "Through the API with POST to: https://" in text


def test_one_number_is_spoken_of_as_one() -> None:
    single = (samples.SINGLE,)
    text = told(changed(events.LinesCompleted, numbers=single), samples.line(samples.SINGLE, Status.COMPLETED))
    assert "The number is ported and works with us." in text


def test_care_is_told_what_the_carrier_says_and_what_to_do() -> None:
    why = changed(events.CareNeeded, reasons=(reason("ALREADY_PORTING", carrier_code="OPEN_ORDER"),))
    text = told(why)
    assert "Another carrier's order for the number is open at the losing carrier." in text
    assert "OPEN_ORDER" in text
    assert "Partner: Acme Telecom" in text


def test_the_carriers_comment_is_called_the_carriers() -> None:
    entry = samples.entry(samples.EVENTS[events.CommentAdded], role=Role.CARRIER, name="the carrier")
    (message,) = write(samples.envelope(samples.case((samples.line(samples.SINGLE),)), entry))
    assert message.subject.endswith("new comment from the carrier")


def test_the_partner_reads_how_long_it_usually_takes_where_requests_are_passed_on_by_hand_r43() -> None:
    by_hand = samples.line("+61299998888", Status.SUBMITTED, country="AU", time_zone="Australia/Sydney")
    usual = "Usually 1 business day to pass it on, 2 until the losing carrier answers, 4 to 6 in all."
    opened = changed(events.CaseOpened, numbers=(by_hand.number,))
    assert usual in told(opened, by_hand) and "one to three weeks" not in told(opened, by_hand)
    assert "one to three weeks" in said(samples.sample(events.CaseOpened))
    again = told(events.LinesResubmitted(numbers=(by_hand.number,), by_hand=True), by_hand)
    assert usual in again and "the request goes to the carrier now" not in again


def test_a_validation_names_each_field_that_disagrees_and_what_the_losing_carrier_has_r15() -> None:
    text = said(samples.sample(events.ValidationAnswered))
    assert "The name differs from the one on the losing carrier's bill (there: Bäckerei Huber & Söhne GmbH)." in text
    assert "The postal code differs from the losing carrier's record. (the carrier's code: ADF)" in text
    assert "what you can correct before the order goes out is asked for there" in text
    assert "it decides on the order itself" in told(changed(events.ValidationAnswered, is_out=True))
    assert "Nothing. We take it from here." in told(changed(events.ValidationAnswered, portable=True, reasons=()))


def test_what_disagrees_is_said_once_where_it_is_asked_for_r15_r19() -> None:
    wrong = reason("POSTAL_CODE_MISMATCH", carrier_code="ADF")
    prompt = f"{wrong.text} Keep what you gave, correct it, or take the numbers out."
    asked = (events.Asked("M1", prompt, "end_customer.address.postal_code"),)
    text = told(changed(events.DataMissing, asked=asked, reasons=(wrong,)))
    assert text.count(wrong.text) == 1 and "the carrier's code: ADF" in text
