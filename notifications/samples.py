"""Sample cases and one sample of every event: what previews show and what each template is tried with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

from notifications.catalogue import Audience, hears
from notifications.envelope import CaseFacts, Envelope, Line, Sender
from porting import events as e
from porting.commands import Actor, Role
from porting.events import AnyEvent, Asked, CommentAdded, Entry
from porting.instructions import Assigned
from porting.reasons import reason
from porting.status import Status
from porting.tasks import TaskKind

AT = datetime(2026, 12, 14, 9, 30, tzinfo=UTC)
CUTOVER = datetime(2027, 1, 7, 13, 0, tzinfo=UTC)
ZONE = "Europe/Berlin"
DAY = date(2027, 1, 7)
DEADLINE = datetime(2027, 1, 13, 9, 30, tzinfo=UTC)
RANGE = "+4989010710X"
SINGLE = "+498912345678"
NUMBERS = (RANGE, SINGLE)

SENDER = Sender(address="porting@operator.example", name="Porting desk", host="operator.example")
ADVICE = {
    "CH": "While the port runs, the caller's number can show as anonymous.",
    "AU": "Numbers can be unreachable during the cut-over while each carrier updates its routing.",
}
USUAL_TIMES = {
    "AU": "Australia: we pass the request on by hand. Usually 1 business day to pass it on, 2 until the losing carrier "
    "answers, 4 to 6 in all.",
}

_ASKED = (
    Asked("M1", "The PIN or transfer code of the account at the losing carrier.", "losing_carrier.pin"),
    Asked("M2", "The letter of authorisation, signed by the end customer.", "loa"),
)
_REASONS = (reason("PIN_INVALID", carrier_code="PASSCODE_PIN_INVALID"), reason("LOA_INVALID"))
_LAST_DAY = date(2026, 12, 29)

EVENTS: Mapping[type[e.Event], AnyEvent] = {
    type(event): event
    for event in (
        e.CaseOpened(numbers=NUMBERS, order_type="FULL_PORTING", ivp=True),
        e.DataMissing(numbers=NUMBERS, asked=_ASKED, reasons=_REASONS, deadline=DEADLINE),
        e.ItemsAnswered(numbers=NUMBERS, answer_id="A1", items=("M1",)),
        e.LinesResubmitted(numbers=NUMBERS),
        e.OrderSent(numbers=NUMBERS, carrier="by-hand", carrier_order_id="o-1", requested_date=DAY),
        e.OrderSplit(numbers=(SINGLE,), carrier="by-hand", carrier_order_id="o-2"),
        e.OrderAcknowledged(numbers=NUMBERS, carrier="by-hand"),
        e.DateConfirmed(
            numbers=NUMBERS, date=DAY, wished=date(2027, 1, 5), last_day_for_change=_LAST_DAY, cutover_at=CUTOVER,
            time_zone=ZONE,
        ),
        e.DateMoved(
            numbers=NUMBERS, before=date(2027, 1, 4), date=DAY, last_day_for_change=_LAST_DAY, cutover_at=CUTOVER,
            time_zone=ZONE,
        ),
        e.DateChangeAsked(
            numbers=NUMBERS, change_id="D1", before=date(2027, 1, 4), date=DAY, fee="50.00", currency="EUR",
            waived_because="",
        ),
        e.DateChangeAccepted(
            numbers=NUMBERS, change_id="D1", date=DAY, last_day_for_change=_LAST_DAY, cutover_at=CUTOVER,
            time_zone=ZONE,
        ),
        e.DateChangeCountered(
            numbers=NUMBERS, change_id="D1", asked=DAY, proposed=date(2027, 1, 11), stands=date(2027, 1, 4)
        ),
        e.DateChangeDeclined(
            numbers=NUMBERS, change_id="D1", asked=DAY, stands=date(2027, 1, 4),
            reasons=(reason("DATE_NOT_AVAILABLE"),),
        ),
        e.WishPassed(numbers=NUMBERS, requested_date=date(2027, 1, 5)),
        e.CutoverNear(numbers=NUMBERS, date=DAY, cutover_at=CUTOVER, time_zone=ZONE),
        e.CutoverDelayed(numbers=NUMBERS, cutover_at=CUTOVER, time_zone=ZONE),
        e.ActivationAsked(numbers=NUMBERS, date=DAY),
        e.ApprovalEnds(numbers=NUMBERS, last_day=date(2027, 1, 15)),
        e.ApprovalLapsed(numbers=NUMBERS, last_day=date(2027, 1, 15)),
        e.PortingFailed(numbers=NUMBERS, reasons=(reason("ACTIVATION_FAILED"),)),
        e.LinesCompleted(numbers=NUMBERS, completed_at=CUTOVER, outbound_only=False),
        e.LinesRejected(numbers=NUMBERS, reasons=(reason("NUMBER_INACTIVE"),)),
        e.CancellationAsked(numbers=NUMBERS, reason="The end customer stays where it is."),
        e.CancellationRefused(numbers=NUMBERS, reasons=(reason("TOO_LATE"),)),
        e.LinesTerminated(numbers=NUMBERS, reason="The end customer stays where it is."),
        e.PartnerReminded(numbers=NUMBERS, days=7, deadline=DEADLINE, asked=_ASKED),
        e.ClockExtended(numbers=NUMBERS, days=10, reason="Public holidays at the end customer.", deadline=DEADLINE),
        e.LinesWentOutbound(numbers=NUMBERS, silent_since=AT),
        e.CommentAdded(comment_id="C1", text="When will you call us?\n\nWe are here until 5 pm.", internal=False),
        e.DocumentAdded(document_id="F1", document_kind="loa", name="loa.pdf"),
        e.TemporaryNumbersActive(
            numbers=NUMBERS, price="0.00",
            assigned=(Assigned(RANGE, "+4930555010X", AT), Assigned(SINGLE, "+493055502001", AT)),
        ),
        e.TemporaryNumbersUnavailable(numbers=NUMBERS, next_try=DEADLINE, tries=3),
        e.TemporaryNumbersReleased(numbers=NUMBERS, released=("+4930555010X", "+493055502001")),
        e.CareNeeded(numbers=NUMBERS, why="The carrier shows a status that we cannot read.", reasons=()),
        e.CarrierNoted(numbers=NUMBERS, reasons=(reason("DONOR_SILENT"),)),
        e.OrderKnownAs(numbers=NUMBERS, carrier="the carrier", known_as="support key sr_b1a2c3"),
        e.NewsIgnored(numbers=NUMBERS, said="confirmed", why="the line is final"),
        e.CaseClosed(status="OUTBOUND"),
        e.TaskOpened(numbers=NUMBERS, task_id="TK-1", task=TaskKind.SUBMIT, due_on=DAY, due_at=CUTOVER),
        e.TaskRenewed(numbers=NUMBERS, task_id="TK-1", task=TaskKind.SUBMIT, due_on=DAY, due_at=CUTOVER),
        e.TaskDone(numbers=NUMBERS, task_id="TK-1", task=TaskKind.SUBMIT, note="Sent by mail.", documents=("D1",)),
        e.TaskOverdue(numbers=NUMBERS, task_id="TK-1", task=TaskKind.SUBMIT, due_on=DAY),
        e.DriftFound(numbers=NUMBERS, found="the carrier shows confirmed, we had acknowledged", mends_itself=True),
        e.AnswerOverdue(numbers=NUMBERS, due_on=DAY),
        e.NewsEntered(numbers=NUMBERS, news="confirmed", said_by="Jo at the losing side", said_at=AT),
        e.ValidationAsked(numbers=NUMBERS),
        e.ValidationAnswered(
            numbers=NUMBERS, portable=False, donor="Telstra", earliest_date=DAY, valid_until=DAY,
            reasons=(
                reason("NAME_MISMATCH", donor_value="Bäckerei Huber & Söhne GmbH"),
                reason("POSTAL_CODE_MISMATCH", carrier_code="ADF"),
            ),
        ),
        e.PortOutNoticed(numbers=NUMBERS, notice_id="PO-1", leaves_on=DAY, winning_carrier="Example Telecom"),
        e.NumbersLeft(numbers=NUMBERS, notice_id="PO-1", winning_carrier="Example Telecom"),
    )
}  # fmt: skip

_STATUS: Mapping[type[e.Event], Status] = {
    e.CaseOpened: Status.SUBMITTED, e.DataMissing: Status.MISSING_DATA, e.PartnerReminded: Status.MISSING_DATA,
    e.ClockExtended: Status.MISSING_DATA, e.OrderAcknowledged: Status.PENDING_APPROVAL,
    e.PortingFailed: Status.PORTING_INCOMPLETE, e.LinesCompleted: Status.COMPLETED,
    e.LinesRejected: Status.REJECTED, e.LinesTerminated: Status.TERMINATED,
    e.LinesWentOutbound: Status.OUTBOUND, e.CaseClosed: Status.OUTBOUND,
    e.PortOutNoticed: Status.COMPLETED, e.NumbersLeft: Status.COMPLETED,
}  # fmt: skip


def line(number: str, status: Status = Status.CONFIRMED, **fields: object) -> Line:
    """A number line; a range by its X."""
    base = Line(number=number, count=10 ** number.count("X"), status=status, country="DE", time_zone=ZONE, order=1,
                requested_date=date(2027, 1, 5), confirmed_date=DAY, cutover_at=CUTOVER)  # fmt: skip
    return replace(base, **fields)  # type: ignore[arg-type]


def case(lines: tuple[Line, ...], **fields: str) -> CaseFacts:
    """A case with ordinary names."""
    base = CaseFacts(
        id="PC-01JF3Z8Q9K4M7N2P5R6S8T0VWX", reference="ORDER-2026-118", partner="Acme Telecom",
        end_customer="Bäckerei Huber GmbH", lines=lines, zone=ZONE, advice=ADVICE, usual_times=USUAL_TIMES,
        page="https://desk.operator.example/desk/cases/PC-01JF3Z8Q9K4M7N2P5R6S8T0VWX",
        care_page="https://desk.operator.example/desk/cases/PC-01JF3Z8Q9K4M7N2P5R6S8T0VWX",
        api="https://desk.operator.example/v1/porting-cases/PC-01JF3Z8Q9K4M7N2P5R6S8T0VWX",
    )  # fmt: skip
    return replace(base, **fields)  # type: ignore[arg-type]


def envelope(facts: CaseFacts, *entries: Entry) -> Envelope:
    """An announcement of the entries to one partner address and one of care."""
    return Envelope(case=facts, sender=SENDER, partner_addresses=("ops@acme.example",),
                    care_addresses=("care@operator.example",), entries=entries)  # fmt: skip


def entry(event: AnyEvent, sequence: int = 7, role: Role = Role.SYSTEM, name: str = "Portdesk") -> Entry:
    """An entry of the timeline."""
    return Entry(sequence, AT, Actor(role, name), event)


def entries_for(event: AnyEvent) -> tuple[Entry, ...]:
    """Entries with which everybody who can hear of the event does."""
    roles = (Role.PARTNER, Role.CARE) if isinstance(event, CommentAdded) else (Role.SYSTEM,)
    return tuple(entry(event, 7 + at, role, f"Somebody of {role}") for at, role in enumerate(roles))


def sample(kind: type[e.Event]) -> Envelope:
    """An announcement of the sample event on a case whose lines stand where it leaves them."""
    status = _STATUS.get(kind, Status.CONFIRMED)
    temporary = {RANGE: "+4930555010X", SINGLE: "+493055502001"}
    lines = tuple(line(number, status, temporary=temporary[number]) for number in NUMBERS)
    return envelope(case(lines), *entries_for(EVENTS[kind]))


def audiences(kind: type[e.Event]) -> set[Audience]:
    """Who hears of the sample."""
    return {audience for given in entries_for(EVENTS[kind]) for audience in hears(given)}
