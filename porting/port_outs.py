"""What the notice of a port-out does to a case: it stands on the timeline, once, and moves no line (R38)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from porting.commands import NotePortOut
from porting.events import NumbersLeft, PortOutNoticed

if TYPE_CHECKING:
    from porting.case import Case


class PortOutStatus(StrEnum):
    """How far a notice is. In the place of REPEATED another one counts; nobody here has an UNKNOWN_NUMBER (care acts).

    TOLD: the partner knows, and the numbers stay as they are until their day; then they are OUTBOUND_ONLY, unless the
    partner cancelled them before (CANCELLED), or the case has none of them any more (NOT_HELD).
    """

    RECEIVED = "RECEIVED"
    TOLD = "TOLD"
    OUTBOUND_ONLY = "OUTBOUND_ONLY"
    CANCELLED = "CANCELLED"
    NOT_HELD = "NOT_HELD"
    REPEATED = "REPEATED"
    UNKNOWN_NUMBER = "UNKNOWN_NUMBER"


def note(case: Case, command: NotePortOut, at: datetime) -> None:
    """Tell of the notice, or that its numbers have left; told twice it changes nothing."""
    event = event_of(command)
    key = f"{command.notice_id}/{event.kind}"
    if key not in case.port_outs:
        case.port_outs.append(key)
        case.record(event, at, command.actor)


def event_of(command: NotePortOut) -> PortOutNoticed | NumbersLeft:
    """What stands on the timeline, also of a case whose process is over."""
    numbers, notice_id, winner = command.numbers, command.notice_id, command.winning_carrier
    if command.has_left:
        return NumbersLeft(numbers=numbers, notice_id=notice_id, winning_carrier=winner)
    return PortOutNoticed(
        numbers=numbers, notice_id=notice_id, leaves_on=command.leaves_on, winning_carrier=winner
    )
