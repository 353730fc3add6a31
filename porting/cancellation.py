"""Giving lines up: at once where no carrier has them, by asking the carrier where one has (R03, R17)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from porting import errors, silence
from porting.commands import Actor, Cancel
from porting.events import CancellationAsked, CancellationRefused, CareNeeded, LinesTerminated
from porting.instructions import CancelOrder, SubmitOrder
from porting.ordering import order_instruction
from porting.partner_acts import close_items
from porting.reasons import Reason
from porting.status import Status

if TYPE_CHECKING:
    from porting.case import Case

REQUESTED = "REQUESTED"
REFUSED = "REFUSED"


def _wanted(case: Case, command: Cancel) -> list[int]:
    return [p for p in case.named(command.numbers) if case.lines[p].is_open]


def check_cancel(case: Case, command: Cancel) -> None:
    """Raises RangeCannotBeSplit, UnknownNumber, NothingToCancel or CancellationPending."""
    positions = _wanted(case, command)
    if not positions:
        raise errors.NothingToCancel("These lines are final already; there is nothing to cancel.")
    if all(case.lines[p].cancellation == REQUESTED for p in positions):
        raise errors.CancellationPending("The carrier has been asked to cancel and has not answered yet.")


def cancel(case: Case, command: Cancel, at: datetime) -> None:
    """Partner or care gives lines up."""
    check_cancel(case, command)
    positions = [p for p in _wanted(case, command) if case.lines[p].cancellation != REQUESTED]
    give_up(case, positions, command.reason, at, command.actor)
    silence.note_partner_act(case, command.actor, at)


def give_up(case: Case, positions: Sequence[int], reason: str, at: datetime, actor: Actor | None = None) -> None:
    """Terminate what no carrier has; ask the carriers of the rest."""
    by = {} if actor is None else {"actor": actor}
    out = [p for p in positions if _is_out(case, case.lines[p].order)]
    here = [p for p in positions if p not in set(out)]
    if here:
        terminate(case, here, reason, at, actor)
        _drop_unsent(case, {case.lines[p].order for p in here})
    if out:
        for position in out:
            case.lines[position].cancellation = REQUESTED
            case.touched.add(position)
        case.record(CancellationAsked(numbers=case.numbers(out), reason=reason), at, **by)
        withdraw_from_carriers(case, out, {case.lines[p].order for p in out}, reason)


def _is_out(case: Case, order: int) -> bool:
    """Whether the carrier has the order, or may be getting it this moment."""
    return order != 0 and (case.order(order).sent or case.is_instructed(order))


def _drop_unsent(case: Case, orders: Iterable[int]) -> None:
    for order in orders:
        if order and not case.open_positions(order):
            case.instructions = [
                one for one in case.instructions if not (isinstance(one, SubmitOrder) and one.order == order)
            ]


def withdraw_from_carriers(case: Case, positions: Iterable[int], orders: Iterable[int], reason: str) -> None:
    """Ask each carrier that has the lines to cancel: its whole order, or these lines of it."""
    given_up = set(positions)
    for number in sorted(orders):
        if not _is_out(case, number):
            continue
        staying = [p for p in case.open_positions(number) if case.lines[p].cancellation != REQUESTED]
        fields = order_instruction(case, number, [p for p in sorted(given_up) if case.lines[p].order == number])
        case.instructions.append(CancelOrder(**fields, whole=not staying, reason=reason))


def terminate(case: Case, positions: Sequence[int], reason: str, at: datetime, actor: Actor | None = None) -> None:
    """TERMINATED, for good."""
    case.move(positions, Status.TERMINATED, at)
    close_items(case, positions)
    silence.stop_when_nothing_is_missing(case)
    by = {} if actor is None else {"actor": actor}
    case.record(LinesTerminated(numbers=case.numbers(positions), reason=reason), at, **by)


def refused(case: Case, instruction: CancelOrder, reasons: tuple[Reason, ...], at: datetime) -> None:
    """The carrier does not cancel (too late, as a rule): the lines go on; care hears of lines that are gone already."""
    positions = case.named(instruction.numbers)
    going_on = [p for p in positions if case.lines[p].is_open]
    for position in going_on:
        case.lines[position].cancellation = REFUSED
        case.touched.add(position)
    if going_on:
        case.record(CancellationRefused(numbers=case.numbers(going_on), reasons=reasons), at)
    gone = [p for p in positions if case.lines[p].status in (Status.OUTBOUND, Status.TERMINATED)]
    if gone:
        why = "The carrier refuses to cancel its order although the lines are closed here; settle it with the carrier."
        case.record(CareNeeded(numbers=case.numbers(gone), why=why, reasons=reasons), at)
