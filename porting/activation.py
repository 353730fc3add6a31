"""Ports whose hour is ours: the carrier is told at the hour of cut-over, or which hour it is to be, once (R22)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from porting import outcomes
from porting.dates import CutoverPlan
from porting.events import ActivationAsked, CareNeeded
from porting.grouping import by
from porting.instructions import ActivateOrder
from porting.line import NumberLine
from porting.ordering import order_instruction
from porting.orders import CarrierOrder, OrderSnapshot
from porting.reasons import Reason
from porting.remarks import lines_of
from porting.status import Status

if TYPE_CHECKING:
    from porting.case import Case


def due_at(case: Case, line: NumberLine) -> datetime | None:
    """When the carrier is told to carry the port of the line out; None where it is not ours to tell, or told."""
    if line.plan is None or not _waits_for_cutover(case, line) or line.activated_on == line.plan.date:
        return None
    return line.plan.cutover_at


def hour_due_at(case: Case, line: NumberLine) -> datetime | None:
    """When the carrier is told our hour: as soon as there is one. None where it takes none of us, or knows it."""
    if line.plan is None or line.hour_told == line.plan.cutover_at or not _waits_for_cutover(case, line, ahead=True):
        return None
    return case.order(line.order).as_of or case.opened_at


def _waits_for_cutover(case: Case, line: NumberLine, *, ahead: bool = False) -> bool:
    if line.status is not Status.CONFIRMED or not line.order or line.is_being_cancelled:
        return False
    order = case.order(line.order)
    ours = order.hour_is_ours if ahead else order.capabilities.can_activate
    return order.sent and ours and not order.lapsed


def note_whose_hour(case: Case, order: CarrierOrder, snapshot: OrderSnapshot) -> None:
    """What a stopped order knew of our hour it does not know any more: confirmed again, it is told anew."""
    order.hour_is_ours = snapshot.hour_is_ours
    if not order.hour_is_ours:
        for position in lines_of(case, order):
            case.lines[position].hour_told = None


def begin(case: Case, positions: Sequence[int], at: datetime) -> None:
    """The hour is there. After an outage that outlasted the next business day too, care decides what happens (R27)."""
    for (number, plan), group in by(positions, lambda p: (case.lines[p].order, case.lines[p].plan)):
        assert plan is not None
        for position in group:
            case.lines[position].activated_on = plan.date
        lapses_at = case.order(number).lapses_at
        if at < plan.incomplete_at and (lapses_at is None or at < lapses_at):
            _instruct(case, number, group, plan, at)


def tell_hour(case: Case, positions: Sequence[int], at: datetime) -> None:
    """There is a date: the carrier carries the port out at our hour of it, which it is told now.

    An order has one hour, the earliest of its lines.
    """
    for (number, plan), group in by(positions, lambda p: (case.lines[p].order, case.lines[p].plan)):
        assert plan is not None
        for position in group:
            case.lines[position].hour_told = plan.cutover_at
        plans = [other for line in case.lines if line.order == number and (other := line.plan)]
        if at < plan.incomplete_at:
            hour = min(other.cutover_at for other in plans if other.date == plan.date)
            _instruct(case, number, group, plan, at, hour)


def _instruct(
    case: Case, number: int, group: Sequence[int], plan: CutoverPlan, at: datetime, hour: datetime | None = None
) -> None:
    fields = order_instruction(case, number, group)
    version = case.version + case.has_news
    case.instructions.append(ActivateOrder(**fields, date=plan.date, version=version, cutover_at=hour))
    zone = case.lines[group[0]].time_zone if hour else ""
    case.record(ActivationAsked(numbers=case.numbers(group), date=plan.date, cutover_at=hour, time_zone=zone), at)


def call_off(case: Case) -> None:
    """What is not to be ported on that day any more is not told to the carrier, if it was not told already."""
    for place, one in enumerate(case.instructions):
        if isinstance(one, ActivateOrder):
            gone = [p for p in case.named(one.due) if not _is_due(case, case.lines[p], one)] if one.due else []
            # A cancellation can be refused, and then the line is due again.
            for position in gone:
                case.lines[position].activated_on = case.lines[position].hour_told = None
            if gone:
                case.instructions[place] = replace(one, called_off=(*one.called_off, *case.numbers(gone)))


def _is_due(case: Case, line: NumberLine, instruction: ActivateOrder) -> bool:
    waits = _waits_for_cutover(case, line, ahead=instruction.cutover_at is not None)
    return waits and line.plan is not None and line.plan.date == instruction.date


def refused(case: Case, instruction: ActivateOrder, reasons: tuple[Reason, ...], at: datetime) -> None:
    """The carrier does not carry the port out: care takes over (R27). An hour of its own is no failure yet."""
    if instruction.cutover_at is not None:
        why = "The carrier did not take our hour of cut-over; ask it when it ports."
        case.record(CareNeeded(numbers=instruction.numbers, why=why, reasons=reasons), at)
        return
    lines = [(p, case.lines[p]) for p in case.named(instruction.numbers)]
    concerned = [
        p for p, line in lines
        if line.status is Status.CONFIRMED and line.plan is not None and line.plan.date == instruction.date
    ]  # fmt: skip
    outcomes.fail(case, concerned, reasons, at)
