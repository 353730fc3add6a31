"""Compares what a carrier shows of an order with what we hold of it: pure, so that each rule is tested alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from porting.numbers import NumberRange
from porting.orders import OrderSnapshot, OrderStatus
from storage.comparison import HeldOrder


@dataclass(frozen=True)
class Drift:
    """What differs, in words. `mends_itself`: the order, read as news, says what is right (R17)."""

    says: str
    gist: str
    mends_itself: bool


def drift_of(held: HeldOrder, shown: Sequence[OrderSnapshot]) -> Drift | None:
    """None when both agree."""
    snapshot = next((one for one in shown if one.carrier_order_id == held.carrier_order_id), None)
    if snapshot is None:
        return Drift(f"the carrier does not know the order {held.carrier_order_id} that we sent", "gone", False)
    if held.as_of is not None and snapshot.as_of < held.as_of and snapshot.raw_status != held.carrier_status:
        says = f"the carrier shows {snapshot.raw_status}, older than {held.carrier_status}, which we have"
        return Drift(says, f"behind {snapshot.raw_status}", False)
    if extra := _extra(held, shown):
        says = f"the carrier has {', '.join(extra)} in the order, of which the case knows nothing"
        return Drift(says, f"has {extra}", False)
    if lacking := _lacking(held, shown):
        return Drift(f"the carrier does not have {', '.join(lacking)} in the order", f"lacks {lacking}", False)
    if snapshot.raw_status != held.carrier_status:
        says = f"the carrier shows {snapshot.raw_status}, we had {held.carrier_status or 'nothing'}"
        return Drift(says, f"{snapshot.raw_status} {snapshot.date}", True)
    if _other_date(held, snapshot):
        return Drift(f"the carrier shows the date {snapshot.date}, we had another", f"date {snapshot.date}", True)
    return None


def _lacking(held: HeldOrder, shown: Sequence[OrderSnapshot]) -> list[str]:
    """Open lines of which no order under the reference has the first number; an order without a list has all."""
    if not all(one.numbers for one in shown):
        return []
    there = {number for one in shown for number in one.numbers}
    return [number for number in held.numbers if NumberRange(number).first not in there]


def _extra(held: HeldOrder, shown: Sequence[OrderSnapshot]) -> list[str]:
    """Numbers under our reference that stand on no line of the case, open or closed."""
    ours = [NumberRange(number) for number in held.all_numbers]
    singles = {one.first for one in ours if not one.is_range}
    ranges = [one for one in ours if one.is_range]
    there = dict.fromkeys(number for one in shown for number in one.numbers)
    return [n for n in there if n not in singles and not any(one.contains(n) for one in ranges)]


def _other_date(held: HeldOrder, snapshot: OrderSnapshot) -> bool:
    """A date is compared only where it is the carrier's to name, and no change of it is under way."""
    if snapshot.status is not OrderStatus.DATE_CONFIRMED or snapshot.first_possible or held.changes_date:
        return False
    return bool(held.dates) and snapshot.date is not None and held.dates != {snapshot.date}
