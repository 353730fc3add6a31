"""What a carrier's word means for lines: acknowledged, confirmed, refused, failed, completed, cancelled (R16-R19)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from porting import cancellation
from porting.commands import CARRIER, Actor
from porting.dates import CutoverPlan
from porting.events import (
    CareNeeded,
    CarrierNoted,
    DateConfirmed,
    DateMoved,
    LinesCompleted,
    LinesRejected,
    OrderAcknowledged,
    PortingFailed,
)
from porting.grouping import by
from porting.instructions import PLATFORM_LANE, ActivateNumbers
from porting.missing import Demand, ItemKind
from porting.ordering import begin_anew
from porting.orders import CarrierOrder
from porting.partner_acts import ask_partner, resubmit
from porting.reasons import VOCABULARY, Mender, Reason, is_correctable, is_final
from porting.status import Status

if TYPE_CHECKING:
    from porting.case import Case


def plan_for(plans: Iterable[CutoverPlan], place: str, day: date) -> CutoverPlan | None:
    """The plan that was computed outside for this place and date."""
    return next((plan for plan in plans if plan.place == place and plan.date == day), None)


def resume(case: Case, positions: Sequence[int], at: datetime) -> None:
    """The carrier goes on without the partner's answer: what was asked lapses."""
    silent = [p for p in positions if case.lines[p].status is Status.MISSING_DATA]
    if silent:
        resubmit(case, silent, at)


def acknowledge(case: Case, positions: Sequence[int], carrier: str, at: datetime, actor: Actor = CARRIER) -> None:
    """The donor is deciding: PENDING_APPROVAL."""
    case.move(positions, Status.PENDING_APPROVAL, at)
    case.record(OrderAcknowledged(numbers=case.numbers(positions), carrier=carrier), at, actor)


def put_plan(case: Case, positions: Sequence[int], day: date, plans: Sequence[CutoverPlan]) -> None:
    """A date is in force: its diary begins."""
    for position in positions:
        line = case.lines[position]
        plan = plan_for(plans, line.place, day)
        if plan is not None:
            line.plan = plan
            line.reminded = line.delay_told = False
            line.activated_on = line.hour_told = None
            line.reasons = ()
            case.touched.add(position)


def confirm(
    case: Case, positions: Sequence[int], day: date, plans: Sequence[CutoverPlan], at: datetime, actor: Actor = CARRIER,
    first_possible: date | None = None,
) -> None:
    """CONFIRMED, or CONFIRMED for another date (R17, R21); the positions must be movable there."""
    before = {p: plan.date for p in positions if (plan := case.lines[p].plan)}
    case.move(positions, Status.CONFIRMED, at)
    put_plan(case, positions, day, plans)
    for (place, old), group in by(positions, lambda p: (case.lines[p].place, before.get(p))):
        plan = plan_for(plans, place, day) or case.lines[group[0]].plan
        if plan is None:
            continue
        numbers, zone = case.numbers(group), case.lines[group[0]].time_zone
        event: DateConfirmed | DateMoved
        if old is None or old == day:
            wished = case.lines[group[0]].requested_date
            event = DateConfirmed(
                numbers=numbers, date=day, cutover_at=plan.cutover_at, time_zone=zone, wished=wished,
                last_day_for_change=plan.last_day_for_change, first_possible=first_possible,
            )
        else:
            event = DateMoved(
                numbers=numbers, before=old, date=day, cutover_at=plan.cutover_at, time_zone=zone,
                last_day_for_change=plan.last_day_for_change,
            )
        case.record(event, at, actor)


def complete(
    case: Case, positions: Sequence[int], at: datetime, *, outbound_only: bool, actor: Actor = CARRIER
) -> None:
    """COMPLETED; ported numbers go into full service on the number platform."""
    if not positions:
        return
    case.move(positions, Status.COMPLETED, at)
    numbers = case.numbers(positions)
    for position in positions:
        case.lines[position].completed_at = at
        case.lines[position].reasons = ()
    case.record(LinesCompleted(numbers=numbers, completed_at=at, outbound_only=outbound_only), at, actor)
    if not outbound_only:
        case.instructions.append(
            ActivateNumbers(id=case.next_instruction(), case_id=case.id, lane=PLATFORM_LANE, numbers=numbers)
        )


