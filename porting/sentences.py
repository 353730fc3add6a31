"""One plain sentence for each event: what the timeline shows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from porting import events as e
from porting.reasons import Reason
from porting.tasks import DEEDS
from porting.waiting import in_words, some
from porting.zones import local_time


def because(reasons: Iterable[Reason]) -> str:
    """The reasons in words, our text first, what the losing carrier has and the carrier's code beside it."""
    said = [in_full(one) + (f" ({one.carrier_code})" if one.carrier_code else "") for one in reasons]
    return "; ".join([*(one.rstrip(".") for one in said[:-1]), *said[-1:]])


def in_full(one: Reason) -> str:
    """`The name differs from the bill (there: Example Pty Ltd).`"""
    return f"{one.text.rstrip('.')} (there: {one.donor_value})." if one.donor_value else one.text


def summary(event: e.AnyEvent) -> str:
    """What happened, in one sentence that names the lines, and what it corrects."""
    corrects = f" This corrects entry {event.corrects}." if event.corrects else ""
    return _told(event) + corrects


def _told(event: e.AnyEvent) -> str:
    lines = some(event.numbers) if event.numbers else "the case"
    match event:
        case e.CaseOpened():
            return f"The case was opened for {lines}."
        case e.DataMissing():
            return f"{lines} needs the partner: " + "; ".join(one.prompt.rstrip(".") for one in event.asked) + "."
        case e.ItemsAnswered():
            return f"Answered: {', '.join(event.items)}."
        case e.LinesResubmitted():
            return f"{lines} is complete and goes to the carrier again."
        case e.OrderSent():
            return f"{lines} was sent to {event.carrier} as order {event.carrier_order_id}."
        case e.OrderSplit():
            return f"{event.carrier} moved {lines} to an order of its own, {event.carrier_order_id}."
        case e.OrderAcknowledged():
            return f"The carrier has {lines} and the losing carrier is deciding."
        case e.CommentAdded():
            return "An internal comment was written." if event.internal else "A comment was written."
        case e.DocumentAdded():
            return f"A document was added: {event.document_kind}, {event.name}."
        case e.CareNeeded():
            return f"Care must act on {lines}: {event.why}" + (f" {because(event.reasons)}" if event.reasons else "")
        case e.CarrierNoted():
            return f"The carrier noted for {lines}: {because(event.reasons)}"
        case e.OrderKnownAs():
            return f"Ask {event.carrier} about {lines} by its own names for the order: {event.known_as}."
        case e.NewsIgnored():
            return f"A message changed nothing ({event.said}): {event.why}."
        case e.DriftFound():
            ending = "the order is read anew" if event.mends_itself else "care settles it with the carrier"
            return f"{lines} was compared with the carrier: {event.found}; {ending}."
        case e.CaseClosed():
            return f"The case is closed as {event.status}."
        case _:
            return _of_dates(event, lines)


def portability_in_words(event: e.ValidationAnswered, lines: str) -> str:
    """The answer to a validation, and what it objects to."""
    why = f": {because(event.objections)}" if event.objections else "."
    return answer_in_words(event, lines) + why


def answer_in_words(event: e.ValidationAnswered, lines: str) -> str:
    """`+61… can be ported from Mon 11 Jan 2027; it is with Telstra`."""
    says = {True: "can be ported", False: "cannot be ported as ordered", None: "could not be judged"}[event.portable]
    earliest = f" from {in_words(event.earliest_date)}" if event.earliest_date and event.portable else ""
    donor = f"; it is with {event.donor}" if event.donor else ""
    return f"{lines} {says}{earliest}{donor}"


def _of_dates(event: e.AnyEvent, lines: str) -> str:
    match event:
        case e.DateConfirmed():
            return f"{lines} is confirmed for {in_words(event.date)}."
        case e.DateMoved():
            return f"The carrier moved {lines} from {in_words(event.before)} to {in_words(event.date)}."
        case e.DateChangeAsked():
            paid = f"waived: {event.waived_because}" if event.waived_because else f"{event.fee} {event.currency}"
            return f"A change of {lines} from {in_words(event.before)} to {in_words(event.date)} was asked ({paid})."
        case e.DateChangeAccepted():
            who = "The carrier accepted" if event.by_carrier else "Inside the losing carrier's approval stands now"
            return f"{who} {in_words(event.date)} for {lines}."
        case e.DateChangeCountered():
            return f"The carrier proposes {in_words(event.proposed)}; {in_words(event.stands)} stands for {lines}."
        case e.DateChangeDeclined():
            return f"The carrier declined {in_words(event.asked)}; {in_words(event.stands)} stands for {lines}."
        case e.WishPassed():
            return f"The wished date {in_words(event.requested_date)} passed without a confirmed date for {lines}."
        case e.ActivationAsked(cutover_at=datetime() as hour):
            when = f"{in_words(event.date)}, {local_time(hour, event.time_zone):%H:%M} ({event.time_zone})"
            return f"The carrier was told our hour of cut-over for {lines}: {when}."
        case e.ActivationAsked():
            return f"It is the hour of cut-over: the carrier was told to port {lines}."
        case e.ApprovalEnds():
            return f"The losing carrier's approval of {lines} lapses after {in_words(event.last_day)}."
        case e.ApprovalLapsed():
            return f"The losing carrier's approval of {lines} lapsed after {in_words(event.last_day)}; care must act."
        case e.CutoverNear():
            return f"The partner was asked to have the PBX ready: {lines} moves on {in_words(event.date)}."
        case e.CutoverDelayed():
            return f"No word yet that {lines} works; the partner was told of the delay."
        case _:
            return _of_outcomes(event, lines)


