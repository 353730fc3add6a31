"""The statuses of a line, which may follow which (R17), and what the case's status is read off them (R18)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum


class Status(StrEnum):
    """Where a number line stands (R16)."""

    SUBMITTED = "SUBMITTED"
    PENDING_APPROVAL = "PENDING_APPROVAL"
    MISSING_DATA = "MISSING_DATA"
    CONFIRMED = "CONFIRMED"
    PORTING_INCOMPLETE = "PORTING_INCOMPLETE"
    COMPLETED = "COMPLETED"
    REJECTED = "REJECTED"
    TERMINATED = "TERMINATED"
    OUTBOUND = "OUTBOUND"


class WaitingOn(StrEnum):
    """Whom a case waits for (R20)."""

    PARTNER = "PARTNER"
    CARRIER = "CARRIER"
    CARE = "CARE"
    CUTOVER = "CUTOVER"
    NOBODY = "NOBODY"


_S = Status

MOVES: Mapping[Status, frozenset[Status]] = {
    _S.SUBMITTED: frozenset({_S.PENDING_APPROVAL, _S.MISSING_DATA, _S.CONFIRMED, _S.REJECTED, _S.TERMINATED}),
    _S.PENDING_APPROVAL: frozenset({_S.MISSING_DATA, _S.CONFIRMED, _S.REJECTED, _S.TERMINATED}),
    _S.MISSING_DATA: frozenset({_S.SUBMITTED, _S.TERMINATED, _S.REJECTED, _S.OUTBOUND}),
    _S.CONFIRMED: frozenset(
        {_S.CONFIRMED, _S.MISSING_DATA, _S.PORTING_INCOMPLETE, _S.COMPLETED, _S.REJECTED, _S.TERMINATED}
    ),
    _S.PORTING_INCOMPLETE: frozenset({_S.CONFIRMED, _S.COMPLETED, _S.TERMINATED}),
    _S.COMPLETED: frozenset(),
    _S.REJECTED: frozenset(),
    _S.TERMINATED: frozenset(),
    _S.OUTBOUND: frozenset(),
}

FINAL = frozenset(status for status, onward in MOVES.items() if not onward)
OPEN = frozenset(Status) - FINAL
AT_CARRIER = frozenset({_S.SUBMITTED, _S.PENDING_APPROVAL})

_OPEN_RANK = (_S.MISSING_DATA, _S.PORTING_INCOMPLETE, _S.SUBMITTED, _S.PENDING_APPROVAL, _S.CONFIRMED)
_FINAL_RANK = (_S.COMPLETED, _S.OUTBOUND, _S.REJECTED, _S.TERMINATED)


def may_move(before: Status, after: Status) -> bool:
    """Whether R17 lets a line go from one status to the other."""
    return after in MOVES[before]


def roll_up(statuses: Iterable[Status]) -> Status:
    """The case's status, read off its lines' (R18). Raises ValueError for a case without lines."""
    present = set(statuses)
    for status in _OPEN_RANK + _FINAL_RANK:
        if status in present:
            return status
    raise ValueError("a case has at least one line")
