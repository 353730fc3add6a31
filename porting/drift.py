"""What a comparison with the carrier found: written down once, mended by the news, else put before care (R17)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from porting.events import CareNeeded, DriftFound, NewsIgnored
from porting.orders import CarrierOrder, Drift
from porting.remarks import KNOWN_ALREADY, leave_to_care

if TYPE_CHECKING:
    from porting.case import Case


def write_down(case: Case, drift: Drift | None, at: datetime) -> None:
    """Before the news that mends it; the same message told again adds nothing."""
    if drift is None or _is_told(case, drift):
        return
    order = _order(case, drift)
    positions = case.open_positions(order.number) if order else ()
    event = DriftFound(numbers=case.numbers(positions), found=drift.says, mends_itself=drift.mends_itself)
    case.record(event, at)


def leave_unmended_to_care(case: Case, drift: Drift | None, before: int, at: datetime) -> None:
    """After the news. `before` is the timeline's last number before it: what came since shows whether it was taken."""
    if drift is None or _is_told(case, drift):
        return
    order = _order(case, drift)
    why = _why_not_mended(case, drift, before)
    if order is None:
        if why:
            case.record(CareNeeded(why=why), at)
        return
    order.drift = drift.key
    if why and case.open_positions(order.number):
        leave_to_care(case, order, why, at)
        case.touched.update(case.open_positions(order.number))


def _why_not_mended(case: Case, drift: Drift, before: int) -> str:
    if not drift.mends_itself:
        return f"A comparison found that {drift.says}; settle it with the carrier."
    since = [entry.event for entry in case.fresh if entry.sequence > before]
    # What is known already came by another road meanwhile: there is nothing left to mend.
    held = [event.why for event in since if isinstance(event, NewsIgnored) and event.why != KNOWN_ALREADY]
    return f"A comparison found that {drift.says}, which cannot be taken over: {held[0]}." if held else ""


def _is_told(case: Case, drift: Drift) -> bool:
    order = _order(case, drift)
    return order is not None and order.drift == drift.key


def _order(case: Case, drift: Drift) -> CarrierOrder | None:
    return next((one for one in case.orders if one.carrier_order_id == drift.carrier_order_id), None)