def _of_outcomes(event: e.AnyEvent, lines: str) -> str:
    match event:
        case e.PortingFailed():
            return f"{lines} does not work yet: {because(event.reasons)}"
        case e.LinesCompleted(outbound_only=True):
            return f"{lines} is outbound-only now."
        case e.LinesCompleted():
            return f"{lines} is ported."
        case e.LinesRejected():
            return f"{lines} was refused for good: {because(event.reasons)}"
        case e.CancellationAsked():
            return f"The carrier was asked to cancel {lines}: {event.reason}"
        case e.CancellationRefused():
            cutoff = f" It cancels until {event.cutoff_hours} hours before the cut-over." if event.cutoff_hours else ""
            return f"The carrier refuses to cancel {lines}: {because(event.reasons)}{cutoff}"
        case e.LinesTerminated():
            return f"{lines} was cancelled: {event.reason}"
        case e.LinesWentOutbound():
            return f"{lines} is outbound-only, because the partner was silent too long."
        case _:
            return _of_waiting(event, lines)


def _of_waiting(event: e.AnyEvent, lines: str) -> str:
    match event:
        case e.PartnerReminded():
            return f"The partner was reminded after {event.days} days; time ends {in_words(event.deadline.date())}."
        case e.ClockExtended():
            return f"Care gave {event.days} more days, to {in_words(event.deadline.date())}: {event.reason}"
        case e.TemporaryNumbersActive():
            return f"Temporary numbers work for {lines}."
        case e.TemporaryNumbersUnavailable():
            return f"No temporary number is to be had for {lines}; it is tried again."
        case e.TemporaryNumbersReleased():
            return f"The temporary numbers of {lines} were given back."
        case _:
            return _of_work_by_hand(event, lines)


def _of_work_by_hand(event: e.AnyEvent, lines: str) -> str:
    match event:
        case e.TaskOpened():
            return f"To be done by hand by {in_words(event.due_on)}: care {DEEDS[event.task].format(lines)}."
        case e.TaskRenewed():
            deed = DEEDS[event.task].format(lines)
            return f"What is passed on has changed; the task holds it. By {in_words(event.due_on)} care {deed}."
        case e.TaskDone():
            deed = f"Task settled: care {DEEDS[event.task].format(lines)}."
            return f"{deed} {event.note}" if event.note else deed
        case e.TaskOverdue():
            return f"Overdue since {in_words(event.due_on)}: care {DEEDS[event.task].format(lines)}."
        case e.AnswerOverdue():
            return f"The losing side did not answer on {lines} by {in_words(event.due_on)}; care asks there."
        case e.NewsEntered():
            who = event.said_by or "The carrier"
            when = f" on {in_words(event.said_at.date())}" if event.said_at else ""
            papers = f" Evidence: {', '.join(event.documents)}." if event.documents else ""
            return f"{who} told care{when}: {event.news.replace('_', ' ')} for {lines}.{papers}"
        case _:
            return _of_validations(event, lines)


def _of_validations(event: e.AnyEvent, lines: str) -> str:
    match event:
        case e.ValidationAsked():
            cannot = f" The carrier of {some(event.unsupported)} cannot be asked." if event.unsupported else ""
            return f"The carrier was asked whether {lines} can be ported.{cannot}"
        case e.ValidationAnswered():
            return portability_in_words(event, lines)
        case _:
            return _of_port_outs(event, lines)


def _of_port_outs(event: e.AnyEvent, lines: str) -> str:
    match event:
        case e.PortOutNoticed():
            whom = event.winning_carrier or "another carrier"
            return f"{lines} leaves for {whom} on {in_words(event.leaves_on)}."
        case e.NumbersLeft():
            return f"{lines} has left for {event.winning_carrier or 'another carrier'} and is outbound-only now."
    raise AssertionError(f"no sentence for {type(event).__name__}")
