"""Ports that we carry out ourselves: the carrier is told at the hour of cut-over, once, and never before (R22)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from porting import outcomes
from porting.events import ActivationAsked
from porting.grouping import by
from porting.instructions import ActivateOrder
from porting.line import NumberLine
from porting.ordering import order_instruction
from porting.reasons import Reason
from porting.status import Status

if TYPE_CHECKING:
    from porting.case import Case


def due_at(case: Case, line: NumberLine) -> datetime | None:
    """When the carrier is told to carry the port of the line out; None where it is not ours to tell, or told."""
    if line.plan is None or not _waits_for_cutover(case, line) or line.activated_on == line.plan.date:
        return None
    return line.plan.cutover_at


def _waits_for_cutover(case: Case, line: NumberLine) -> bool:
    if line.status is not Status.CONFIRMED or not line.order or line.is_being_cancelled:
        return False
    order = case.order(line.order)
    return order.sent and order.capabilities.can_activate and not order.lapsed


def begin(case: Case, positions: Sequence[int], at: datetime) -> None:
    """The hour is there. After an outage that outlasted the next business day too, care decides what happens (R27)."""
    for (number, plan), group in by(positions, lambda p: (case.lines[p].order, case.lines[p].plan)):
        assert plan is not None
        for position in group:
            case.lines[position].activated_on = plan.date
        lapses_at = case.order(number).lapses_at
        if at < plan.incomplete_at and (lapses_at is None or at < lapses_at):
            fields = order_instruction(case, number, group)
            case.instructions.append(ActivateOrder(**fields, date=plan.date, version=case.version + case.has_news))
            case.record(ActivationAsked(numbers=case.numbers(group), date=plan.date), at)


def call_off(case: Case) -> None:
    """What is not to be ported on that day any more is not told to the carrier, if it was not told already."""
    for place, one in enumerate(case.instructions):
        if isinstance(one, ActivateOrder):
            gone = [p for p in case.named(one.due) if not _is_due(case, case.lines[p], one)] if one.due else []
            # A cancellation can be refused, and then the line is due again.
            for position in gone:
                case.lines[position].activated_on = None
            if gone:
                case.instructions[place] = replace(one, called_off=(*one.called_off, *case.numbers(gone)))


def _is_due(case: Case, line: NumberLine, instruction: ActivateOrder) -> bool:
    return _waits_for_cutover(case, line) and line.plan is not None and line.plan.date == instruction.date


def refused(case: Case, instruction: ActivateOrder, reasons: tuple[Reason, ...], at: datetime) -> None:
    """The carrier does not carry the port out: care takes over (R27)."""
    lines = [(p, case.lines[p]) for p in case.named(instruction.numbers)]
    concerned = [
        p for p, line in lines
        if line.status is Status.CONFIRMED and line.plan is not None and line.plan.date == instruction.date
    ]  # fmt: skip
    outcomes.fail(case, concerned, reasons, at)