def fail(
    case: Case, positions: Sequence[int], reasons: tuple[Reason, ...], at: datetime, actor: Actor = CARRIER
) -> None:
    """The cut-over did not work: PORTING_INCOMPLETE (R27)."""
    if not positions:
        return
    case.move(positions, Status.PORTING_INCOMPLETE, at)
    for position in positions:
        case.lines[position].reasons = reasons
    case.record(PortingFailed(numbers=case.numbers(positions), reasons=reasons), at, actor)


def refuse(
    case: Case,
    positions: Sequence[int],
    reasons: tuple[Reason, ...],
    at: datetime,
    order: CarrierOrder,
) -> bool:
    """Do what the reasons ask for: give up, ask the partner, call care, or wait (R19). False when nothing changes."""
    if any(is_final(one) for one in reasons):
        return reject(case, case.movable(positions, Status.REJECTED), reasons, at)
    if order.sent and order.capabilities.new_order_after_refusal:
        return _close_and_begin_anew(case, positions, reasons, at, order)
    if any(is_correctable(one) for one in reasons):
        stoppable = [p for p in positions if case.lines[p].status is not Status.PORTING_INCOMPLETE]
        return bool(stoppable) and ask_partner(case, stoppable, demands(reasons), reasons, at)
    if positions:
        _note(case, positions, reasons, at, order)
    return bool(positions)


def _close_and_begin_anew(
    case: Case, positions: Sequence[int], reasons: tuple[Reason, ...], at: datetime, order: CarrierOrder
) -> bool:
    """The carrier has closed what it refused: nothing is left there to amend or to cancel."""
    stopped = [p for p in positions if case.lines[p].status is not Status.PORTING_INCOMPLETE]
    cancelled = [p for p in stopped if case.lines[p].is_being_cancelled]
    cancellation.end_cancelled(case, cancelled, (), at, CARRIER)
    rest = [p for p in stopped if p not in cancelled]
    if rest and any(is_correctable(one) for one in reasons):
        ask_partner(case, rest, demands(reasons), reasons, at)
        begin_anew(case, order, rest)
    elif rest:
        _note(case, rest, reasons, at, order)
        begin_anew(case, order, rest, for_care=order.for_care)
        order.for_care = ""
    return bool(stopped)


def reject(
    case: Case, positions: Sequence[int], reasons: tuple[Reason, ...], at: datetime, actor: Actor = CARRIER
) -> bool:
    """REJECTED, for good."""
    if not positions:
        return False
    case.move(positions, Status.REJECTED, at)
    for position in positions:
        case.lines[position].reasons = reasons
    case.record(LinesRejected(numbers=case.numbers(positions), reasons=reasons), at, actor)
    return True


def _note(
    case: Case, positions: Sequence[int], reasons: tuple[Reason, ...], at: datetime, order: CarrierOrder
) -> None:
    for position in positions:
        case.lines[position].reasons = reasons
    case.touched.update(positions)
    numbers = case.numbers(positions)
    # An order that the carrier never took mends itself by no one's doing, whatever the reason.
    closed = not order.sent or order.capabilities.new_order_after_refusal
    if not closed and all(VOCABULARY[one.code].mender is Mender.CARRIER for one in reasons):
        case.record(CarrierNoted(numbers=numbers, reasons=reasons), at, CARRIER)
        return
    why = "The carrier stopped the order for a reason that care must settle."
    order.for_care = why
    case.record(CareNeeded(numbers=numbers, why=why, reasons=reasons), at)


def demands(reasons: Iterable[Reason]) -> list[Demand]:
    """What the partner must correct, one item a field (R19)."""
    found: dict[str, Demand] = {}
    for one in reasons:
        meaning = VOCABULARY[one.code]
        if is_correctable(one):
            field = one.field or "comment"
            found.setdefault(field, Demand(one.code, field, one.text, ItemKind(meaning.kind)))
    return list(found.values())


def demands_in_words(reasons: Iterable[Reason]) -> list[Demand]:
    """What to ask when no reason points at a field: an answer in words."""
    return [Demand(one.code, "comment", one.text, ItemKind.VALUE) for one in reasons]
