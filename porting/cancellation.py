"""Giving lines up: at once where no carrier has them, by asking the carrier where one has (R03, R17)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from porting import errors, silence
from porting.commands import SYSTEM, Actor, Cancel
from porting.events import CancellationAsked, CancellationRefused, CareNeeded, LinesTerminated
from porting.grouping import by
from porting.instructions import CancelOrder
from porting.line import Cancellation
from porting.ordering import is_out, withdraw
from porting.reasons import Reason
from porting.status import Status

if TYPE_CHECKING:
    from porting.case import Case

def _wanted(case: Case, command: Cancel) -> list[int]:
    return [p for p in case.named(command.numbers) if case.lines[p].is_open]


def check_cancel(case: Case, command: Cancel) -> None:
    """Raises RangeCannotBeSplit, UnknownNumber, NothingToCancel or CancellationPending."""
    positions = _wanted(case, command)
    if not positions:
        raise errors.NothingToCancel("These lines are final already; there is nothing to cancel.")
    if all(case.lines[p].is_being_cancelled for p in positions):
        raise errors.CancellationPending("The carrier has been asked to cancel and has not answered yet.")


def cancel(case: Case, command: Cancel, at: datetime) -> None:
    """Partner or care gives lines up."""
    check_cancel(case, command)
    positions = [p for p in _wanted(case, command) if not case.lines[p].is_being_cancelled]
    give_up(case, positions, command.reason, at, command.actor)
    silence.note_partner_act(case, command.actor, at)


def give_up(case: Case, positions: Sequence[int], reason: str, at: datetime, actor: Actor = SYSTEM) -> None:
    """Terminate what no carrier has; ask the carriers of the rest."""
    out = [p for group in _with_carriers(case, positions) for p in group]
    here = sorted({*positions} - {*out})
    if here:
        terminate(case, here, reason, at, actor)
    if out:
        for position in out:
            case.lines[position].cancellation = Cancellation.REQUESTED
            case.touched.add(position)
        case.record(CancellationAsked(numbers=case.numbers(out), reason=reason), at, actor)
        withdraw(case, out, reason)


def _with_carriers(case: Case, positions: Sequence[int]) -> list[list[int]]:
    return [group for order, group in by(positions, lambda p: case.lines[p].order) if is_out(case, order)]


def terminate(case: Case, positions: Sequence[int], reason: str, at: datetime, actor: Actor = SYSTEM) -> None:
    """TERMINATED, for good."""
    case.move(positions, Status.TERMINATED, at)
    case.record(LinesTerminated(numbers=case.numbers(positions), reason=reason), at, actor)


def end_cancelled(
    case: Case, positions: Sequence[int], reasons: tuple[Reason, ...], at: datetime, actor: Actor
) -> None:
    """The carrier's order is cancelled: asked for or not, the lines are TERMINATED."""
    for asked, group in by(positions, lambda p: case.lines[p].is_being_cancelled):
        words = "; ".join(reason.text for reason in reasons)
        terminate(case, group, "cancelled as asked" if asked else words or "the carrier cancelled the order", at, actor)


def refused(case: Case, instruction: CancelOrder, reasons: tuple[Reason, ...], at: datetime) -> None:
    """The carrier does not cancel (too late, as a rule): the lines go on; care hears of lines that are gone already."""
    positions = case.named(instruction.numbers)
    go_on(case, [p for p in positions if case.lines[p].is_open], reasons, at)
    gone = [p for p in positions if case.lines[p].status in (Status.OUTBOUND, Status.TERMINATED)]
    if gone:
        why = "The carrier refuses to cancel its order although the lines are closed here; settle it with the carrier."
        case.record(CareNeeded(numbers=case.numbers(gone), why=why, reasons=reasons), at)


def go_on(
    case: Case, going_on: Sequence[int], reasons: tuple[Reason, ...], at: datetime, actor: Actor = SYSTEM
) -> None:
    """Open lines that the carrier does not cancel."""
    for position in going_on:
        case.lines[position].cancellation = Cancellation.REFUSED
        case.touched.add(position)
    for cutoff, group in by(going_on, lambda p: _cutoff_hours(case, p)):
        event = CancellationRefused(numbers=case.numbers(group), reasons=reasons, cutoff_hours=cutoff)
        case.record(event, at, actor)


def _cutoff_hours(case: Case, position: int) -> int:
    """What a confirmed line's carrier allows: without a date there is no hour to count from."""
    line = case.lines[position]
    return case.order(line.order).capabilities.cancel_cutoff_hours if line.order and line.plan else 0
