"""What a comparison with the carrier found: written down once, mended by the news, else put before care (R17)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from activities.comparison import drift_of
from porting import verbs
from porting.case import Case
from porting.events import CareNeeded, DriftFound
from porting.orders import Drift, News, OrderStatus
from porting.status import Status, WaitingOn
from storage.comparison import HeldOrder
from tests.examples import a_case_in, a_snapshot, happened, later

WISH = date(2026, 12, 9)


def told(case: Case, status: OrderStatus, *, mends_itself: bool = True, key: str = "comparison/1", **said: Any) -> None:
    order = case.orders[0]
    snapshot = a_snapshot(case, status, as_of=later(days=1), **said)
    drift = Drift(key=key, carrier_order_id=order.carrier_order_id, says="they differ", mends_itself=mends_itself)
    verbs.hear(case, News(snapshots=(snapshot,), drift=drift), later(days=2))


def test_a_drift_that_the_news_mends_is_written_down_and_asks_nobody() -> None:
    case = a_case_in(Status.SUBMITTED)
    told(case, OrderStatus.ACKNOWLEDGED)
    assert case.status is Status.PENDING_APPROVAL
    assert len(happened(case, DriftFound)) == 1 and happened(case, CareNeeded) == []


def test_a_drift_that_no_rule_settles_waits_for_care() -> None:
    """R20: the queue says why."""
    case = a_case_in(Status.PENDING_APPROVAL)
    told(case, OrderStatus.ACKNOWLEDGED, mends_itself=False)
    assert case.waiting_on is WaitingOn.CARE and "they differ" in happened(case, CareNeeded)[0].why


def test_what_the_allowed_moves_forbid_is_put_before_care() -> None:
    """R17: the carrier went back behind what it had said; the lines stay, and somebody looks."""
    case = a_case_in(Status.CONFIRMED)
    told(case, OrderStatus.ACKNOWLEDGED)
    assert (case.status, case.waiting_on) == (Status.CONFIRMED, WaitingOn.CARE)
    assert "cannot be taken over" in happened(case, CareNeeded)[0].why


def test_the_same_message_twice_is_told_once() -> None:
    """A kill between the telling and its note repeats it."""
    case = a_case_in(Status.PENDING_APPROVAL)
    for _ in range(2):
        told(case, OrderStatus.ACKNOWLEDGED, mends_itself=False)
    assert (len(happened(case, DriftFound)), len(happened(case, CareNeeded))) == (1, 1)


@pytest.mark.parametrize(
    ("numbers", "extra"),
    [(("+498912345678", "+49891234560"), False), (("+498912345678", "+498955555555"), True), ((), False)],
)
def test_numbers_that_the_case_does_not_have_are_a_drift_for_care(numbers: tuple[str, ...], extra: bool) -> None:
    """A range goes by any of its members; a closed line is still one of the case."""
    case = a_case_in(Status.PENDING_APPROVAL)
    shown = a_snapshot(case, OrderStatus.ACKNOWLEDGED, numbers=numbers)
    held = HeldOrder(
        case.id, 1, "telnyx", shown.reference, shown.carrier_order_id, shown.raw_status,
        datetime(2026, 1, 1, tzinfo=UTC), ("+498912345678",), frozenset(), False, ("+498912345678", "+4989123456X"),
    )  # fmt: skip
    found = drift_of(held, [shown])
    assert (found is not None) is extra
    if found is not None:
        assert "+498955555555" in found.says and not found.mends_itself
