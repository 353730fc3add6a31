"""What comes back from outside: each instruction's answer, applied to the case."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from porting import (
    activation,
    by_hand,
    cancellation,
    carrier_news,
    date_changes,
    outcomes,
    temporary_numbers,
    validations,
)
from porting.commands import CARRIER, PLATFORM
from porting.events import CareNeeded
from porting.instructions import (
    Accepted,
    ActivateOrder,
    AmendOrder,
    AnyAnswer,
    AnyInstruction,
    AssignTemporaryNumbers,
    CancelOrder,
    ChangeOrderDate,
    Checked,
    Done,
    OrderInstruction,
    Refused,
    ReleaseTemporaryNumbers,
    SetOutboundOnly,
    SubmitOrder,
    TellCarrier,
    TemporaryNumbersFound,
    ValidateNumbers,
)
from porting.orders import CarrierOrder
from porting.status import Status
from porting.tasks import OpenTask

if TYPE_CHECKING:
    from porting.case import Case


def done(case: Case, instruction: AnyInstruction, answer: AnyAnswer, at: datetime) -> None:
    """Strike the instruction off and apply its answer; an answer that comes twice counts once."""
    if all(other.id != instruction.id for other in case.instructions):
        return
    case.instructions = [other for other in case.instructions if other.id != instruction.id]
    match instruction, answer:
        case OrderInstruction(), Accepted(task=task, passed_on=passed_on):
            _accepted(case, instruction, answer, at)
            _given_to_care(case, case.order(instruction.order), task, passed_on, at)
        case ValidateNumbers(), Checked(answers=answers, task=task):
            validations.take(case, answers, at)
            _given_to_care(case, case.order(instruction.order), task, True, at)
        case ValidateNumbers(), Refused(reasons=reasons):
            validations.fail(case, instruction.numbers, reasons, at)
        case SubmitOrder() | AmendOrder(), Refused(reasons=reasons):
            positions = [p for p in case.named(instruction.numbers) if case.lines[p].is_open]
            outcomes.refuse(case, positions, reasons, at, case.order(instruction.order))
        case ChangeOrderDate(), Refused(reasons=reasons):
            change = date_changes.pending_for(case, instruction.order)
            if change is not None and change.id == instruction.change_id:
                date_changes.declined(case, instruction.order, reasons, at)
        case ActivateOrder(), Refused(reasons=reasons):
            activation.refused(case, instruction, reasons, at)
        case CancelOrder(), Refused(reasons=reasons):
            cancellation.refused(case, instruction, reasons, at)
        case TellCarrier(), Refused(reasons=reasons):
            why = "The carrier did not take the comment that was written to it."
            case.record(CareNeeded(numbers=instruction.numbers, why=why, reasons=reasons), at)
        case AssignTemporaryNumbers(), TemporaryNumbersFound():
            temporary_numbers.found(case, instruction, answer, at)
        case ReleaseTemporaryNumbers(), Done():
            temporary_numbers.released(case, instruction, at)
        case SetOutboundOnly(completes=True), Done():
            _switched(case, case.named(instruction.numbers), at)


def _accepted(case: Case, instruction: OrderInstruction, answer: Accepted, at: datetime) -> None:
    order = case.order(instruction.order)
    if isinstance(instruction, SubmitOrder | AmendOrder):
        # What was sent is judged anew: the carrier may object to the correction as it did to the first attempt.
        order.sent, order.seen = order.sent or answer.passed_on, ""
    if answer.news is not None:
        carrier_news.take(case, answer.news, at)
    if isinstance(instruction, CancelOrder) and not order.sent:
        # Its submission was refused, so that there is nothing whose end the carrier could tell us of.
        cancelled = [p for p in case.open_positions(order.number) if case.lines[p].is_being_cancelled]
        cancellation.end_cancelled(case, cancelled, (), at, CARRIER)


def _given_to_care(
    case: Case, order: CarrierOrder, task: OpenTask | None, passed_on: bool, at: datetime
) -> None:
    """A person carries it out (R43)."""
    if task is None:
        return
    if by_hand.was_done_meanwhile(order, task):
        by_hand.correct_what_was_done(case, order)
        return
    by_hand.open_task(case, order, task, at)
    if not passed_on:
        by_hand.correct_what_went_out(case, order, task, at)


def _switched(case: Case, positions: list[int], at: datetime) -> None:
    """The switch stands for the carrier's confirmation: SUBMITTED passes through CONFIRMED (R06, R17)."""
    ready = [p for p in positions if case.lines[p].status is Status.SUBMITTED]
    if ready:
        case.move(ready, Status.CONFIRMED, at)
        outcomes.complete(case, ready, at, outbound_only=True, actor=PLATFORM)
    gone = [p for p in positions if case.lines[p].status is Status.TERMINATED]
    if gone:
        why = "The numbers were switched to outbound-only although they were cancelled meanwhile."
        case.record(CareNeeded(numbers=case.numbers(gone), why=why), at)
