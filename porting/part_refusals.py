"""Numbers that a carrier refuses while the rest of their order goes on (R07, R16, R19)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from porting import outcomes
from porting.numbers import NumberRange
from porting.orders import CarrierOrder, OrderSnapshot, RefusedNumbers
from porting.reasons import reason

if TYPE_CHECKING:
    from porting.case import Case


def take(case: Case, order: CarrierOrder, snapshot: OrderSnapshot, at: datetime) -> bool:
    """The refused lines go their way: to the partner, for good, or to care. False when nothing changes."""
    changed = False
    for part in snapshot.refused:
        reasons = part.reasons or (reason("OTHER", "The carrier refused these numbers without a reason."),)
        changed |= outcomes.refuse(case, _lines(case, order, part), reasons, at, order)
    return changed


def going_on(case: Case, order: CarrierOrder, snapshot: OrderSnapshot) -> list[int]:
    """The order's open lines but for the refused."""
    refused = {p for part in snapshot.refused for p in _lines(case, order, part)}
    return [p for p in case.open_positions(order.number) if p not in refused]


def _lines(case: Case, order: CarrierOrder, part: RefusedNumbers) -> list[int]:
    return holding(case, case.open_positions(order.number), part.numbers)


def holding(case: Case, positions: Iterable[int], numbers: Iterable[str]) -> list[int]:
    """Those of the lines with one of the numbers; a range is as good as its worst number (R03)."""
    wanted = sorted(int(number.removeprefix("+")) for number in numbers)
    return [p for p in positions if wanted and _has_one(NumberRange(case.lines[p].number), wanted)]


def _has_one(span: NumberRange, numbers: list[int]) -> bool:
    place = bisect_left(numbers, span.first_value)
    return place < len(numbers) and numbers[place] <= span.last_value
