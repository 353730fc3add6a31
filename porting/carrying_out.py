"""What comes back from outside: each instruction's answer, applied to the case."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from porting import cancellation, carrier_news, date_changes, outcomes, temporary_numbers
from porting.instructions import (
    Accepted,
    AmendOrder,
    AnyAnswer,
    AnyInstruction,
    AssignTemporaryNumbers,
    CancelOrder,
    ChangeOrderDate,
    Refused,
    ReleaseTemporaryNumbers,
    SetOutboundOnly,
    SubmitOrder,
    TemporaryNumbersFound,
)
from porting.status import Status

if TYPE_CHECKING:
    from porting.case import Case


def done(case: Case, instruction: AnyInstruction, answer: AnyAnswer, at: datetime) -> None:
    """Strike the instruction off and apply its answer."""
    case.instructions = [other for other in case.instructions if other.id != instruction.id]
    match instruction, answer:
        case SubmitOrder() | AmendOrder() | ChangeOrderDate() | CancelOrder(), Accepted(news=news):
            if news is not None:
                carrier_news.take(case, news, at)
        case SubmitOrder() | AmendOrder(), Refused(reasons=reasons):
            positions = [p for p in case.named(instruction.numbers) if case.lines[p].is_open]
            outcomes.refuse(case, positions, reasons, at, case.order(instruction.order))
        case ChangeOrderDate(), Refused(reasons=reasons):
            if date_changes.pending_for(case, instruction.order):
                positions = case.open_positions(instruction.order)
                date_changes.declined(case, instruction.order, positions, reasons, at)
        case CancelOrder(), Refused(reasons=reasons):
            cancellation.refused(case, instruction, reasons, at)
        case AssignTemporaryNumbers(), TemporaryNumbersFound():
            temporary_numbers.found(case, instruction, answer, at)
        case ReleaseTemporaryNumbers(), _:
            temporary_numbers.released(case, instruction, at)
        case SetOutboundOnly(completes=True), _:
            ready = case.movable(case.named(instruction.numbers), Status.CONFIRMED)
            _complete_outbound_only(case, ready, at)


def _complete_outbound_only(case: Case, positions: list[int], at: datetime) -> None:
    """The switch stands for the carrier's confirmation: SUBMITTED passes through CONFIRMED (R06, R17)."""
    if positions:
        case.move(positions, Status.CONFIRMED, at)
        outcomes.complete(case, positions, at, outbound_only=True, actor=outcomes.PLATFORM)
